/**
 * Cells of `values`: each is compiled once to a function of the row as it would be without them and of its subject. The usual rule of a
 * required cell applies to an empty value: a title is the usual one, a username in 1.2 is the email or the sourcedId that are sent.
 */
import { partsOf, STAFF_COLUMNS, STUDENT_COLUMNS } from '../config/value-names.js';
import type { Notices } from '../model/notices.js';
import type { CellValue, ConnectionSettings, ValuePart, ValueSource } from '../model/settings.js';
import { versions, type VersionName } from '../oneroster/versions.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { valuesById, type Subjects } from './metadata.js';
import type { ClassSubject, CourseSubject, OrgSubject, UserSubject } from './subjects.js';
import { isStaff, isStudent } from './user-cells.js';
import type { VersionRows } from './version-rows.js';

type ValueTable = CellValue['table'];

/** A column of the primary teacher of a class, `Table.column`. */
export type TeacherCell = (sectionID: number, column: string) => string;

/** Where the values of a row come from, by column: a source of the config, or the usual value. */
export type OnOrigins = (table: string, origins: Readonly<Record<string, string>>) => void;

export interface ValueRequest {
  readonly settings: ConnectionSettings;
  readonly rows: VersionRows;
  readonly notices: Notices;
  readonly snapshot?: Pick<Snapshot, 'metadata'> | undefined;
  readonly teacherCell?: TeacherCell;
  readonly onOrigins?: OnOrigins | undefined;
}

type Fill<S> = (subject: S, usual: readonly string[]) => string;

interface CompiledCell<S> {
  readonly column: string;
  readonly at: number;
  readonly fill: Fill<S> | undefined;
  readonly otherwise: Fill<S> | 'default' | undefined;
  readonly letters: (text: string) => string;
  /** For people: of `fill`, of `otherwise`, of the usual value. */
  readonly says: readonly [string, string, string];
}

/** The row functions of a version with the values of the connection; the same functions where it has none. */
export function withValues(request: ValueRequest): VersionRows {
  const { rows, settings } = request;
  const { values = [] } = settings;
  if (values.length === 0) return rows;
  const [orgs, users, classes, courses] = [
    compiled('orgs', request),
    compiled('users', request),
    compiled('classes', request),
    compiled('courses', request),
  ];
  return {
    ...rows,
    ...(orgs.length > 0 && { orgs: rowsOf('orgs', rows.orgs, orgs, request) }),
    ...(users.length > 0 && { users: usersOf(rows.users, users, request) }),
    ...(classes.length > 0 && { classes: rowsOf('classes', rows.classes, classes, request) }),
    ...(courses.length > 0 && { courses: rowsOf('courses', rows.courses, courses, request) }),
  };
}

/** Whether a value names the primary teacher of a class: then the teachers must be known before the classes. */
export const teacherColumns = ({ values = [] }: Pick<ConnectionSettings, 'values'>): readonly string[] => {
  return [
    ...new Set(
      values
        .flatMap(partsOf)
        .flatMap((part) => (part.kind === 'teacher' ? [`${part.table}.${part.column}`] : [])),
    ),
  ];
};

/** A column of a person in a role, as text. */
export function personCell(user: UserSubject, column: string): string {
  return personReader(column)(user);
}

function rowsOf<T extends 'orgs' | 'classes' | 'courses'>(
  table: T,
  makeRow: (subject: Subjects[T]) => readonly string[],
  cells: readonly CompiledCell<Subjects[T]>[],
  { notices, onOrigins }: ValueRequest,
): (subject: Subjects[T]) => readonly string[] {
  return (subject) => {
    const usual = makeRow(subject);
    const row = usual.slice();
    const origins: Record<string, string> = {};
    for (const cell of cells) {
      const { at, column, letters, says } = cell;
      let { text, from } = filled(cell, subject, usual, usual[at] ?? '');
      if (text === '' && column === 'title') {
        text = letters(usual[at] ?? '');
        from = 2;
        notices.add(
          'values-empty-title',
          'warning',
          `The value of ${table}.title is empty for some records, which are sent with their usual title.`,
        );
      }
      row[at] = text;
      origins[column] = says[from];
    }
    onOrigins?.(table, origins);
    return row;
  };
}

/** The username of a user without an account depends on the email that is sent. */
function usersOf(
  makeRow: VersionRows['users'],
  cells: readonly CompiledCell<UserSubject>[],
  { settings, onOrigins }: ValueRequest,
): VersionRows['users'] {
  const others = cells.filter(({ column }) => column !== 'email');
  const emailCell = cells.find(({ column }) => column === 'email');
  const hasStandIn = settings.version === '1.2';
  return (user) => {
    const usual = makeRow(user);
    const origins: Record<string, string> = {};
    const { sent, row } =
      emailCell === undefined
        ? { sent: user, row: usual.slice() }
        : withEmail(makeRow, emailCell, { user, usual, origins });
    for (const cell of others) {
      const { at, column, letters, says } = cell;
      let { text, from } = filled(cell, user, usual, row[at] ?? '');
      if (text === '' && hasStandIn && column === 'username') {
        text = letters(makeRow({ ...sent, username: null })[at] ?? '');
        from = 2;
      }
      row[at] = text;
      origins[column] = says[from];
    }
    onOrigins?.('users', origins);
    return row;
  };
}

interface Before {
  readonly user: UserSubject;
  readonly usual: readonly string[];
  readonly origins: Record<string, string>;
}

