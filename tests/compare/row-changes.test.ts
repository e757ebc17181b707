/** What changed between two bundles, exactly, however few rows may wait in memory. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { countChanges } from '../../src/compare/count-changes.js';
import { compareBundles, type RowChange, type TableCounts } from '../../src/compare/row-changes.js';
import { writeZip } from '../../src/write/zip.js';
import { makeFolder, removeFolders } from '../support/cli.js';

afterAll(removeFolders);

type Rows = Readonly<Record<string, readonly string[]>>;

let made = 0;
/** A zip with these files, given as lines. */
async function zipOf(files: Rows): Promise<string> {
  made += 1;
  const folder = join(makeFolder(), String(made));
  mkdirSync(folder);
  const entries = Object.entries(files).map(([name, lines]) => {
    const path = join(folder, name);
    writeFileSync(path, lines.map((line) => `${line}\r\n`).join(''));
    return { name, path };
  });
  const zip = join(folder, 'bundle.zip');
  await writeZip(zip, entries, 3);
  return zip;
}

const HEAD = 'sourcedId,status,dateLastModified,title,schoolSourcedId';
const row = (id: string, title: string, school = 'S1'): string => `${id},,,${title},${school}`;

const counts = (wants: object): object => ({ before: 0, removed: 0, added: 0, changed: 0, ...wants });

interface Found {
  readonly changes: readonly (Omit<RowChange, 'header' | 'cells' | 'sourcedId'> & {
    readonly cells: string;
  })[];
  readonly tables: readonly TableCounts[];
}

async function compare(before: string, after: string, limit?: number): Promise<Found> {
  const changes: Found['changes'][number][] = [];
  const tables: TableCounts[] = [];
  const scratch = join(makeFolder(), 'scratch.sqlite');
  await compareBundles({
    before,
    after,
    scratch,
    ...(limit !== undefined && { limit }),
    onChange: ({ table, kind, cells, columns }) =>
      changes.push({ table, kind, cells: cells.join('|'), columns }),
    onTable: (counts) => tables.push(counts),
  });
  expect(existsSync(scratch)).toBe(false);
  return { changes, tables };
}

