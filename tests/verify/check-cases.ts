/** For each check the smallest bundle that fails it and nothing else, and a similar one that passes it. */
import { deflateRawSync } from 'node:zlib';
import { ZIP_LIMITS, type ZipLimits } from '../../src/model/reading-limits.js';
import type { CheckCode } from '../../src/verify/catalogue/checks.js';
import {
  asDelta,
  csvLine,
  filesOf,
  goodComplete,
  goodRoster,
  manifestOf,
  partsOf,
  save,
  saveContent,
  saveFiles,
  withCells,
  without,
  withRows,
  withTable,
  type Cells,
  type Content,
} from './bundles.js';
import { makeZip, type ZipOptions, type ZipPart } from './zips.js';

export interface CheckCase {
  /** Makes the bundle that fails; gives its path. */
  readonly fails: () => string;
  readonly passes: () => string;
  /** Other codes that cannot but come with it. */
  readonly beside?: readonly CheckCode[];
  /** The file and column that the finding names. */
  readonly file?: string;
  readonly column?: string;
  readonly count?: number;
  /** Instead of the usual ones. */
  readonly limits?: ZipLimits;
}

const r11 = goodRoster('1.1');
const r12 = goodRoster('1.2');
const full11 = goodComplete('1.1');
const full12 = goodComplete('1.2');
const delta = asDelta(r12);

const files = (changes: Readonly<Record<string, string | Buffer>>, content: Content = r12): string =>
  saveFiles({ ...filesOf(content), ...changes });
const text = (name: string, content: Content = r12): string => filesOf(content)[name] ?? '';
/** Replaces the first occurrence in one file; it has to be there. */
const edit = (name: string, from: string | RegExp, to: string, content: Content = r12): string => {
  const before = text(name, content);
  const after = before.replace(from, to);
  if (after === before) throw new Error(`nothing to replace in ${name}`);
  return files({ [name]: after }, content);
};
const cell = (content: Content, table: string, row: number, cells: Cells) => (): string =>
  saveContent(withCells(content, table, row, cells));
const good =
  (content: Content = r12) =>
  (): string =>
    saveContent(content);
const zip = (change: (part: ZipPart) => ZipPart | readonly ZipPart[], options?: ZipOptions) => (): string =>
  save(makeZip(partsOf(filesOf(r12)).flatMap(change), options));
const onOrgs = (change: Partial<ZipPart>, options?: ZipOptions) =>
  zip((part) => (part.name === 'orgs.csv' ? { ...part, ...change } : part), options);
const manifest = (
  change: (rows: readonly (readonly [string, string])[]) => readonly (readonly string[])[],
): string => files({ 'manifest.csv': change(manifestOf(r12)).map(csvLine).join('') });
const property = (name: string, value: string): string =>
  manifest((rows) => rows.map(([key, old]) => [key, key === name ? value : old]));
const long = 'x'.repeat(256);
/** Quote every cell and put `value` into the name of the first org. */
const orgNamed = (value: string | Buffer): string => {
  const [header = '', first = '', ...rest] = text('orgs.csv').split('\r\n');
  const [before = '', after = ''] = first.split('District');
  return files({
    'orgs.csv': Buffer.concat([
      Buffer.from(`${header}\r\n${before}`),
      Buffer.from(value),
      Buffer.from([after, ...rest].join('\r\n')),
    ]),
  });
};
const reordered = (): string => {
  const rows = text('orgs.csv')
    .trimEnd()
    .split('\r\n')
    .map((line) => line.replace('"School, North"', 'North').split(','));
  return files({
    'orgs.csv': rows
      .map(([id = '', status = '', date = '', name = '', type = '', ...rest]) =>
        csvLine([id, status, date, type, name, ...rest]),
      )
      .join(''),
  });
};
/** Changes each line of a file, the header being number 0. */
const lines = (name: string, change: (line: string, n: number) => string): string =>
  files({
    [name]: text(name)
      .trimEnd()
      .split('\r\n')
      .map((line, n) => `${change(line, n)}\r\n`)
      .join(''),
  });
