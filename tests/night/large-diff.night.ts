/** `diff` over bundles far larger than its heap. */
import { afterAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { makeFolder as makeOwn } from '../../src/home/folders.js';
import { Notices } from '../../src/model/notices.js';
import { versions } from '../../src/oneroster/versions.js';
import { receiverOf } from '../../src/profiles/receiver.js';
import { pack, write } from '../../src/write/write.js';
import { makeFolder, removeFolders, run } from '../support/cli.js';
import { aConnection, SIS } from '../support/connections.js';

afterAll(removeFolders);

it('diff takes no more memory for a quarter of a million changed records', async () => {
  const [before, after] = [await bigBundle('a'), await bigBundle('b')];
  const ended = await run(['diff', before, after, '--records'], { node: ['--max-old-space-size=48'] });
  expect({ code: ended.code, stderr: ended.stderr.slice(0, 200) }).toEqual({ code: 0, stderr: '' });
  expect(ended.stdout.match(/^orgs {2}changed {2}\d+ {2}name$/gm)).toHaveLength(250_000);
}, 120_000);

/** Orgs, all of them called the same. */
async function bigBundle(name: string): Promise<string> {
  const folder = makeOwn(join(makeFolder(), name));
  const settings = aConnection();
  const written = await write({
    folder,
    settings,
    version: versions['1.1'],
    system: SIS,
    exclusions: '',
    notices: new Notices(),
    shape: receiverOf(settings).shape,
    fill: (put) => {
      for (let id = 0; id < 250_000; id += 1) put('orgs', [String(id), '', '', name, 'school', '', '']);
    },
  });
  return (await pack(written, settings)).path;
}
