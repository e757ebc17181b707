/** Which names `values` can use for the cells of each table, and what they name. */
import { sisTable, sisTables, type SisTableName } from '../campus/tables.js';
import { didYouMean } from '../model/nearest.js';
import type { CellValue, ValuePart } from '../model/settings.js';
import { versions, type VersionName } from '../oneroster/versions.js';

export type ValueTable = CellValue['table'];

/** The cells that may have another source. */
export const VALUE_CELLS: Readonly<Record<ValueTable, readonly string[]>> = {
  orgs: ['identifier'],
  users: ['username', 'identifier', 'email', 'sms', 'phone'],
  classes: ['title', 'classCode'],
  courses: ['title'],
};

export const isValueTable = (table: string): table is ValueTable => table in VALUE_CELLS;

interface Scope {
  /** Tables of the record, whose columns may be named without them. */
  readonly own: readonly SisTableName[];
  /** Tables of what the record belongs to. */
  readonly around: readonly SisTableName[];
  /** Also columns of the primary teacher. */
  readonly hasTeacher: boolean;
}

const PERSON = ['Person', 'Identity', 'Contact', 'UserAccount'] as const;

const scopes: Readonly<Record<ValueTable, Scope>> = {
  orgs: { own: ['School', 'District'], around: [], hasTeacher: false },
  users: { own: PERSON, around: ['School'], hasTeacher: false },
  classes: { own: ['Section', 'Course'], around: ['School', 'Department', 'Room'], hasTeacher: true },
  courses: { own: ['Course'], around: ['School', 'Department'], hasTeacher: false },
};

/** Columns that only join tables, or that no record has. */
const NOT_NAMED: readonly string[] = [
  'Person.currentIdentityID',
  'Identity.personID',
  'Contact.personID',
  'UserAccount.personID',
  'Section.courseID',
  'Department.departmentID',
  'Room.roomID',
];

/** Sent of students only, so that no teacher has one. */
export const STUDENT_COLUMNS: readonly string[] = [
  'Person.studentNumber',
  'Person.stateID',
  'Identity.gender',
  'Identity.birthdate',
  'Identity.raceEthnicityFed',
  'Identity.hispanicEthnicity',
];
/** Sent of staff only. */
export const STAFF_COLUMNS: readonly string[] = ['Person.staffNumber', 'Person.staffStateID'];

/** Cells that are filled when the row is sent, or never. */
const NOT_CELLS: readonly string[] = ['status', 'dateLastModified', 'password'];

const TEACHER = 'teacher';

/** All parts of a value, those of what is sent in its place among them. */
export const partsOf = ({
  source,
  otherwise,
}: Pick<CellValue, 'source' | 'otherwise'>): readonly ValuePart[] => [
  ...(source?.parts ?? []),
  ...(otherwise === undefined || otherwise === 'default' ? [] : otherwise.parts),
];

export type Named = { readonly part: ValuePart } | { readonly problem: string };

/** What a name means for the cells of a table: `Table.column`, `teacher.column`, or a cell or column of the record itself. */
export function partNamed(table: ValueTable, version: VersionName, written: string): Named {
  const name = written.trim();
  const dot = name.lastIndexOf('.');
  if (dot < 0) return ownPart(table, version, name);
  const [owner, column] = [name.slice(0, dot), name.slice(dot + 1)];
  return isSame(owner, TEACHER) && scopes[table].hasTeacher
    ? ofTeacher(column)
    : ofTable(table, owner, column);
}

/** A template in parts: fixed texts and names. */
export type Piece = { readonly text: string } | { readonly name: string };

export function piecesOf(template: string): readonly Piece[] | undefined {
  const pieces = template
    .split(/(\{[^{}]*\})/)
    .filter((piece) => piece !== '')
    .map((piece): Piece => {
      return /^\{.*\}$/.test(piece) ? { name: piece.slice(1, -1) } : { text: piece };
    });
  return pieces.some((piece) => 'text' in piece && /[{}]/.test(piece.text)) ? undefined : pieces;
}

