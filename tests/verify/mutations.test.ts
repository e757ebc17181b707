/** Faults put into good bundles at random are found with the right code; what is no fault is not. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judge, type Judgment } from '../../src/verify/judge.js';
import {
  csvLine,
  csvOf,
  filesOf,
  goodComplete,
  goodLargerRoster,
  headerOf,
  partsOf,
  save,
  saveFiles,
  type Cells,
  type Content,
} from './bundles.js';
import { makeZip } from './zips.js';

const RUNS = { numRuns: 40 };
const version = fc.constantFrom('1.1' as const, '1.2' as const);
const roster = fc
  .tuple(version, fc.integer({ min: 2, max: 9 }))
  .map(([name, students]) => goodLargerRoster(name, students));
/** A data file of the content and a row of it. */
const rowOf = (content: Content, tables?: readonly string[]): fc.Arbitrary<{ table: string; row: number }> =>
  fc
    .constantFrom(...(tables ?? Object.keys(content.tables)))
    .chain((table) =>
      fc.nat({ max: (content.tables[table]?.length ?? 1) - 1 }).map((row) => ({ table, row })),
    );
const withRow = (
  tables?: readonly string[],
): fc.Arbitrary<{ content: Content; table: string; row: number }> =>
  roster.chain((content) => rowOf(content, tables).map((place) => ({ content, ...place })));

const codesOf = ({ findings }: Judgment): readonly string[] => findings.map(({ code }) => code);
const judgeFiles = async (files: Readonly<Record<string, string | Buffer>>): Promise<readonly string[]> =>
  codesOf(await judge(saveFiles(files)));
const changeRows = (
  content: Content,
  table: string,
  change: (rows: readonly Cells[]) => readonly Cells[],
): Readonly<Record<string, string>> => ({
  ...filesOf(content),
  [`${table}.csv`]: csvOf(content.version, table, change(content.tables[table] ?? [])),
});

describe('a good bundle', () => {
  it('stays good with its rows and entries in any order', async () => {
    await fc.assert(
      fc.asyncProperty(roster, fc.infiniteStream(fc.nat()), async (content, numbers) => {
        const next = (): number => Number(numbers.next().value);
        const shuffle = <T>(list: readonly T[]): T[] =>
          list
            .map((each) => [next(), each] as const)
            .sort((a, b) => a[0] - b[0])
            .map(([, each]) => each);
        const tables = Object.fromEntries(
          Object.entries(content.tables).map(([name, rows]) => [name, shuffle(rows)]),
        );
        const files = Object.fromEntries(shuffle(Object.entries(filesOf({ ...content, tables }))));
        expect(await judgeFiles(files)).toEqual([]);
      }),
      RUNS,
    );
  });

  it.each([
    ['zip64 sizes', { zip64: true }],
    ['data descriptors', { descriptor: true }],
  ])('stays good with %s', async (_title, change) => {
    const parts = partsOf(filesOf(goodComplete('1.2'))).map((part) => ({ ...part, ...change }));
    expect(codesOf(await judge(save(makeZip(parts))))).toEqual([]);
  });

  it('stays good behind other bytes, but for these', async () => {
    const parts = partsOf(filesOf(goodComplete('1.2')));
    const before = Buffer.from('#!/bin/sh\n');
    for (const options of [
      { before },
      { before, adjusted: true },
      { between: Buffer.alloc(50) },
      { after: before },
    ]) {
      expect(codesOf(await judge(save(makeZip(parts, options))))).toEqual(['package.foreign-bytes']);
    }
  });
});

