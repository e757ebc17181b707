/**
 * Why one record is in or out: the rules of a refresh, asked over a small snapshot of just what the record hangs on, read
 * live from the SIS. Nothing is written and no lock is taken.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SisRow } from './campus/tables.js';
import { extract } from './extract/extract.js';
import { search, type FoundSubject, type Search, type SubjectKind } from './extract/find.js';
import type { SisSource } from './extract/source.js';
import { loadDistrict } from './filter/context.js';
import { decide, rosterOf } from './filter/filter.js';
import type { Exclusion } from './filter/rule.js';
import {
  traceCourse,
  tracePerson,
  traceRoster,
  traceSection,
  traceStaffRow,
  type RecordTrace,
  type RoleTrace,
} from './filter/trace.js';
import { map } from './map/map.js';
import { receiverOf } from './profiles/receiver.js';
import { Notices } from './model/notices.js';
import type { Config, ConnectionSettings } from './model/settings.js';
import type { LocalDate } from './model/values.js';
import { versions } from './oneroster/versions.js';
import type { Snapshot } from './snapshot/snapshot.js';

export interface ExplainRequest {
  readonly config: Config;
  readonly source: SisSource;
  readonly kind: SubjectKind;
  readonly key: string;
  /** Only this connection. */
  readonly connection?: string;
  readonly asOf: LocalDate;
}

export interface ExplainedRecord {
  readonly kind: SubjectKind;
  /** In Campus: personID, sectionID, courseID, rosterID or historyID. */
  readonly id: number;
  /** As an exclusions list would have them. */
  readonly exclusions: readonly {
    readonly kind: string;
    readonly code: string;
    readonly facts: Exclusion['facts'];
  }[];
  /** Of a person. */
  readonly roles?: readonly RoleTrace[];
  /** Of anything else. */
  readonly record?: RecordTrace;
  /** Why those are out on whom the record hangs. */
  readonly chain: readonly { readonly kind: string; readonly id: string; readonly code: string }[];
  readonly rows: readonly {
    readonly table: string;
    readonly columns: readonly string[];
    readonly cells: readonly string[];
  }[];
}

export interface Explanation {
  readonly asOf: LocalDate;
  readonly near: readonly string[];
  readonly connections: readonly {
    readonly name: string;
    readonly version: string;
    readonly records: readonly ExplainedRecord[];
  }[];
}

