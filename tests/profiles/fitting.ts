/** For each profile a bundle that meets all its demands, and for each demand the way to fail it. */
import type { Demand, DemandKind, Profile } from '../../src/profiles/profile.js';
import { shapeOf, type Shape } from '../../src/profiles/shape.js';
import type { VersionName } from '../../src/oneroster/versions.js';
import {
  filesOf,
  goodRoster,
  mapTables,
  partsOf,
  save,
  withCells,
  without,
  withRows,
  withTable,
  type Cells,
  type Content,
} from '../verify/bundles.js';
import { makeZip } from '../verify/zips.js';

export interface Draft {
  readonly content: Content;
  readonly shape: Shape;
  readonly name: string;
  readonly lineEnd: 'crlf' | 'lf';
  readonly quoting: 'all' | 'minimal' | 'needless';
  /** Entries beside those of the content. */
  readonly extra: Readonly<Record<string, string>>;
  readonly asOf: string;
}

const dates = { beginDate: '2025-08-01', endDate: '2025-12-20' };

/** A roster without guardians, with plain names, addresses and dates everywhere. */
function plainRoster(version: VersionName): Content {
  const good = goodRoster(version);
  const isKept = (cells: Cells): boolean => cells['sourcedId'] !== 'g1' && cells['userSourcedId'] !== 'g1';
  const plain = (cells: Cells, table: string): Cells => ({
    ...cells,
    ...(table === 'users'
      ? {
          agentSourcedIds: '',
          userIds: '',
          email: `${cells['sourcedId'] ?? ''}@example.org`,
          username: `user ${cells['sourcedId'] ?? ''}`.replace(' ', ''),
        }
      : {}),
    ...(table === 'orgs' ? { name: 'A School' } : {}),
    ...(table === 'academicSessions' ? { title: 'A session' } : {}),
    ...(table === 'enrollments' ? dates : {}),
  });
  return {
    ...good,
    tables: mapTables(good.tables, (rows, table) => rows.filter(isKept).map((cells) => plain(cells, table))),
  };
}

export function fitting(profile: Profile): Draft {
  const version = shapeOf(profile, '1.1').versions[0] ?? '1.1';
  const shape = shapeOf(profile, version);
  const roster = plainRoster(version);
  const refused = Object.keys(roster.tables).filter(
    (table) => shape.tablesAllowed && !shape.tablesAllowed.includes(table),
  );
  return {
    content: without(roster, ...refused),
    shape,
    name: shape.zipName ?? 'bundle.zip',
    lineEnd: shape.lineEnd,
    quoting: shape.quoting,
    extra: {},
    asOf: '2025-09-01',
  };
}

/** Writes a draft to a file and gives its path. */
export function saveDraft({ content, name, lineEnd, quoting, extra }: Draft): string {
  const files = Object.entries(filesOf(content)).map(([file, text]) => {
    const quoted = quoting === 'minimal' ? text : requote(text, quoting === 'needless');
    return [file, lineEnd === 'lf' ? quoted.replaceAll('\r\n', '\n') : quoted] as const;
  });
  return save(makeZip(partsOf({ ...Object.fromEntries(files), ...extra })), name);
}

/** Puts all filled cells in quotes, or the first of each line. */
function requote(text: string, isFirstOnly: boolean): string {
  return text
    .split('\r\n')
    .map((line) =>
      isFirstOnly
        ? line.replace(/^[^",]+/, '"$&"')
        : line.replace(/("(?:[^"]|"")*"|[^",]+)/g, (cell) => (cell.startsWith('"') ? cell : `"${cell}"`)),
    )
    .join('\r\n');
}

type Spoil = (draft: Draft, demand: Demand) => Draft;

const rows = (draft: Draft, table: string, ...added: readonly Cells[]): Draft => ({
  ...draft,
  content: withRows(draft.content, table, ...added),
});
const cells = (draft: Draft, table: string, row: number, changed: Cells): Draft => ({
  ...draft,
  content: withCells(draft.content, table, row, changed),
});
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);
const first = (draft: Draft, table: string): Cells => draft.content.tables[table]?.[0] ?? {};

function withMany(draft: Draft, count: number, kind: 'students' | 'classes'): Draft {
  const enrollment = first(draft, 'enrollments');
  if (kind === 'students') {
    const users = numbers(count).map((n) => ({
      ...first(draft, 'users'),
      sourcedId: `x${n}`,
      username: `x${n}`,
      email: `x${n}@example.org`,
    }));
    return rows(
      rows(draft, 'users', ...users),
      'enrollments',
      ...users.map(({ sourcedId }) => ({
        ...enrollment,
        sourcedId: `e-${sourcedId}`,
        userSourcedId: sourcedId,
      })),
    );
  }
  const classes = numbers(count).map((n) => ({ ...first(draft, 'classes'), sourcedId: `x${n}` }));
  const teaching = draft.content.tables['enrollments']?.[1] ?? {};
  return rows(
    rows(draft, 'classes', ...classes),
    'enrollments',
    ...classes.map(({ sourcedId }) => ({
      ...teaching,
      sourcedId: `e-${sourcedId}`,
      classSourcedId: sourcedId,
    })),
  );
}

