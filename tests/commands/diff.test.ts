/** `diff`: counts for people and programs, ids and columns of records, and never what stands in a cell. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { versions } from '../../src/oneroster/versions.js';
import { Notices } from '../../src/model/notices.js';
import { receiverOf } from '../../src/profiles/receiver.js';
import { makeFolder as makeOwn } from '../../src/state/home.js';
import { pack, write } from '../../src/write/write.js';
import { change, makeSite, TWO_CONNECTIONS, type Site } from '../refresh/small-district.js';
import { makeFolder, removeFolders, run } from '../support/cli.js';
import { aConnection, SIS } from '../support/connections.js';
import { latestOf } from '../support/nights.js';

afterAll(removeFolders);

let place: Site;
let older: string;
let newer: string;
beforeAll(async () => {
  place = makeSite(join(makeFolder(), 'site'), TWO_CONNECTIONS);
  const first = await run([...place.refresh, '--json']);
  older =
    (JSON.parse(first.stdout) as { connections: { bundle: { path: string } }[] }).connections[0]?.bundle
      .path ?? '';
  change(
    place.district,
    `UPDATE Identity SET lastName = 'Secretname' WHERE personID = 12`,
    `UPDATE Roster SET endDate = '2026-10-01' WHERE personID = 13`,
    `DELETE FROM EmploymentAssignment WHERE personID = 22`,
  );
  await run([...place.refresh, '--release', '--reason', 'a test']);
  newer = latestOf(place, 'library');
});

describe('diff', () => {
  it('counts per file and per school, for people', async () => {
    const ended = await run(['diff', older, newer]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^file +before +after +added +changed +removed$/m);
    expect(ended.stdout).toMatch(/^users +6 +5 +0 +1 +1$/m);
    expect(ended.stdout).toMatch(/^enrollments +4 +4 +0 +1 +0$/m);
    expect(ended.stdout).toMatch(/^school +file +before +removed$/m);
    expect(ended.stdout).toMatch(/^00000000-0000-4000-8000-000000000002 +users +6 +1$/m);
  });

  it('lists ids and changed columns with --records, and no value', async () => {
    const ended = await run(['diff', older, newer, '--records']);
    expect(ended.stdout).toMatch(/^users {2}changed {2}s12 {2}familyName$/m);
    expect(ended.stdout).toMatch(/^users {2}removed {2}a22$/m);
    expect(ended.stdout).toMatch(/^enrollments {2}changed {2}s13 {2}endDate$/m);
    expect(ended.stdout).not.toMatch(/Secretname|last12/);
  });

  it('is one JSON document, with and without records, also where nothing changed', async () => {
    const counted = await run(['diff', older, newer, '--json']);
    expect(JSON.parse(counted.stdout)).toMatchObject({ tables: { users: { removed: 1 } }, schools: {} });
    expect(counted.stdout).not.toContain('"records"');
    const listed = await run(['diff', older, newer, '--json', '--records']);
    expect(JSON.parse(listed.stdout)).toMatchObject({
      tables: { users: { changed: 1 } },
      records: expect.arrayContaining([
        { table: 'users', kind: 'changed', sourcedId: 's12', columns: ['familyName'] },
        { table: 'users', kind: 'removed', sourcedId: 'a22', columns: [] },
      ]) as unknown,
    });
    expect(listed.stdout).not.toContain('Secretname');
    const same = await run(['diff', newer, newer, '--json', '--records']);
    expect(JSON.parse(same.stdout)).toMatchObject({ records: [] });
  });

  it('says so where one of the two is a delta', async () => {
    await run([...place.refresh, 'library', '--mode', 'delta']);
    const ended = await run(['diff', older, latestOf(place, 'library')]);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/One of the two is a delta/);
  });

  it('names the file that is no bundle', async () => {
    const ended = await run(['diff', older, place.config]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(place.config);
  });

  it('takes no more memory for a quarter of a million changed records', async () => {
    const [before, after] = [await bigBundle('a'), await bigBundle('b')];
    const ended = await run(['diff', before, after, '--records'], { node: ['--max-old-space-size=48'] });
    expect({ code: ended.code, stderr: ended.stderr.slice(0, 200) }).toEqual({ code: 0, stderr: '' });
    expect(ended.stdout.match(/^orgs {2}changed {2}\d+ {2}name$/gm)).toHaveLength(250_000);
  }, 120_000);
});

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
  return (await pack(written)).path;
}
