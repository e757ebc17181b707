/** Cells of extension columns, behind those of the standard: each is found by an id of the row's subject. */
import type { ConnectionSettings, MetadataColumn } from '../model/settings.js';
import { rowIds, type EntityId, type ExtendedTable } from '../oneroster/extensions.js';
import { doesNotAscend } from '../snapshot/group-cursor.js';
import { NumberMap } from '../snapshot/id-map.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { VersionRows } from './version-rows.js';

export type Subjects = { readonly [T in ExtendedTable]: Parameters<NonNullable<VersionRows[T]>>[0] };

type IdOf<Subject> = (subject: Subject) => number | undefined;

const idsOf: {
  readonly [T in ExtendedTable]: Readonly<Record<(typeof rowIds)[T][number], IdOf<Subjects[T]>>>;
} = {
  orgs: { schoolID: ({ schoolID }) => schoolID },
  academicSessions: { termID: ({ termID }) => termID, schoolID: ({ schoolID }) => schoolID },
  users: { personID: ({ person }) => person.personID, enrollmentID: ({ enrollmentID }) => enrollmentID },
  roles: { personID: ({ personID }) => personID, schoolID: ({ at }) => at.school.schoolID },
  demographics: {
    personID: ({ person }) => person.personID,
    enrollmentID: ({ enrollmentID }) => enrollmentID,
  },
  enrollments: {
    rosterID: ({ role, id }) => (role === 'student' ? id : undefined),
    personID: ({ personID }) => personID,
    sectionID: ({ sectionID }) => sectionID,
    schoolID: ({ school }) => school.schoolID,
  },
  classes: {
    sectionID: ({ section }) => section.sectionID,
    courseID: ({ course }) => course.courseID,
    schoolID: ({ school }) => school.schoolID,
  },
  courses: { courseID: ({ course }) => course.courseID, schoolID: ({ school }) => school.schoolID },
};

/** The order in which the rows of a table are made: their values are walked beside them, and none is held. */
const orderOf: Readonly<Partial<Record<ExtendedTable, EntityId>>> = {
  users: 'personID',
  roles: 'personID',
  demographics: 'personID',
  enrollments: 'rosterID',
  classes: 'sectionID',
  courses: 'courseID',
};

/** The cells of a row with those of the extension columns of its table. */
export type Extend = <T extends ExtendedTable>(
  table: T,
  cells: readonly string[],
  subject: Subjects[T],
) => readonly string[];

export function extender(
  { metadata = [] }: Pick<ConnectionSettings, 'metadata'>,
  snapshot: Pick<Snapshot, 'metadata'> | undefined,
): Extend {
  if (metadata.length === 0 || snapshot === undefined) return (_table, cells) => cells;
  const byTable = new Map(
    (Object.keys(rowIds) as ExtendedTable[]).map((table) => [
      table,
      metadata.filter((column) => column.table === table).map((column) => cellMaker(table, column, snapshot)),
    ]),
  );
  return (table, cells, subject) => {
    const makers = byTable.get(table) ?? [];
    if (makers.length === 0) return cells;
    const extended = cells.slice();
    for (const cellOf of makers) extended.push(cellOf(subject));
    return extended;
  };
}

function cellMaker(
  table: ExtendedTable,
  column: MetadataColumn,
  snapshot: Pick<Snapshot, 'metadata'>,
): (subject: Subjects[ExtendedTable]) => string {
  const valueOf = valuesById(table, column, snapshot);
  const sent = translation(column);
  return (subject) => sent(valueOf(subject));
}

/** The values of a read, found by an id of the subject; empty where there is none. */
export function valuesById<T extends ExtendedTable>(
  table: T,
  { by, read, column }: Pick<MetadataColumn, 'by' | 'read' | 'column'>,
  snapshot: Pick<Snapshot, 'metadata'>,
): (subject: Subjects[T]) => string {
  const idOf = (idsOf[table] as Readonly<Partial<Record<EntityId, IdOf<Subjects[T]>>>>)[by];
  if (idOf === undefined) throw new Error(`rows of ${table} have no ${by}`);
  const rows = snapshot.metadata(read, column);
  const valueOf = orderOf[table] === by ? beside(rows, `${column}, read for ${table}`) : held(rows);
  return (subject) => {
    const id = idOf(subject);
    return id === undefined ? '' : valueOf(id);
  };
}

type Values = Iterator<readonly [id: number, value: string]>;
type ValueOf = (id: number) => string;

/** Ids must be given in ascending order; one may be given again. */
function beside(rows: Values, path: string): ValueOf {
  let next = rows.next();
  let last = -Infinity;
  return (id) => {
    if (id < last) throw doesNotAscend(path);
    last = id;
    while (next.done !== true && next.value[0] < id) next = rows.next();
    return next.done !== true && next.value[0] === id ? next.value[1] : '';
  };
}

/** For rows in another order: eight bytes per id, and each distinct value once. */
function held(rows: Values): ValueOf {
  const places = new NumberMap();
  const placeOf = new Map<string, number>();
  const values = [''];
  for (let next = rows.next(); next.done !== true; next = rows.next()) {
    const [id, value] = next.value;
    const place = placeOf.get(value) ?? values.push(value) - 1;
    placeOf.set(value, place);
    places.set(id, place);
  }
  return (id) => values[places.get(id)] ?? '';
}

/** An empty value stays empty unless the map has the empty text. */
function translation({ map, otherwise }: MetadataColumn): (value: string) => string {
  if (map === undefined) return (value) => value;
  const sent = new Map(Object.entries(map));
  return (value) => sent.get(value.toLowerCase()) ?? (value === '' ? '' : (otherwise ?? value));
}