describe('a seeded fault', () => {
  it('a row twice', async () => {
    await fc.assert(
      fc.asyncProperty(withRow(), async ({ content, table, row }) => {
        const files = changeRows(content, table, (rows) => [...rows, ...rows.slice(row, row + 1)]);
        expect(await judgeFiles(files)).toContain('reference.duplicate-id');
      }),
      RUNS,
    );
  });

  it('a row dropped that others name', async () => {
    await fc.assert(
      fc.asyncProperty(
        withRow(['orgs', 'academicSessions', 'users', 'courses', 'classes']),
        async ({ content, table, row }) => {
          const files = changeRows(content, table, (rows) => rows.filter((_, position) => position !== row));
          const codes = await judgeFiles(files);
          const isNamed = Object.values(content.tables)
            .flat()
            .some((cells) =>
              Object.entries(cells).some(
                ([name, value]) =>
                  name !== 'sourcedId' &&
                  value.split(',').includes(content.tables[table]?.[row]?.['sourcedId'] ?? ''),
              ),
            );
          if (isNamed)
            expect(codes.some((code) => code === 'reference.dangling' || code === 'csv.header-only')).toBe(
              true,
            );
        },
      ),
      RUNS,
    );
  });

  it('two columns swapped', async () => {
    await fc.assert(
      fc.asyncProperty(withRow(), fc.nat(), fc.nat(), async ({ content, table }, a, b) => {
        const header = headerOf(content.version, table);
        const [first, second] = [a % header.length, b % header.length];
        const order = header.map(
          (name, n) => (n === first ? header[second] : n === second ? header[first] : name) ?? '',
        );
        const rows = (content.tables[table] ?? []).map((row) => order.map((name) => row[name] ?? ''));
        const codes = await judgeFiles({
          ...filesOf(content),
          [`${table}.csv`]: [order, ...rows].map(csvLine).join(''),
        });
        expect(codes).toEqual(first === second ? [] : ['header.order']);
      }),
      RUNS,
    );
  });

  it('an entry removed, though the manifest names it', async () => {
    await fc.assert(
      fc.asyncProperty(withRow(), async ({ content, table }) => {
        const files = Object.entries(filesOf(content)).filter(([name]) => name !== `${table}.csv`);
        expect(await judgeFiles(Object.fromEntries(files))).toContain('manifest.declared-but-missing');
      }),
      RUNS,
    );
  });

  it.each([
    ['latin1', 'csv.encoding'],
    ['utf16le', 'csv.wide-encoding'],
  ] as const)('a file in %s', async (encoding, code) => {
    const files = filesOf(goodLargerRoster('1.2', 3));
    const text = files['users.csv'] ?? '';
    expect(text).toContain('ë');
    expect(await judgeFiles({ ...files, 'users.csv': Buffer.from(text, encoding) })).toContain(code);
  });

  it('a file cut inside a row', async () => {
    await fc.assert(
      fc.asyncProperty(withRow(['users', 'enrollments']), fc.nat(), async ({ content, table }, cut) => {
        const text = filesOf(content)[`${table}.csv`] ?? '';
        const start = text.indexOf('\r\n') + 2;
        const at = start + 1 + (cut % (text.length - start - 1));
        const isInsideRow =
          !/[\r\n]/.test(text.slice(at - 1, at + 1)) && text.slice(at).split('\r\n')[0]?.includes(',');
        if (!isInsideRow) return;
        const codes = await judgeFiles({ ...filesOf(content), [`${table}.csv`]: text.slice(0, at) });
        expect(codes.some((code) => code === 'csv.field-count' || code === 'csv.unclosed-quote')).toBe(true);
      }),
      RUNS,
    );
  });

  it.each([
    '/users.csv',
    '../users.csv',
    'a/../../users.csv',
    'C:users.csv',
    'x\\users.csv',
    'us\u0000ers.csv',
    '',
  ])('an entry called %j', async (name) => {
    const parts = [...partsOf(filesOf(goodComplete('1.1'))), { name, data: Buffer.from('x') }];
    expect(codesOf(await judge(save(makeZip(parts))))).toEqual(['package.unsafe-name']);
  });

  it('an entry that unpacks to more than it says', async () => {
    const parts = partsOf(filesOf(goodComplete('1.1'))).map((part) =>
      part.name === 'users.csv' ? { ...part, size: part.data.length - 10 } : part,
    );
    expect(codesOf(await judge(save(makeZip(parts))))).toContain('package.damaged-entry');
  });

  it('more entries than any roster has', async () => {
    const parts = Array.from({ length: 1500 }, (_, n) => ({ name: `f${n}`, data: Buffer.alloc(0) }));
    expect(codesOf(await judge(save(makeZip(parts))))).toContain('package.too-many-entries');
  });

  it('one bad header makes one finding, however many rows there are', async () => {
    const content = goodLargerRoster('1.2', 300);
    const files = filesOf(content);
    for (const [from, to, code] of [
      ['userSourcedId', 'user', 'header.unknown-column'],
      ['sourcedId', 'id', 'header.missing-column'],
    ] as const) {
      const { findings } = await judge(
        saveFiles({ ...files, 'enrollments.csv': files['enrollments.csv']?.replace(from, to) ?? '' }),
      );
      const relevant = findings.filter((finding) => finding.code === code);
      expect(relevant.map(({ count }) => count)).toEqual([1]);
      expect(findings.filter(({ code: each }) => !each.startsWith('header.'))).toEqual([]);
    }
    const noUsers = Object.fromEntries(Object.entries(files).filter(([name]) => name !== 'users.csv'));
    const missing = (await judge(saveFiles(noUsers))).findings.map(({ code }) => code);
    expect(missing).not.toContain('reference.dangling');
    expect(missing).toContain('reference.file-missing');
  });
});

