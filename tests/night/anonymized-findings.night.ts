/** `validate` finds the same faults in the anonymized bundle, in the same lines. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { profiles } from '../../src/profiles/index.js';
import type { Profile } from '../../src/profiles/profile.js';
import { versions } from '../../src/oneroster/versions.js';
import { judge, type JudgeOptions } from '../../src/verify/judge.js';
import {
  asDelta,
  csvLine,
  filesOf,
  goodComplete,
  goodLargerRoster,
  partsOf,
  save,
  saveContent,
  saveFiles,
  withCells,
  withRows,
  type Content,
} from '../verify/bundles.js';
import { cases } from '../verify/check-cases.js';
import { makeZip } from '../verify/zips.js';
import { COLUMNS } from '../../src/anonymize/columns.js';
import { anonymized } from '../anonymize/given.js';
import { randomTurnsOf, turnsOf } from '../support/share.js';
import { SEED } from './bounds.js';

/** These are about columns that are left out, or about the name of the zip. */
const NOT_COMPARED = new Set([
  'header.unknown-column',
  'header.metadata-not-last',
  'profile.no-metadata',
  'package.name',
]);
const RUNS = 10;
/** With these, what is in the zip cannot be known for sure. */
const REFUSED = [
  'package.unsafe-name',
  'package.link',
  'package.method',
  'package.header-mismatch',
  'package.overlap',
  'package.too-large',
  'package.ratio',
  'package.too-many-entries',
  'package.damaged-entry',
  'package.crc',
];

const TABLE_FILES = new Set(['manifest.csv', ...Object.keys(COLUMNS).map((table) => `${table}.csv`)]);

async function findingsOf(path: string, options: JudgeOptions = {}): Promise<readonly object[]> {
  const { findings, version, mode, rows } = await judge(path, {
    limit: 1000,
    name: 'OneRoster.zip',
    asOf: '2026-01-01',
    ...options,
  });
  return [
    { version, mode, rows: [...rows] },
    ...findings
      .filter(({ code }) => !NOT_COMPARED.has(code))
      .map(({ code, severity, file, column, count, places }) => ({
        code,
        severity,
        // The names of other entries and folders are replaced.
        file: TABLE_FILES.has(file ?? '') ? file : undefined,
        column,
        count,
        lines: places.map(({ line }) => line),
      })),
  ];
}

/** The fault may be in the text of a column that is left out; a profile counts all cells without quotes. */
const isOfText = (finding: object, files: ReadonlySet<unknown>): boolean =>
  'code' in finding &&
  ((/^csv\./.test(String(finding.code)) && 'file' in finding && files.has(finding.file)) ||
    finding.code === 'profile.quoting');

async function expectSame(path: string, options: JudgeOptions = {}): Promise<void> {
  const { path: other, done } = await anonymized(path);
  const narrower = new Set(done.files.filter(({ dropped }) => dropped.length > 0).map(({ file }) => file));
  const compared = async (zip: string): Promise<readonly object[]> =>
    (await findingsOf(zip, options)).filter((finding) => narrower.size === 0 || !isOfText(finding, narrower));
  expect(await compared(other)).toEqual(await compared(path));
}

describe('the bundle of each check', () => {
  it.each(
    turnsOf('anonymized bundles of the checks', Object.entries(cases), ([code]) => [
      code.split('.')[0] ?? '',
    ]),
  )('%s', async (code, { fails, passes, limits }) => {
    const path = fails();
    if (REFUSED.includes(code)) {
      const wants = limits ? { limits } : {};
      await expect(anonymized(path, wants)).rejects.toMatchObject({
        code: 'not-a-bundle',
        message: expect.stringContaining('package.'),
      });
    } else await expectSame(path);
    await expectSame(passes());
  });
});

const anyProfile = fc.constantFrom(undefined, ...profiles);
const judgedBy = (profile: Profile | undefined): JudgeOptions => (profile ? { profile } : {});

/** Values that are wrong in a column or another. */
const VALUES = [
  '', ' ', 'NULL', 'null', 'x', 'TRUE', 'true', 'yes', '1', '0', 'Teacher', 'student ', 'ext:x', 'ext:x y', 'nobody',
  '2012-02-30', '02/29/2012', '20120229', '2012-13-01', '2012-2-9', '2012-02-29T00:00:00', 'May 5', '12', '12.5', '-1', '1e3', 'abc',
  'a@b', 'A.B@Example.ORG', 'a.b@example.org', 'bob@', '@x.org', 'a b@x.org', 'a@x..org', 'a@x.org ', 'Zoë', 'Ann "A", B', '李小龙', "O'Brien-Smith",
  '+15551234567', '608-555-1234', '(608) 555 12', '0042', 's1', 's1,g1', 's1, g1', 's1,,g1', 's1,s1', 'o1', 'q1', 'Q1', 'a,b', '{stateID:1}', '{stateID}',
  '{a:b},{c:d}', 'stateID:1', '09', '9', 'Other', 'Grade 5', 'Kindergarten', 'x'.repeat(255), 'x'.repeat(256), `${'ë'.repeat(250)}abcdef`,
  `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.org`, `${'a'.repeat(300)}@x.org`, 'a\u0007b', 'a\tb', 'a\nb', 'urn:uuid:00000000-0000-4000-8000-00000000000a',
  'urn:uuid:0', '0DBC40E5-254B-4643-A987-34298FC1EEB3', 'id with space', 'id/slash', 'tobedeleted', 'inactive', 'active', '2026-01-02T03:04:05Z',
  '2026-01-02T03:04:05.678Z', '2026-01-02',
]; // prettier-ignore