/** Fits no pattern in use. */
const OFF_PATTERN = "O'Brien (2)";

/** The first row of a table with other cells; a table that the receiver refuses comes with it. */
function spoiled(
  draft: Draft,
  { table, column }: { readonly table: string; readonly column: string },
): Draft {
  const { content } = draft;
  if (content.tables[table] !== undefined) return cells(draft, table, 0, { [column]: OFF_PATTERN });
  const row = plainRoster(content.version).tables[table]?.[0] ?? {};
  return { ...draft, content: withTable(content, table, [{ ...row, [column]: OFF_PATTERN }]) };
}

/** How to fail a demand; null for those that shape the delivery and cannot be seen in a zip. */
export const spoilers: Readonly<Record<DemandKind, Spoil | null>> = {
  version: (draft) => ({ ...draft, content: plainRoster(draft.content.version === '1.1' ? '1.2' : '1.1') }),
  mode: (draft) => {
    const changed = { status: 'active', dateLastModified: '2026-01-02T03:04:05.678Z' };
    const tables = mapTables(draft.content.tables, (list) => list.map((row) => ({ ...row, ...changed })));
    return { ...draft, content: { ...draft.content, mode: 'delta', tables } };
  },
  'files-required': (draft, demand) => ({
    ...draft,
    content: without(draft.content, demand.kind === 'files-required' ? (demand.tables[0] ?? '') : ''),
  }),
  'files-allowed': (draft) => ({
    ...draft,
    content: withTable(draft.content, 'demographics', [{ sourcedId: 's1' }]),
  }),
  'header-only': null,
  'zip-name': (draft) => ({ ...draft, name: 'one_roster-export.zip' }),
  'loose-files': null,
  'largest-zip': null,
  quoting: (draft, demand) => ({
    ...draft,
    quoting: demand.kind === 'quoting' && demand.quoting === 'all' ? 'minimal' : 'needless',
  }),
  'line-end': (draft) => ({ ...draft, lineEnd: 'crlf' }),
  'no-metadata': (draft) => ({
    ...draft,
    extra: {
      'orgs.csv': (filesOf(draft.content)['orgs.csv'] ?? '')
        .split('\r\n')
        .map((line, n) => (line === '' ? '' : line + (n === 0 ? ',metadata.x' : ',')))
        .join('\r\n'),
    },
  }),
  'cell-required': (draft, demand) =>
    demand.kind === 'cell-required' ? cells(draft, demand.table, 0, { [demand.column]: '' }) : draft,
  pattern: (draft, demand) => (demand.kind === 'pattern' ? spoiled(draft, demand) : draft),
  unique: (draft, demand) =>
    demand.kind === 'unique'
      ? cells(draft, demand.table, 1, {
          [demand.column]: (first(draft, demand.table)[demand.column] ?? '').toUpperCase(),
        })
      : draft,
  'id-pattern': (draft) => cells(draft, 'enrollments', 0, { sourcedId: 'e/1' }),
  'roles-kept': (draft) => cells(draft, 'users', 0, { role: 'relative' }),
  'class-size': (draft, demand) =>
    withMany(draft, demand.kind === 'class-size' ? demand.most : 0, 'students'),
  'classes-per-teacher': (draft, demand) =>
    withMany(draft, demand.kind === 'classes-per-teacher' ? demand.most : 0, 'classes'),
  'class-needs-teacher': (draft) => rows(draft, 'classes', { ...first(draft, 'classes'), sourcedId: 'k2' }),
  'one-primary-teacher': (draft) => {
    const teaching = draft.content.tables['enrollments']?.[1] ?? {};
    const other = { ...draft.content.tables['users']?.[1], sourcedId: 't2', email: 't2@example.org' };
    const [begin, end] = [{ endDate: '2025-09-01' }, { beginDate: '2025-09-01' }];
    const changed = cells(rows(draft, 'users', other), 'enrollments', 1, begin);
    return rows(changed, 'enrollments', { ...teaching, ...end, sourcedId: 'e3', userSourcedId: 't2' });
  },
  'one-enrollment': (draft) =>
    rows(draft, 'enrollments', { ...first(draft, 'enrollments'), sourcedId: 'e3' }),
  'same-school': (draft) => cells(draft, 'users', 0, { orgSourcedIds: 'd1' }),
  'class-in-future': (draft) => ({ ...draft, asOf: '2025-07-31' }),
  'session-type': (draft) => cells(draft, 'academicSessions', 1, { type: 'semester' }),
  tighten: (draft, demand) => {
    if (demand.kind !== 'tighten') return draft;
    if (demand.code === 'cell.only-blanks') return cells(draft, 'users', 0, { middleName: ' ' });
    if (demand.code === 'cell.grade-code') return cells(draft, 'users', 0, { grades: '8' });
    return { ...draft, extra: { 'readme.txt': 'x' } };
  },
};