describe('a file of any origin', () => {
  const good = readFileSync(saveFiles(filesOf(goodLargerRoster('1.2', 4))));
  /** Judges, or says that it is no bundle; anything else fails the test. */
  const outcome = async (bytes: Buffer): Promise<Judgment | 'not-a-bundle'> => {
    try {
      return await judge(save(bytes), { showValues: true });
    } catch (error) {
      if ((error as { code?: string }).code === 'not-a-bundle') return 'not-a-bundle';
      throw error;
    }
  };

  it('of random bytes is no bundle', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(await outcome(Buffer.from(bytes))).toBe('not-a-bundle');
      }),
      RUNS,
    );
  });

  it('cut anywhere is no bundle', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: good.length }), async (cut) => {
        expect(await outcome(good.subarray(0, good.length - cut))).toBe('not-a-bundle');
      }),
      RUNS,
    );
  });

  it('with bytes changed is judged or refused, and faults in the packed data are always found', async () => {
    const change = fc.array(fc.tuple(fc.nat({ max: good.length - 1 }), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(change, async (changes) => {
        const bytes = Buffer.from(good);
        for (const [at, mask] of changes) bytes[at] = (bytes[at] ?? 0) ^ mask;
        await outcome(bytes);
      }),
      { numRuns: 300 },
    );
    const users = good.indexOf('users.csv') + 9;
    for (let at = users; at < users + 60; at += 3) {
      const bytes = Buffer.from(good);
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      const judgment = await outcome(bytes);
      expect(judgment === 'not-a-bundle' ? 1 : judgment.errors).toBeGreaterThan(0);
    }
  });

  it('with random bytes as manifest or table is judged', async () => {
    const bytes = fc.array(fc.constantFrom(0x61, 0x2c, 0x22, 0x0d, 0x0a, 0x00, 0xc3, 0x66, 0x2e), {
      maxLength: 200,
    });
    const files = filesOf(goodLargerRoster('1.2', 2));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(files)), bytes, async (name, content) => {
        const judgment = await outcome(makeZip(partsOf({ ...files, [name]: Buffer.from(content) })));
        expect(judgment).toMatchObject({ errors: expect.any(Number) });
        expect((judgment as Judgment).errors).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });

  it('that is missing, a folder or encrypted is no bundle', async () => {
    await expect(judge('/nowhere/x.zip')).rejects.toMatchObject({ code: 'not-a-bundle' });
    await expect(judge('/tmp')).rejects.toMatchObject({ code: 'not-a-bundle' });
    for (const flags of [0x801, 0x841]) {
      const parts = partsOf(filesOf(goodComplete('1.1'))).map((part) => ({ ...part, flags }));
      expect(await outcome(makeZip(parts))).toBe('not-a-bundle');
    }
  });

  it('without any entry is a package without manifest', async () => {
    expect(await outcome(makeZip([]))).toMatchObject({
      version: undefined,
      findings: [{ code: 'manifest.missing' }],
    });
  });
});