const user = (sourcedId: string, rest: Cells): Cells => ({
  sourcedId,
  enabledUser: 'true',
  username: sourcedId,
  givenName: 'G',
  familyName: 'F',
  ...rest,
});
const second = { sourcedId: 'o2', name: 'South', type: 'school', parentSourcedId: 'd1' };
const oneRow = (content: Content, table: string, row: Cells): Content => withRows(content, table, row);
const profile = {
  sourcedId: 'p1',
  userSourcedId: 't1',
  profileType: 'a',
  vendorId: 'v',
  credentialType: 'c',
  username: 'u',
};

/** Those of `written.*` are asked by verification alone, and tested with it. */
export type JudgedCode = Exclude<CheckCode, `written.${string}`>;

export const cases: Readonly<Record<JudgedCode, CheckCase>> = {
  'package.name': {
    fails: () => save(makeZip(partsOf(filesOf(r12))), 'bundle.txt'),
    passes: () => save(makeZip(partsOf(filesOf(r12))), 'bundle.ZIP'),
  },
  'package.unsafe-name': {
    fails: zip((part) =>
      part.name === 'orgs.csv' ? [part, { name: '../evil.csv', data: Buffer.from('x') }] : part,
    ),
    passes: good(),
    file: '../evil.csv',
  },
  'package.link': {
    fails: zip((part) =>
      part.name === 'orgs.csv'
        ? [part, { name: 'link', data: Buffer.from('/etc/passwd'), mode: 0o120777 }]
        : part,
    ),
    passes: onOrgs({ mode: 0o100644 }),
    beside: ['package.foreign-entry', 'package.link'],
  },
  'package.folder': {
    fails: zip((part) => ({ ...part, name: `roster/${String(part.name)}` })),
    passes: good(),
    file: 'roster/',
    count: 9,
  },
  'package.foreign-csv': {
    fails: () => saveFiles({ ...filesOf(r12), 'people.csv': 'a\r\n' }),
    passes: good(),
    file: 'people.csv',
  },
  'package.foreign-entry': {
    fails: () => saveFiles({ ...filesOf(r12), '__MACOSX/._orgs.csv': 'a' }),
    passes: good(),
  },
  'package.name-case': { fails: onOrgs({ name: 'Orgs.csv' }), passes: good(), file: 'orgs.csv' },
  'package.duplicate-entry': {
    fails: zip((part) => (part.name === 'orgs.csv' ? [part, part] : part)),
    passes: good(),
    file: 'orgs.csv',
  },
  'package.method': { fails: onOrgs({ method: 12 }), passes: onOrgs({ method: 8 }), file: 'orgs.csv' },
  'package.stored': { fails: onOrgs({ stored: true }), passes: good(), file: 'orgs.csv' },
  'package.header-mismatch': {
    fails: onOrgs({ localName: 'org2.csv' }),
    passes: onOrgs({ descriptor: true }),
    file: 'orgs.csv',
  },
  'package.overlap': {
    fails: zip((part) =>
      part.name === 'orgs.csv' ? [part, { ...part, name: 'again.txt', sameAs: 1 }] : part,
    ),
    passes: good(),
    beside: ['package.header-mismatch', 'package.foreign-entry'],
  },
  'package.too-large': {
    fails: onOrgs({ data: Buffer.concat([Buffer.from(text('orgs.csv')), Buffer.alloc(20_000)]) }),
    passes: good(),
    file: 'orgs.csv',
    limits: { ...ZIP_LIMITS, unpackedBytes: 15_000 },
    count: 8,
  },
  'package.ratio': {
    fails: onOrgs({ size: 2 ** 30, packed: deflateRawSync(Buffer.alloc(1 << 16)) }),
    passes: good(),
    file: 'orgs.csv',
    count: 1,
  },
  'package.too-many-entries': {
    fails: zip((part) =>
      part.name === 'roles.csv'
        ? [part, ...Array.from({ length: 195 }, (_, n) => ({ name: `${n}.txt`, data: Buffer.from('x') }))]
        : part,
    ),
    passes: zip((part) =>
      part.name === 'roles.csv'
        ? [part, ...Array.from({ length: 191 }, (_, n) => ({ name: `${n}.txt`, data: Buffer.from('x') }))]
        : part,
    ),
    beside: ['package.foreign-entry'],
    count: 1,
  },
  'package.damaged-entry': {
    fails: onOrgs({ packed: deflateRawSync(Buffer.from(text('orgs.csv'))).subarray(0, -4) }),
    passes: good(),
    file: 'orgs.csv',
  },
  'package.crc': { fails: onOrgs({ crc: 1 }), passes: good(), file: 'orgs.csv' },
  'package.foreign-bytes': {
    fails: zip((part) => part, { after: Buffer.from('more') }),
    passes: zip((part) => ({ ...part, descriptor: true }), { comment: 'a comment' }),
  },
  'package.roster-incomplete': {
    fails: () => saveContent(without(r12, 'enrollments')),
    passes: () => saveContent({ ...r12, tables: {} }),
    file: 'enrollments.csv',
  },

  'manifest.missing': {
    fails: () =>
      saveFiles(Object.fromEntries(Object.entries(filesOf(r12)).filter(([name]) => name !== 'manifest.csv'))),
    passes: good(),
  },
  'manifest.header': {
    fails: () => edit('manifest.csv', 'propertyName,value', 'propertyName,Value'),
    passes: good(),
  },
  'manifest.version': {
    fails: () => property('manifest.version', '1'),
    passes: () => property('manifest.version', '1.0'),
  },
  'manifest.oneroster-version': { fails: () => property('oneroster.version', '1.2.1'), passes: good(r11) },
  'manifest.missing-row': {
    fails: () => manifest((rows) => rows.filter(([name]) => name !== 'file.results')),
    passes: good(),
    column: 'file.results',
  },
  'manifest.repeated-row': {
    fails: () => manifest((rows) => [...rows, ['source.systemName', 'again']]),
    passes: good(),
  },
  'manifest.unknown-row': {
    fails: () => manifest((rows) => [...rows, ['fiel.orgs', 'bulk']]),
    passes: () => manifest((rows) => rows.filter(([name]) => !name.startsWith('source.'))),
  },
  'manifest.mode': {
    fails: () => property('file.results', 'Absent'),
    passes: good(),
    column: 'file.results',
  },
  'manifest.declared-but-missing': {
    fails: () => property('file.results', 'bulk'),
    passes: good(),
    file: 'results.csv',
  },
  'manifest.undeclared-file': {
    fails: () => property('file.orgs', 'absent'),
    passes: good(),
    file: 'orgs.csv',
  },
  'manifest.mixed-modes': {
    fails: () => {
      const changed = withCells(r12, 'demographics', 0, {
        status: 'active',
        dateLastModified: '2026-01-02T03:04:05.678Z',
      });
      return saveFiles({
        ...filesOf(changed),
        'manifest.csv': text('manifest.csv', changed).replace(
          'file.demographics,bulk',
          'file.demographics,delta',
        ),
      });
    },
    passes: good(delta),
  },
  'manifest.row-order': {
    fails: () => manifest(([header = ['', ''], ...rows]) => [header, ...rows.reverse()]),
    passes: good(),
  },

  'csv.encoding': {
    fails: () => orgNamed(Buffer.from([0xc3, 0x28])),
    passes: () => orgNamed('Zoë 学校'),
    file: 'orgs.csv',
    count: 1,
  },
  'csv.bom': {
    fails: () => files({ 'orgs.csv': `\ufeff${text('orgs.csv')}` }),
    passes: good(),
    file: 'orgs.csv',
  },
  'csv.line-feed': {
    fails: () => files({ 'orgs.csv': text('orgs.csv').replaceAll('\r\n', '\n') }),
    passes: good(),
    file: 'orgs.csv',
  },
  'csv.mixed-line-ends': { fails: () => edit('orgs.csv', '\r\n', '\n'), passes: good(), file: 'orgs.csv' },
  'csv.carriage-return': {
    fails: () => files({ 'orgs.csv': text('orgs.csv').replaceAll('\r\n', '\r') }),
    passes: good(),
    file: 'orgs.csv',
    count: 3,
  },
  'csv.line-break-in-cell': {
    fails: () => orgNamed('"A\r\nB"'),
    passes: () => orgNamed('"A, ""B"""'),
    file: 'orgs.csv',
    count: 1,
  },
  'csv.control-character': {
    fails: () => orgNamed('A\u0007B'),
    passes: () => orgNamed('A B'),
    file: 'orgs.csv',
  },
  'csv.tab': { fails: () => orgNamed('A\tB'), passes: () => orgNamed('A B'), file: 'orgs.csv', count: 1 },
  'csv.wide-encoding': {
    fails: () => files({ 'manifest.csv': Buffer.from(`\ufeff${text('manifest.csv')}`, 'utf16le') }),
    passes: good(),
    file: 'manifest.csv',
    count: 1,
  },
  'csv.delimiter': {
    fails: () => files({ 'manifest.csv': text('manifest.csv').replaceAll(',', ';') }),
    passes: good(),
    file: 'manifest.csv',
    count: 1,
  },
  'csv.cell-too-long': {
    fails: () => edit('demographics.csv', '2012-02-29', 'x'.repeat(65_537)),
    passes: good(),
    file: 'demographics.csv',
    count: 1,
  },
  'csv.quote-in-bare-cell': {
    fails: () => orgNamed('A "B"'),
    passes: () => orgNamed('"A ""B"""'),
    file: 'orgs.csv',
    count: 2,
  },
  'csv.text-after-quote': { fails: () => orgNamed('"A"B'), passes: () => orgNamed('"A"'), file: 'orgs.csv' },
  'csv.unclosed-quote': {
    fails: () => edit('demographics.csv', 's1,', 's1,"'),
    passes: () => edit('demographics.csv', 's1,', 's1,""'),
    beside: ['csv.line-break-in-cell', 'csv.field-count'],
    file: 'demographics.csv',
  },
  'csv.blank-line': {
    fails: () => files({ 'orgs.csv': `${text('orgs.csv')}\r\n` }),
    passes: () => files({ 'orgs.csv': text('orgs.csv').trimEnd() }),
    file: 'orgs.csv',
  },
  'csv.field-count': {
    fails: () => edit('orgs.csv', 'district,,', 'district,,,'),
    passes: good(),
    file: 'orgs.csv',
  },
  'csv.row-too-long': {
    fails: () => files({ 'demographics.csv': `${text('demographics.csv')}"${'x'.repeat(1.5 * 2 ** 20)}` }),
    passes: () =>
      files({
        'demographics.csv': `${text('demographics.csv')}s9,,,,,,,,,,,,${`${'x'.repeat(65_000)},`.repeat(15)}\r\n`,
      }),
    file: 'demographics.csv',
  },
  'csv.header-only': {
    fails: () => saveContent(withTable(r12, 'demographics', [])),
    passes: good(),
    file: 'demographics.csv',
  },

  'header.too-long': {
    fails: () => edit('demographics.csv', '\r\n', `,metadata.${'x'.repeat(65_536)}\r\n`),
    passes: good(),
    file: 'demographics.csv',
    count: 1,
  },
  'header.too-many-columns': {
    fails: () => edit('demographics.csv', '\r\n', `${',metadata.x'.repeat(1_000)}\r\n`),
    passes: good(),
    file: 'demographics.csv',
    count: 1,
  },

  'header.absent': {
    fails: () => edit('demographics.csv', /^.*\r\n/, ''),
    passes: good(),
    file: 'demographics.csv',
  },
  'header.missing-column': {
    fails: () =>
      files({
        'orgs.csv': text('orgs.csv')
          .replace(',identifier', '')
          .replace('district,,', 'district,')
          .replace('school,,', 'school,'),
      }),
    passes: good(),
    file: 'orgs.csv',
    column: 'identifier',
  },
  'header.spelling': {
    fails: () => edit('orgs.csv', 'parentSourcedId', 'parentsourcedid'),
    passes: good(),
    file: 'orgs.csv',
    column: 'parentSourcedId',
  },
  'header.order': { fails: reordered, passes: good(), file: 'orgs.csv', count: 1 },
  'header.duplicate-column': {
    fails: () => lines('orgs.csv', (line, n) => line + (n === 0 ? ',name' : ',')),
    passes: good(),
    file: 'orgs.csv',
    column: 'name',
  },
  'header.unknown-column': {
    fails: () => lines('orgs.csv', (line, n) => line + (n === 0 ? ',extra' : ',')),
    passes: () => lines('orgs.csv', (line, n) => line + (n === 0 ? ',metadata.extra' : ',')),
    file: 'orgs.csv',
    column: '#8',
  },
  'header.metadata-not-last': {
    fails: () => lines('orgs.csv', (line, n) => (n === 0 ? 'metadata.x,' : ',') + line),
    passes: () => lines('orgs.csv', (line, n) => line + (n === 0 ? ',metadata.x' : ',')),
    file: 'orgs.csv',
    column: 'sourcedId',
  },
  'header.retired-column': {
    fails: () => lines('users.csv', (line, n) => insertCell(line, 17, n === 0 ? 'resourceSourcedIds' : '')),
    passes: good(),
    file: 'users.csv',
    column: 'resourceSourcedIds',
  },

  'lifecycle.filled-in-bulk': {
    fails: cell(r12, 'orgs', 0, { status: 'active' }),
    passes: good(),
    file: 'orgs.csv',
    column: 'status',
  },
  'lifecycle.blank-in-delta': {
    fails: cell(delta, 'orgs', 0, { dateLastModified: '' }),
    passes: good(delta),
    file: 'orgs.csv',
    column: 'dateLastModified',
  },
  'lifecycle.inactive': {
    fails: cell(delta, 'orgs', 0, { status: 'inactive' }),
    passes: cell(delta, 'orgs', 0, { status: 'tobedeleted' }),
    file: 'orgs.csv',
    column: 'status',
  },

  'cell.required': {
    fails: cell(r12, 'users', 0, { givenName: '' }),
    passes: cell(r12, 'users', 0, { middleName: '' }),
    file: 'users.csv',
    column: 'givenName',
  },
  'cell.only-blanks': {
    fails: cell(r12, 'users', 0, { middleName: ' ' }),
    passes: cell(r12, 'users', 0, { middleName: 'A B' }),
  },
  'cell.null-word': {
    fails: cell(r12, 'users', 0, { middleName: 'NULL' }),
    passes: cell(r12, 'users', 0, { middleName: 'Null' }),
  },
  'cell.guid': {
    fails: cell(r12, 'demographics', 0, { sourcedId: 's 1' }),
    passes: good(),
    file: 'demographics.csv',
    column: 'sourcedId',
  },
  'cell.id-reach': {
    fails: cell(r12, 'enrollments', 0, { sourcedId: 'a@b' }),
    passes: cell(r12, 'enrollments', 0, { sourcedId: 'x'.repeat(100) }),
  },
  'cell.too-long': {
    fails: cell(r12, 'users', 0, { middleName: long }),
    passes: cell(r12, 'users', 0, { middleName: 'é'.repeat(255) }),
  },
  'cell.date': {
    fails: cell(r12, 'demographics', 0, { birthDate: '2011-02-29' }),
    passes: cell(r12, 'demographics', 0, { birthDate: '2012-02-29' }),
  },
  'cell.date-time': {
    fails: cell(delta, 'orgs', 0, { dateLastModified: '2026-01-02' }),
    passes: good(delta),
  },
  'cell.date-time-fraction': {
    fails: cell(delta, 'orgs', 0, { dateLastModified: '2026-01-02T03:04:05Z' }),
    passes: good(delta),
  },
  'cell.year': { fails: cell(r12, 'academicSessions', 1, { schoolYear: '26' }), passes: good() },
  'cell.boolean': {
    fails: cell(r12, 'users', 0, { enabledUser: 'TRUE' }),
    passes: cell(r12, 'users', 0, { enabledUser: 'false' }),
  },
  'cell.integer': {
    fails: cell(full12, 'categories', 0, { weight: '10%' }),
    passes: cell(full12, 'categories', 0, { weight: '10' }),
  },
  'cell.float': {
    fails: cell(full12, 'results', 0, { score: '9,5' }),
    passes: cell(full12, 'results', 0, { score: '9.25' }),
  },
  'cell.enum': {
    fails: cell(r12, 'orgs', 0, { type: 'lea' }),
    passes: cell(r12, 'orgs', 0, { type: 'local' }),
  },
  'cell.enum-case': {
    fails: cell(r12, 'classes', 0, { classType: 'Scheduled' }),
    passes: cell(r12, 'classes', 0, { classType: 'homeroom' }),
  },
  'cell.extension-token': {
    fails: cell(r11, 'classes', 0, { classType: 'ext:club' }),
    passes: cell(r12, 'classes', 0, { classType: 'ext:club' }),
  },
  'cell.list-blanks': {
    fails: cell(r12, 'classes', 0, { periods: '1, 2' }),
    passes: cell(r12, 'classes', 0, { periods: '1,2 a' }),
  },
  'cell.list-gap': {
    fails: cell(r12, 'classes', 0, { periods: '1,' }),
    passes: cell(r12, 'classes', 0, { periods: '1' }),
  },
  'cell.list-repeat': {
    fails: cell(r12, 'classes', 0, { termSourcedIds: 'q1,q1' }),
    passes: good(),
    file: 'classes.csv',
    column: 'termSourcedIds',
  },
  'cell.item-pattern': {
    fails: cell(r12, 'users', 0, { userIds: 'stateID:77' }),
    passes: cell(r12, 'users', 0, { userIds: '{a:1},{b:2}' }),
  },
  'cell.pattern': {
    fails: cell(full12, 'lineItemLearningObjectiveIds', 0, { learningObjectiveId: 'x' }),
    passes: cell(full12, 'lineItemLearningObjectiveIds', 0, { source: 'unknown', learningObjectiveId: 'x' }),
  },
  'cell.subject-lists': {
    fails: cell(r12, 'classes', 0, { subjects: 'A,B', subjectCodes: '1' }),
    passes: cell(r12, 'classes', 0, { subjects: 'A,B', subjectCodes: '1,2' }),
  },
  'cell.subject-list-alone': {
    fails: cell(r12, 'courses', 0, { subjects: 'A' }),
    passes: cell(r12, 'courses', 0, { subjects: 'A', subjectCodes: '1' }),
  },
  'cell.grade-code': {
    fails: cell(r11, 'users', 0, { grades: '8' }),
    passes: cell(r12, 'users', 0, { grades: '8' }),
  },
  'cell.password': { fails: cell(r12, 'users', 0, { password: 'secret' }), passes: good() },

  'reference.duplicate-id': {
    fails: () => saveContent(oneRow(r12, 'demographics', { sourcedId: 's1' })),
    passes: () => saveContent(oneRow(r12, 'demographics', { sourcedId: 't1' })),
  },
  'reference.dangling': {
    fails: cell(r12, 'enrollments', 0, { userSourcedId: 'nobody' }),
    passes: cell(delta, 'enrollments', 0, { userSourcedId: 'nobody' }),
  },
  'reference.file-missing': {
    fails: () => saveContent(without(r12, 'courses')),
    passes: () => saveContent(without(delta, 'courses')),
    beside: ['package.roster-incomplete'],
    file: 'classes.csv',
  },
  'reference.wrong-kind': {
    fails: cell(r12, 'courses', 0, { schoolYearSourcedId: 'q1' }),
    passes: good(),
    column: 'schoolYearSourcedId',
  },
  'reference.unusual-kind': {
    fails: cell(r12, 'classes', 0, { termSourcedIds: 'y1' }),
    passes: good(),
    column: 'termSourcedIds',
  },
  'reference.agent-one-way': {
    fails: cell(r12, 'users', 2, { agentSourcedIds: '' }),
    passes: good(),
    file: 'users.csv',
  },

  'roster.teacher-as-agent': {
    fails: () =>
      saveContent(
        withCells(withCells(r11, 'users', 0, { agentSourcedIds: 'g1,t1' }), 'users', 1, {
          agentSourcedIds: 's1',
        }),
      ),
    passes: good(r11),
  },
  'roster.org-cycle': { fails: cell(r12, 'orgs', 0, { parentSourcedId: 'd1' }), passes: good() },
  'roster.org-level': {
    fails: () => saveContent(withRows(r12, 'orgs', { ...second, parentSourcedId: 'o1' })),
    passes: () =>
      saveContent(withRows(r12, 'orgs', { ...second, type: 'department', parentSourcedId: 'o1' })),
  },
  'roster.session-cycle': {
    fails: cell(r12, 'academicSessions', 0, { parentSourcedId: 'y1' }),
    passes: good(),
  },
  'roster.session-root': { fails: cell(r12, 'academicSessions', 1, { parentSourcedId: '' }), passes: good() },
  'roster.grading-period': {
    fails: () =>
      saveContent(
        withRows(r12, 'academicSessions', {
          sourcedId: 'p',
          title: 'P',
          type: 'gradingPeriod',
          startDate: '2025-09-01',
          endDate: '2025-10-01',
          schoolYear: '2026',
          parentSourcedId: 'y1',
        }),
      ),
    passes: () =>
      saveContent(
        withRows(r12, 'academicSessions', {
          sourcedId: 'p',
          title: 'P',
          type: 'gradingPeriod',
          startDate: '2025-09-01',
          endDate: '2025-10-01',
          schoolYear: '2026',
          parentSourcedId: 'q1',
        }),
      ),
  },
  'roster.session-nesting': {
    fails: cell(r12, 'academicSessions', 1, { startDate: '2025-07-31' }),
    passes: cell(r12, 'academicSessions', 1, { endDate: '2026-06-30' }),
  },
  'roster.school-year': { fails: cell(r12, 'academicSessions', 0, { schoolYear: '2025' }), passes: good() },
  'roster.end-before-begin': {
    fails: cell(r12, 'roles', 0, { beginDate: '2026-01-02', endDate: '2026-01-01' }),
    passes: cell(r12, 'roles', 0, { beginDate: '2026-01-02', endDate: '2026-01-02' }),
    file: 'roles.csv',
  },
  'roster.primary-not-teacher': {
    fails: cell(r12, 'enrollments', 0, { primary: 'true' }),
    passes: cell(r12, 'enrollments', 0, { primary: 'false' }),
  },
  'roster.several-primary-teachers': {
    fails: () =>
      saveContent(
        withRows(r12, 'enrollments', {
          sourcedId: 'e3',
          classSourcedId: 'k1',
          schoolSourcedId: 'o1',
          userSourcedId: 't1',
          role: 'teacher',
          primary: 'true',
          beginDate: '2025-12-01',
        }),
      ),
    passes: () =>
      saveContent(
        withRows(r12, 'enrollments', {
          sourcedId: 'e3',
          classSourcedId: 'k1',
          schoolSourcedId: 'o1',
          userSourcedId: 't1',
          role: 'teacher',
          primary: 'true',
          beginDate: '2025-12-20',
        }),
      ),
  },
  'roster.enrollment-outside-session': {
    fails: cell(r12, 'enrollments', 0, { beginDate: '2025-07-31' }),
    passes: cell(r12, 'enrollments', 0, { beginDate: '2025-08-01', endDate: '2025-12-20' }),
  },
  'roster.enrollment-school': {
    fails: () =>
      saveContent(withCells(withRows(r12, 'orgs', second), 'enrollments', 0, { schoolSourcedId: 'o2' })),
    passes: () => saveContent(withRows(r12, 'orgs', second)),
  },
  'roster.two-primary-roles': {
    fails: () =>
      saveContent(
        withRows(r12, 'roles', {
          sourcedId: 'x',
          userSourcedId: 's1',
          role: 'aide',
          roleType: 'primary',
          orgSourcedId: 'o1',
        }),
      ),
    passes: () =>
      saveContent(
        withRows(r12, 'roles', {
          sourcedId: 'x',
          userSourcedId: 's1',
          role: 'aide',
          roleType: 'secondary',
          orgSourcedId: 'o1',
        }),
      ),
  },
  'roster.no-primary-role': {
    fails: cell(r12, 'roles', 0, { roleType: 'secondary' }),
    passes: good(),
    file: 'roles.csv',
    count: 1,
  },
  'roster.primary-org': {
    fails: () =>
      saveContent(withCells(withRows(r12, 'orgs', second), 'users', 0, { primaryOrgSourcedId: 'o2' })),
    passes: good(),
    file: 'users.csv',
  },
  'roster.no-role': {
    fails: () =>
      saveContent(withRows(r12, 'users', user('lost', {}), user('astray', { primaryOrgSourcedId: 'o1' }))),
    passes: good(),
    file: 'users.csv',
    count: 2,
  },
  'roster.profile-owner': {
    fails: () =>
      saveContent(
        withCells(withTable(r12, 'userProfiles', [profile]), 'roles', 0, { userProfileSourcedId: 'p1' }),
      ),
    passes: () =>
      saveContent(
        withCells(withTable(r12, 'userProfiles', [profile]), 'roles', 1, { userProfileSourcedId: 'p1' }),
      ),
  },
  'roster.master-identifier': {
    fails: () =>
      saveContent(
        withCells(withCells(r12, 'users', 0, { userMasterIdentifier: 'm' }), 'users', 1, {
          userMasterIdentifier: 'm',
        }),
      ),
    passes: () =>
      saveContent(
        withCells(withCells(r12, 'users', 0, { userMasterIdentifier: 'm' }), 'users', 1, {
          userMasterIdentifier: 'n',
        }),
      ),
  },
  'roster.score-limits': {
    fails: cell(full11, 'lineItems', 0, { resultValueMin: '11' }),
    passes: cell(full12, 'lineItems', 0, { resultValueMin: '' }),
    beside: ['roster.score-range'],
  },
  'roster.score-range': {
    fails: cell(full12, 'results', 0, { score: '10.6' }),
    passes: cell(full12, 'results', 0, { score: '10.5' }),
  },
  'roster.result-class': {
    fails: () =>
      saveContent(
        withCells(
          withRows(full12, 'classes', { ...full12.tables['classes']?.[0], sourcedId: 'k2' }),
          'results',
          0,
          { classSourcedId: 'k2' },
        ),
      ),
    passes: good(full12),
  },
  'roster.result-not-enrolled': {
    fails: () =>
      saveContent(
        withCells(
          withRows(withRows(full12, 'users', user('s2', {})), 'roles', {
            sourcedId: 'rr',
            userSourcedId: 's2',
            role: 'student',
            roleType: 'primary',
            orgSourcedId: 'o1',
          }),
          'results',
          0,
          { studentSourcedId: 's2' },
        ),
      ),
    passes: good(full12),
  },
};

/** Puts a cell into a line without quoted cells before it. */
function insertCell(line: string, position: number, value: string): string {
  const cells = line.split(',');
  cells.splice(position, 0, value);
  return cells.join(',');
}