describe('two bundles', () => {
  it('are compared row by row: added and changed in the order of the newer one, then removed in that of the older', async () => {
    const before = await zipOf({
      'classes.csv': [HEAD, row('1', 'a'), row('2', 'b'), row('3', 'c'), row('4', 'd')],
    });
    const after = await zipOf({
      'classes.csv': [HEAD, row('9', 'n'), row('3', 'C'), row('2', 'b'), row('8', 'm')],
    });
    expect(await compare(before, after)).toEqual({
      changes: [
        { table: 'classes', kind: 'added', cells: '9|||n|S1', columns: [] },
        { table: 'classes', kind: 'changed', cells: '3|||C|S1', columns: ['title'] },
        { table: 'classes', kind: 'added', cells: '8|||m|S1', columns: [] },
        { table: 'classes', kind: 'removed', cells: '1|||a|S1', columns: [] },
        { table: 'classes', kind: 'removed', cells: '4|||d|S1', columns: [] },
      ],
      tables: [{ table: 'classes', before: 4, after: 4, added: 2, changed: 1, removed: 2 }],
    });
  });

  it('are the same where only quoting, status and dates of the sending differ', async () => {
    const before = await zipOf({
      'classes.csv': [HEAD, '1,active,2026-01-01T00:00:00.000Z,a,S1', '2,,,"x, y",S1'],
    });
    const after = await zipOf({ 'classes.csv': [HEAD, '"1","","","a","S1"', '"2","","","x, y","S1"'] });
    expect((await compare(before, after)).changes).toEqual([]);
  });

  it('may have other columns, named by position: a column that one side does not have is empty there', async () => {
    const before = await zipOf({ 'classes.csv': ['sourcedId,title,old', '1,a,', '2,b,x'] });
    const after = await zipOf({ 'classes.csv': ['sourcedId,new,title', '1,,a', '2,y,b'] });
    expect((await compare(before, after)).changes).toEqual([
      { table: 'classes', kind: 'changed', cells: '2|y|b', columns: ['#2', '#3'] },
    ]);
  });

  it('may lack whole files', async () => {
    const before = await zipOf({
      'classes.csv': [HEAD, row('1', 'a')],
      'orgs.csv': ['sourcedId,name', 'o,O'],
    });
    const after = await zipOf({
      'classes.csv': [HEAD, row('1', 'a')],
      'users.csv': ['sourcedId,name', 'u,U'],
    });
    const { changes, tables } = await compare(before, after);
    expect(changes.map(({ table, kind }) => `${table} ${kind}`).sort()).toEqual([
      'orgs removed',
      'users added',
    ]);
    expect(tables).toContainEqual({ table: 'orgs', before: 1, after: 0, added: 0, changed: 0, removed: 1 });
  });

  it('give the same however few rows may wait in memory', async () => {
    const ids = Array.from({ length: 60 }, (_, at) => String(at));
    const before = await zipOf({ 'classes.csv': [HEAD, ...ids.slice(0, 50).map((id) => row(id, `t${id}`))] });
    const after = await zipOf({
      'classes.csv': [
        HEAD,
        ...ids
          .slice(10)
          .toReversed()
          .map((id) => row(id, Number(id) % 7 ? `t${id}` : 'new')),
      ],
    });
    const whole = await compare(before, after);
    expect(whole.changes).toHaveLength(10 + 6 + 10);
    for (const limit of [1, 2, 7, 59]) expect(await compare(before, after, limit)).toEqual(whole);
  });

  it('are compared right whatever they hold', async () => {
    const bundle = fc.uniqueArray(
      fc.tuple(fc.integer({ min: 0, max: 12 }), fc.constantFrom('a', 'b', 'a, "b"')),
      {
        selector: ([id]) => id,
      },
    );
    const quote = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    await fc.assert(
      fc.asyncProperty(bundle, bundle, fc.integer({ min: 1, max: 4 }), async (old, now, limit) => {
        const zip = (rows: typeof old): Promise<string> =>
          zipOf({ 'classes.csv': [HEAD, ...rows.map(([id, title]) => row(String(id), quote(title)))] });
        const { changes } = await compare(await zip(old), await zip(now), limit);
        const was = new Map(old);
        const is = new Map(now);
        const expected = [
          ...now
            .filter(([id, title]) => was.get(id) !== title)
            .map(([id]) => `${id} ${was.has(id) ? 'changed' : 'added'}`),
          ...old.filter(([id]) => !is.has(id)).map(([id]) => `${id} removed`),
        ];
        expect(changes.map(({ cells, kind }) => `${cells.split('|')[0] ?? ''} ${kind}`)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it('are counted per school: how many there were and vanished, and where new and changed rows are now', async () => {
    const users = 'sourcedId,status,dateLastModified,orgSourcedIds';
    const before = await zipOf({
      'users.csv': [users, '1,,,S1', '2,,,"S1,S2"', '3,,,S2', '4,,,'],
      'classes.csv': [HEAD, row('1', 'a', 'S1'), row('2', 'b', 'S2')],
    });
    const after = await zipOf({
      'users.csv': [users, '1,,,S1', '4,,,', '5,,,S3'],
      'classes.csv': [HEAD, row('2', 'b', 'S2')],
    });
    const { tables, schools } = await countChanges({ before, after, scratch: join(makeFolder(), 's') });
    expect(tables['users']).toEqual({ before: 4, after: 3, added: 1, changed: 0, removed: 2 });
    expect(schools).toEqual({
      S1: { classes: counts({ before: 1, removed: 1 }), users: counts({ before: 2, removed: 1 }) },
      S2: { classes: counts({ before: 1 }), users: counts({ before: 2, removed: 2 }) },
      S3: { users: counts({ added: 1 }) },
    });
  });
});