/** Tables that can be named for the cells of a table. */
export const tablesOf = (table: ValueTable): readonly SisTableName[] => [
  ...scopes[table].own,
  ...scopes[table].around,
];

function ownPart(table: ValueTable, version: VersionName, name: string): Named {
  const { own } = scopes[table];
  const cells = cellsOf(table, version);
  const cell = cells.find((each) => isSame(each, name));
  // In 1.2 a user without an account has a stand-in in this cell, which is no part of anything else.
  if (cell !== undefined && cell !== 'username') return { part: { kind: 'cell', column: cell } };
  const found = own.flatMap((each) =>
    columnsOf(each)
      .filter((column) => isSame(column, name))
      .map((column) => ({ table: each, column })),
  );
  const [first, ...others] = found;
  if (first === undefined) return { problem: `${unknown(name)}${suggestion(table, version, name)}` };
  // A school and its district are different records with columns of the same names.
  if (table === 'orgs' && others.length > 0)
    return { part: { kind: 'sis', table: '', column: first.column } };
  return others.length === 0
    ? { part: { kind: 'sis', ...first } }
    : {
        problem: `names {${name}}, which several tables have: write ${found.map((each) => `{${each.table}.${each.column}}`).join(' or ')}`,
      };
}

function ofTeacher(name: string): Named {
  for (const table of PERSON) {
    const column = teacherColumns(table).find((each) => isSame(each, name));
    if (column !== undefined) return { part: { kind: 'teacher', table, column } };
  }
  const known = PERSON.flatMap(teacherColumns);
  return { problem: `${unknown(`${TEACHER}.${name}`)}${meant(name, known, TEACHER)}` };
}

function ofTable(table: ValueTable, owner: string, name: string): Named {
  const reachable = tablesOf(table);
  const sis = reachable.find((each) => isSame(each, owner));
  if (sis === undefined) {
    const isDeclared = sisTables.some((each) => isSame(each.name, owner));
    const names = [...reachable, ...(scopes[table].hasTeacher ? [TEACHER] : [])];
    const near = isDeclared ? undefined : didYouMean(owner, names);
    return {
      problem: `names {${owner}.${name}}, but ${owner} cannot be used for ${table}${near ?? `; possible are ${names.join(', ')}`}`,
    };
  }
  const column = columnsOf(sis).find((each) => isSame(each, name));
  if (column !== undefined) return { part: { kind: 'sis', table: sis, column } };
  return { problem: `${unknown(`${sis}.${name}`)}${meant(name, columnsOf(sis), sis)}` };
}

const unknown = (name: string): string => `names {${name}}, which is not a column that is read`;

function meant(name: string, known: readonly string[], owner: string): string {
  const near = didYouMean(name, known);
  return near?.replace('`', `\`${owner}.`) ?? `; ${owner} has ${known.join(', ')}`;
}

function suggestion(table: ValueTable, version: VersionName, name: string): string {
  const { own, hasTeacher } = scopes[table];
  const known = [...cellsOf(table, version), ...own.flatMap(columnsOf)];
  const more = `; write a column of ${tablesOf(table).join(', ')}${hasTeacher ? ` or ${TEACHER}` : ''}, or a cell of ${table}.csv`;
  return didYouMean(name, known) ?? more;
}

function cellsOf(table: ValueTable, version: VersionName): readonly string[] {
  const columns = versions[version].tables.find(({ name }) => name === table)?.columns ?? [];
  return columns.map(({ name }) => name).filter((name) => !NOT_CELLS.includes(name));
}

function columnsOf(table: SisTableName): readonly string[] {
  return sisTable(table)
    .columns.map(({ name }) => name)
    .filter((name) => !NOT_NAMED.includes(`${table}.${name}`));
}

const teacherColumns = (table: SisTableName): readonly string[] =>
  columnsOf(table).filter((name) => !STUDENT_COLUMNS.includes(`${table}.${name}`));

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.trim().toLowerCase();