const content = fc
  .tuple(fc.constantFrom('1.1' as const, '1.2' as const), fc.boolean(), fc.boolean())
  .map(([version, isDelta, isLarge]): Content => {
    const made = isLarge ? goodLargerRoster(version, 4) : goodComplete(version);
    return isDelta ? asDelta(made) : made;
  });

const spoiled = content.chain((made) =>
  fc
    .array(
      fc
        .constantFrom(...versions[made.version].tables.filter(({ name }) => made.tables[name]))
        .chain((table) =>
          fc.record({
            table: fc.constant(table.name),
            row: fc.nat({ max: (made.tables[table.name]?.length ?? 1) - 1 }),
            column: fc.constantFrom(...table.columns.map(({ name }) => name)),
            value: fc.constantFrom(...VALUES),
            isTwice: fc.boolean(),
          }),
        ),
      { minLength: 1, maxLength: 12 },
    )
    .map((changes) =>
      changes.reduce((spoilt, { table, row, column, value, isTwice }) => {
        const changed = withCells(spoilt, table, row, { [column]: value });
        const copy = changed.tables[table]?.[row];
        return isTwice && copy ? withRows(changed, table, copy) : changed;
      }, made),
    ),
);

describe('a bundle with faults of any kind', () => {
  it('in its cells', async () => {
    for (const { seed, runs } of randomTurnsOf('anonymized bundles with random cells', RUNS, SEED))
      await fc.assert(
        fc.asyncProperty(spoiled, anyProfile, async (made, profile) => {
          await expectSame(saveContent(made), judgedBy(profile));
        }),
        { numRuns: runs, seed },
      );
  });

  it('in its text: bytes changed, cut, or inserted', async () => {
    const change = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.nat({ max: 3 }),
      insert: fc.constantFrom(
        '',
        '"',
        '""',
        ',',
        '\r',
        '\n',
        '\r\n',
        '\t',
        '\0',
        ';',
        ' ',
        '\ufeff',
        'x',
        '5',
        Buffer.from([0xe9]),
        Buffer.from([0xc3]),
        Buffer.from([0xff, 0xfe]),
        Buffer.from([0xe9, 0x80]),
      ),
    });
    const property = fc.asyncProperty(
      content,
      fc.nat(),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      anyProfile,
      async (made, which, changes, profile) => {
        const files = filesOf(made);
        const names = Object.keys(files);
        const name = names[which % names.length] ?? '';
        const bytes = changes.reduce(
          (text, { at, remove, insert }) => {
            const place = Math.floor(at * text.length);
            return Buffer.concat([
              text.subarray(0, place),
              Buffer.from(insert),
              text.subarray(place + remove),
            ]);
          },
          Buffer.from(files[name] ?? ''),
        );
        await expectSame(saveFiles({ ...files, [name]: bytes }), judgedBy(profile));
      },
    );
    for (const { seed, runs } of randomTurnsOf('anonymized bundles with random bytes', RUNS, SEED))
      await fc.assert(property, { numRuns: runs, seed });
  });

  it('in columns that are left out', async () => {
    const files = filesOf(goodLargerRoster('1.2', 3));
    const lines = (files['users.csv'] ?? '').trimEnd().split('\r\n');
    const wider = lines
      .map((line, n) => `${line},${n === 0 ? 'metadata.x,secret' : n === 3 ? 'a' : '"a,b",c'}\r\n`)
      .join('');
    await expectSame(saveFiles({ ...files, 'users.csv': wider }));
    const shorter = lines.map((line, n) => (n === 0 ? `${line},metadata.x\r\n` : `${line}\r\n`)).join('');
    await expectSame(saveFiles({ ...files, 'users.csv': shorter }));
  });

  it.each(['utf16le', 'latin1'] as const)('in %s', async (encoding) => {
    const files = filesOf(goodLargerRoster('1.2', 3));
    await expectSame(saveFiles({ ...files, 'users.csv': Buffer.from(files['users.csv'] ?? '', encoding) }));
  });

  it('with entries that are stored, in folders, or none of its files', async () => {
    const files = {
      ...filesOf(goodComplete('1.1')),
      'Notes of Maria.txt': 'x',
      'b/people.csv': csvLine(['a']),
      '.hidden': 'x',
    };
    const parts = partsOf(files).map((part) => ({ ...part, stored: true }));
    await expectSame(save(makeZip(parts, { after: Buffer.from('more') })));
    await expectSame(save(makeZip(parts.map((part) => ({ ...part, name: `Maria/${String(part.name)}` })))));
  });
});