export async function explain(request: ExplainRequest): Promise<Explanation> {
  const folder = mkdtempSync(join(tmpdir(), 'oneroster-export-'));
  let searched: Search | undefined;
  try {
    const { snapshot } = await extract(request.source, join(folder, 'snapshot.sqlite'), {
      notices: new Notices(),
      focus: async (view, names) => {
        searched = await search(view, names, request.kind, request.key);
        return searched.focus;
      },
    });
    try {
      const found = searched?.found;
      const connections = request.config.connections
        .filter(({ name }) => request.connection === undefined || name === request.connection)
        .map((settings) => ({
          name: settings.name,
          version: settings.version,
          records: found === undefined ? [] : explainFor(settings, found, snapshot, request),
        }));
      return { asOf: request.asOf, near: searched?.near ?? [], connections };
    } finally {
      snapshot.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Reported = Map<string, { kind: string; code: string; facts: Exclusion['facts'] }[]>;

function explainFor(
  settings: ConnectionSettings,
  found: FoundSubject,
  snapshot: Snapshot,
  { config, asOf }: ExplainRequest,
): readonly ExplainedRecord[] {
  const reported: Reported = new Map();
  const notices = new Notices();
  const request = {
    snapshot,
    district: loadDistrict(snapshot),
    settings,
    asOf,
    notices,
    report: (kind: string, id: number | string, { code, facts }: Exclusion): void => {
      const key = String(id);
      reported.set(key, [...(reported.get(key) ?? []), { kind, code, facts }]);
    },
  };
  const context = decide(request);
  const rows: { table: string; cells: readonly string[] }[] = [];
  const { shape } = receiverOf(settings);
  const roster = rosterOf(request, context);
  map({ roster, settings, grades: config.grades, notices, shape, report: request.report }, (table, cells) =>
    rows.push({ table, cells }),
  );
  const columnsOf = new Map(
    versions[settings.version].tables.map(({ name, columns }) => [
      name,
      columns.map((column) => column.name),
    ]),
  );
  const record = (
    kind: SubjectKind,
    id: number,
    kinds: readonly string[],
    traced: Pick<ExplainedRecord, 'roles' | 'record'>,
    isOwn: (table: string, columns: readonly string[], cells: readonly string[]) => boolean,
  ): ExplainedRecord => {
    const exclusions = (reported.get(String(id)) ?? []).filter((each) => kinds.includes(each.kind));
    return {
      kind,
      id,
      exclusions,
      ...traced,
      chain: chainOf(exclusions, reported),
      rows: rows
        .map(({ table, cells }) => ({ table, columns: columnsOf.get(table) ?? [], cells }))
        .filter(({ table, columns, cells }) => isOwn(table, columns, cells)),
    };
  };
  const userIds = (personID: number): ReadonlySet<string> => {
    const guid = request.district.guids.get(personID) ?? '';
    const letters = ['s', 't', 'a', 'g', 'r'];
    return new Set([
      String(personID),
      guid,
      ...letters.flatMap((letter) => [`${letter}${personID}`, `${letter}-${personID}`, `${letter}-${guid}`]),
    ]);
  };
  const cellOf = (columns: readonly string[], cells: readonly string[], name: string): string =>
    cells[columns.indexOf(name)] ?? '';
  const first = <Row>(all: Iterable<Row>, is: (row: Row) => boolean): Row | undefined => [...all].find(is);
  return [
    ...found.people.map((personID) => {
      const ids = userIds(personID);
      return record(
        'person',
        personID,
        ['student', 'teacher', 'aide', 'guardian', 'relative'],
        { roles: tracePerson(snapshot, context, personID) },
        (table, columns, cells) =>
          (['users', 'demographics'].includes(table) && ids.has(cells[0] ?? '')) ||
          ids.has(cellOf(columns, cells, 'userSourcedId')),
      );
    }),
    ...found.sections.flatMap((sectionID) => {
      const section = first(snapshot.rows('Section'), (row) => row.sectionID === sectionID);
      return section === undefined
        ? []
        : record(
            'section',
            sectionID,
            ['section'],
            { record: traceSection(snapshot, context, section) },
            (table, _columns, cells) => table === 'classes' && cells[0] === String(sectionID),
          );
    }),
    ...found.courses.flatMap((courseID) => {
      const course = first(snapshot.rows('Course'), (row) => row.courseID === courseID);
      return course === undefined
        ? []
        : record(
            'course',
            courseID,
            ['course'],
            { record: traceCourse(snapshot, context, course) },
            (table, _columns, cells) => table === 'courses' && cells[0] === String(courseID),
          );
    }),
    ...found.rosters.flatMap((rosterID) => {
      const row: SisRow<'Roster'> | undefined = first(
        snapshot.rows('Roster'),
        (each) => each.rosterID === rosterID,
      );
      return row === undefined
        ? []
        : record(
            'enrollment',
            rosterID,
            ['roster'],
            { record: traceRoster(context, row) },
            (table, _columns, cells) => table === 'enrollments' && cells[0] === `s${rosterID}`,
          );
    }),
    ...found.staffRows.flatMap((historyID) => {
      const row = first(snapshot.rows('SectionStaffHistory'), (each) => each.historyID === historyID);
      return row === undefined
        ? []
        : record(
            'enrollment',
            historyID,
            ['sectionStaff'],
            { record: traceStaffRow(context, row) },
            (table, _columns, cells) => table === 'enrollments' && cells[0] === `t${historyID}`,
          );
    }),
  ];
}

/** A record that fell with another: whose fall it was, and why that one fell. */
const HANGS_ON: Readonly<Record<string, { readonly fact: string; readonly kind: string }>> = {
  REL_STUDENT_NOT_EXPORTED: { fact: 'studentPersonID', kind: 'student' },
  ROSTER_STUDENT_NOT_EXPORTED: { fact: 'personID', kind: 'student' },
  ROSTER_SECTION_NOT_EXPORTED: { fact: 'sectionID', kind: 'section' },
  STAFF_SECTION_NOT_EXPORTED: { fact: 'sectionID', kind: 'section' },
  TEACHER_NOT_EXPORTED: { fact: 'personID', kind: 'teacher' },
};

function chainOf(exclusions: ExplainedRecord['exclusions'], reported: Reported): ExplainedRecord['chain'] {
  return exclusions.flatMap(({ code, facts }) => {
    const other = HANGS_ON[code];
    const id = other && facts[other.fact];
    if (other === undefined || id === undefined || id === null) return [];
    const why = (reported.get(String(id)) ?? []).filter((each) => each.kind === other.kind);
    return why.length === 0
      ? [{ kind: other.kind, id: String(id), code: 'NO_CANDIDATE' }]
      : why.flatMap((each) => [
          { kind: each.kind, id: String(id), code: each.code },
          ...chainOf([each], reported),
        ]);
  });
}
