/** A thread loads the program anew, which takes longer than a small district. */
import { afterAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { makeFolder, removeFolders, run } from '../support/cli.js';
import { makeSite, TWO_CONNECTIONS } from './small-district.js';

afterAll(removeFolders);

const WATCH = `let threads = 0;
process.on('worker', () => (threads += 1));
process.on('exit', () => process.stderr.write('threads: ' + threads));`;

it('the refresh of a small district starts none, also when there are bundles to compare with', async () => {
  const { refresh } = makeSite(join(makeFolder(), 'site'), TWO_CONNECTIONS);
  const node = ['--import', `data:text/javascript,${encodeURIComponent(WATCH)}`];
  for (let night = 1; night <= 2; night += 1) {
    const { code, stderr } = await run(refresh, { node });
    expect([code, /threads: (\d+)$/.exec(stderr)?.[1]]).toEqual([0, '0']);
  }
});