function withEmail(
  makeRow: VersionRows['users'],
  cell: CompiledCell<UserSubject>,
  { user, usual, origins }: Before,
): { readonly sent: UserSubject; readonly row: string[] } {
  const { text, from } = filled(cell, user, usual, usual[cell.at] ?? '');
  origins[cell.column] = cell.says[from];
  const sent = { ...user, email: text === '' ? null : text };
  const row = (user.username === null ? makeRow(sent) : usual).slice();
  row[cell.at] = text;
  return { sent, row };
}

/** `from`: which of the three the text is. */
function filled<S>(
  { fill, otherwise, letters }: CompiledCell<S>,
  subject: S,
  usual: readonly string[],
  sent: string,
): { text: string; from: 0 | 1 | 2 } {
  if (fill === undefined) return { text: letters(sent), from: 2 };
  const text = fill(subject, usual);
  if (text !== '' || otherwise === undefined) return { text: letters(text), from: 0 };
  return otherwise === 'default'
    ? { text: letters(sent), from: 2 }
    : { text: letters(otherwise(subject, usual)), from: 1 };
}

function compiled<T extends ValueTable>(
  table: T,
  request: ValueRequest,
): readonly CompiledCell<Subjects[T]>[] {
  const { version, values = [] } = request.settings;
  return values
    .filter((value) => value.table === table)
    .map(({ column, source, otherwise, case: letters }): CompiledCell<Subjects[T]> => {
      const added = letters === undefined ? '' : `, ${letters}case`;
      return {
        column,
        at: placeOf(version, table, column),
        fill: source && fillOf(table, source, request),
        otherwise:
          otherwise === undefined || otherwise === 'default' ? otherwise : fillOf(table, otherwise, request),
        letters: LETTERS[letters ?? 'as they are'],
        says: [
          `${source?.says ?? ''}${added}`,
          `else ${typeof otherwise === 'object' ? otherwise.says : ''}${added}`,
          `usual value${added}`,
        ],
      };
    });
}

/** Of a column in the rows of its table. */
function placeOf(version: VersionName, table: ValueTable, column: string): number {
  const columns = versions[version].tables.find(({ name }) => name === table)?.columns ?? [];
  return columns.findIndex(({ name }) => name === column);
}

const LETTERS: Readonly<Record<NonNullable<CellValue['case']> | 'as they are', (text: string) => string>> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  'as they are': (text) => text,
};

function fillOf<T extends ValueTable>(
  table: T,
  { parts }: ValueSource,
  request: ValueRequest,
): Fill<Subjects[T]> {
  const fills = parts.map((part) => partOf(table, part, request));
  const [only] = fills;
  if (fills.length === 1 && only !== undefined) return only;
  return (subject, usual) => {
    let text = '';
    for (const fill of fills) {
      const part = fill(subject, usual);
      if (part === '') return '';
      text += part;
    }
    return text;
  };
}

function partOf<T extends ValueTable>(table: T, part: ValuePart, request: ValueRequest): Fill<Subjects[T]> {
  switch (part.kind) {
    case 'text':
      return () => part.text;
    case 'cell': {
      const at = placeOf(request.settings.version, table, part.column);
      return (_subject, usual) => usual[at] ?? '';
    }
    case 'sis':
      return readers[table](part.table, part.column);
    case 'teacher': {
      const { teacherCell = () => '' } = request;
      const column = `${part.table}.${part.column}`;
      return (subject) => teacherCell((subject as ClassSubject).section.sectionID, column);
    }
    case 'read':
      return request.snapshot === undefined ? () => '' : valuesById(table, part, request.snapshot);
  }
}

type Read<S> = (subject: S) => string;

/** By table: how a column of the SIS is read from the subject of a row. */
const readers: { readonly [T in ValueTable]: (sisTable: string, column: string) => Read<Subjects[T]> } = {
  orgs: (sisTable, column) => {
    const ofSchool: Read<OrgSubject> = ({ school }) => cellOf(school, column);
    const ofDistrict: Read<OrgSubject> = ({ district }) => cellOf(district, column);
    if (sisTable === 'School') return ofSchool;
    if (sisTable === 'District') return ofDistrict;
    return (org) => (org.type === 'school' ? ofSchool(org) : ofDistrict(org));
  },
  users: (sisTable, column) =>
    sisTable === 'School' ? ({ school }) => cellOf(school, column) : personReader(`${sisTable}.${column}`),
  classes: (sisTable, column) => {
    if (sisTable === 'Section') return ({ section }) => cellOf(section, column);
    if (sisTable === 'Room') return ({ roomName }) => roomName ?? '';
    return ofCourse(sisTable, column);
  },
  courses: ofCourse,
};

function ofCourse(sisTable: string, column: string): Read<CourseSubject | ClassSubject> {
  if (sisTable === 'Department') return ({ departmentName }) => departmentName ?? '';
  if (sisTable === 'School') return ({ school }) => cellOf(school, column);
  return ({ course }) => cellOf(course, column);
}

/** What is sent of students or of staff only stays so. */
function personReader(name: string): Read<UserSubject> {
  const [sisTable, column = ''] = name.split('.');
  if (sisTable === 'UserAccount') return ({ account }) => cellOf(account, column);
  const read: Read<UserSubject> = ({ person }) => cellOf(person, column);
  if (STUDENT_COLUMNS.includes(name)) return (user) => (isStudent(user) ? read(user) : '');
  if (STAFF_COLUMNS.includes(name)) return (user) => (isStaff(user) ? read(user) : '');
  return read;
}

function cellOf(row: object | undefined, column: string): string {
  const cell = (row as Readonly<Record<string, string | number | null>> | undefined)?.[column] ?? null;
  return cell === null ? '' : String(cell);
}
