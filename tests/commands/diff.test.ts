/** `diff`: counts for people and programs, ids and columns of records, and never what stands in a cell. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { diffCommand } from '../../src/commands/diff.js';
import type { Terminal } from '../../src/commands/terminal.js';
import { change, makeSite, TWO_CONNECTIONS, type Site } from '../refresh/small-district.js';
import { makeFolder, removeFolders, run } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';
import { latestOf } from '../support/nights.js';
import { filesOf, goodRoster, saveFiles } from '../verify/bundles.js';

afterAll(removeFolders);

let place: Site;
let older: string;
let newer: string;
beforeAll(async () => {
  place = makeSite(join(makeFolder(), 'site'), TWO_CONNECTIONS);
  const first = await runHere([...place.refresh, '--json']);
  older =
    (JSON.parse(first.stdout) as { connections: { bundle: { path: string } }[] }).connections[0]?.bundle
      .path ?? '';
  change(
    place.district,
    `UPDATE Identity SET lastName = 'Secretname' WHERE personID = 12`,
    `UPDATE Roster SET endDate = '2026-10-01' WHERE personID = 13`,
    `DELETE FROM EmploymentAssignment WHERE personID = 22`,
  );
  await runHere([...place.refresh, '--release', '--reason', 'a test']);
  newer = latestOf(place, 'library');
});

describe('diff', () => {
  it('counts per file and per school, for people', async () => {
    const ended = await runHere(['diff', older, newer]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^file +before +after +added +changed +removed$/m);
    expect(ended.stdout).toMatch(/^users +6 +5 +0 +1 +1$/m);
    expect(ended.stdout).toMatch(/^enrollments +4 +4 +0 +1 +0$/m);
    expect(ended.stdout).toMatch(/^school +file +before +removed$/m);
    expect(ended.stdout).toMatch(
      /^Small School \(number 100, id 00000000-0000-4000-8000-000000000002\) +users +6 +1$/m,
    );
  });

  it('lists ids and changed columns with --records, and no value', async () => {
    const ended = await run(['diff', older, newer, '--records']);
    expect(ended.stdout).toMatch(/^users {2}changed {2}s12 {2}familyName$/m);
    expect(ended.stdout).toMatch(/^users {2}removed {2}a22$/m);
    expect(ended.stdout).toMatch(/^enrollments {2}changed {2}s13 {2}endDate$/m);
    expect(ended.stdout).not.toMatch(/Secretname|last12/);
  });

  it('is one JSON document, with and without records, also where nothing changed', async () => {
    const counted = await runHere(['diff', older, newer, '--json']);
    expect(JSON.parse(counted.stdout)).toMatchObject({
      tables: { users: { removed: 1 } },
      schools: {},
      schoolNames: { '00000000-0000-4000-8000-000000000002': { name: 'Small School', number: '100' } },
    });
    expect(counted.stdout).not.toContain('"records"');
    const listed = await runHere(['diff', older, newer, '--json', '--records']);
    expect(JSON.parse(listed.stdout)).toMatchObject({
      tables: { users: { changed: 1 } },
      records: expect.arrayContaining([
        { table: 'users', kind: 'changed', sourcedId: 's12', columns: ['familyName'] },
        { table: 'users', kind: 'removed', sourcedId: 'a22', columns: [] },
      ]) as unknown,
    });
    expect(listed.stdout).not.toContain('Secretname');
    const same = await runHere(['diff', newer, newer, '--json', '--records']);
    expect(JSON.parse(same.stdout)).toMatchObject({ records: [] });
  });

  it('says so where one of the two is a delta', async () => {
    await runHere([...place.refresh, 'library', '--mode', 'delta']);
    const ended = await runHere(['diff', older, latestOf(place, 'library')]);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/One of the two is a delta/);
  });

  it('names the file that is no bundle', async () => {
    const ended = await runHere(['diff', older, place.config]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(place.config);
  });

  it.each([
    [
      'a stray quote',
      (text: string) => text.replace('Family', 'Fam"ily'),
      'users.csv, line 2: .*csv.quote-in-bare-cell',
    ],
    [
      'an open quote',
      (text: string) => text.replace('Family', '"Family'),
      'users.csv, line 4: .*csv.text-after-quote|csv.unclosed-quote',
    ],
    [
      'text that is not UTF-8',
      (text: string) => Buffer.from(text.replace('Family', 'Famíly'), 'latin1'),
      'csv.encoding',
    ],
    ['no header', (text: string) => text.replace(/^.*\r\n/, ''), 'users.csv, line 1: .*header.absent'],
    ['a row of the wrong width', (text: string) => text.replace('Family', 'Family,Ada'), 'csv.field-count'],
    [
      'an id twice',
      (text: string) => text.replace('\r\nt1', '\r\ns1'),
      'two rows of the file have the same sourcedId',
    ],
    ['UTF-16', (text: string) => Buffer.from(text, 'utf16le'), 'csv.wide-encoding'],
  ])('refuses a file with %s', async (_title, spoil, says) => {
    const files = filesOf(goodRoster('1.1'));
    const good = saveFiles(files);
    const spoiled = saveFiles({ ...files, 'users.csv': spoil(files['users.csv'] ?? '') });
    for (const pair of [
      [good, spoiled],
      [spoiled, good],
    ]) {
      const { code, out, err } = await diff(pair);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(new RegExp(says));
      expect(err).not.toMatch(/Given|Fam|user\./);
    }
  });

  it('prints no text of a file: unknown columns by position, ids by their form', async () => {
    const files = filesOf(goodRoster('1.1'));
    const change = (value: string): string =>
      (files['users.csv'] ?? '')
        .replace('status', 'Ada Lovelace')
        .replace(/\r\ns1,,/, `\r\ns1,${value},`)
        .replace('\r\nt1,', '\r\nAda Byron,')
        .replace('Family', value);
    const [before, after] = ['a', 'b'].map((value) => saveFiles({ ...files, 'users.csv': change(value) }));
    const { code, out } = await diff([before ?? '', after ?? '', '--records']);
    expect(code).toBe(0);
    expect(out).toMatch(/^users {2}changed {2}s1 {2}#2, familyName$/m);
    const gone = await diff([before ?? '', saveFiles(files), '--records', '--json']);
    expect(gone.out + out).not.toMatch(/Ada|\u001b/);
    expect(gone.out).toContain('"kind":"removed","sourcedId":null');
  });

  it.each([
    ['cannot print its records', 'out'],
    ['cannot compare', 'compare'],
  ])('leaves no file of records open when it %s', async (_what, fault) => {
    const open = openScratchFiles();
    const good = saveFiles(filesOf(goodRoster('1.1')));
    const spoiled = saveFiles({
      ...filesOf(goodRoster('1.1')),
      'users.csv': filesOf(goodRoster('1.1'))['users.csv']?.replace('Family', 'Fam"ily') ?? '',
    });
    const seen: number[] = [];
    const terminal: Terminal = {
      out: () => {
        seen.push(openScratchFiles());
        throw new Error('the pipe is closed');
      },
      err: () => undefined,
      isWatched: false,
    };
    const after = fault === 'out' ? good : spoiled;
    await expect(diffCommand(good, after, { records: true }, terminal)).rejects.toThrow(
      fault === 'out' ? 'the pipe is closed' : /csv.quote-in-bare-cell/,
    );
    expect(seen).toEqual(fault === 'out' ? [open + 1] : []);
    expect(openScratchFiles()).toBe(open);
  });

  it('stops at the limits of a zip', async () => {
    const zip = saveFiles({ 'users.csv': `sourcedId\r\n${'x\r\n'.repeat(2_000_000)}` });
    const { code, err } = await diff([zip, zip, '--max-unpacked', '1']);
    expect(code).toBe(2);
    expect(err).toContain('package.too-large');
  });
});

/** How many files without a name this process has open in the folder for temporary files. */
function openScratchFiles(): number {
  const targets = readdirSync('/proc/self/fd').map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      return ''; // the descriptor of this listing
    }
  });
  return targets.filter((target) => /oneroster-export-\w+ \(deleted\)$/.test(target)).length;
}

async function diff(args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const { code, stdout: out, stderr: err } = await runHere(['diff', ...args]);
  return { code, out, err };
}
