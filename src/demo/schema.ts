/** The declared Campus tables as DDL. A dialect is an entry in `dialects`; everything else is shared. */
import { sisTables } from '../campus/tables.js';
import type { SisColumn, SisTable, SisTableName } from '../campus/tables.js';

export type Dialect = 'sqlite' | 'mssql';

interface DialectRules {
  readonly quote: (name: string) => string;
  readonly type: (column: SisColumn) => string;
  /** What stands behind the type of a column that may be null. */
  readonly mayBeNull: string;
}

export interface DdlOptions {
  /** The database's schema that the tables are in; without it, none is named. */
  readonly schema?: string;
  /** Columns, as `Table.column`, whose text needs more than the code page of a `varchar` holds. */
  readonly anyText?: ReadonlySet<string>;
}

/** SQL Server type names, without length, to the type that the demo gives them. */
const sqliteTypes: Readonly<Record<string, string>> = {
  int: 'INTEGER',
  smallint: 'INTEGER',
  tinyint: 'INTEGER',
  bit: 'INTEGER',
  smalldatetime: 'TEXT',
  uniqueidentifier: 'TEXT',
  varchar: 'TEXT COLLATE NOCASE',
  nvarchar: 'TEXT COLLATE NOCASE',
  char: 'TEXT COLLATE NOCASE',
};

const dialects: Readonly<Record<Dialect, DialectRules>> = {
  sqlite: {
    quote: (name) => `"${name}"`,
    type: ({ name, sql }) => {
      const found = sqliteTypes[sql.replace(/\(.*$/, '')];
      if (found === undefined) throw new Error(`no SQLite type for ${sql} of column ${name}`);
      return found;
    },
    mayBeNull: '',
  },
  mssql: { quote: (name) => `[${name}]`, type: ({ sql }) => sql, mayBeNull: ' NULL' },
};

/** Beside the primary keys: what a district's database is seen, or can be expected, to have. */
const indexes: readonly (readonly [table: SisTableName, ...columns: string[]])[] = [
  ['School', 'districtID'],
  ['Calendar', 'endYear', 'schoolID'],
  ['Calendar', 'schoolID', 'endYear'],
  ['ScheduleStructure', 'calendarID'],
  ['TermSchedule', 'structureID'],
  ['Term', 'termScheduleID'],
  ['Trial', 'calendarID', 'structureID'],
  ['GradeLevel', 'calendarID', 'structureID', 'name'],
  ['Person', 'personGUID'],
  ['Person', 'studentNumber'],
  ['Person', 'staffNumber'],
  ['Identity', 'personID'],
  ['UserAccount', 'personID'],
  ['UserAccount', 'username'],
  ['Enrollment', 'personID'],
  ['Enrollment', 'calendarID', 'structureID', 'grade'],
  ['Course', 'calendarID'],
  ['Course', 'courseMasterID'],
  ['Section', 'courseID'],
  ['Section', 'trialID'],
  ['SectionPlacement', 'sectionID', 'trialID', 'termID', 'periodID'],
  ['Roster', 'personID'],
  ['Roster', 'sectionID', 'trialID'],
  ['SectionStaffHistory', 'personID'],
  ['SectionStaffHistory', 'sectionID', 'trialID'],
  ['EmploymentAssignment', 'personID'],
  ['EmploymentAssignment', 'schoolID'],
  ['EmploymentAssignmentLocation', 'assignmentID', 'schoolID'],
  ['RelatedPair', 'personID1'],
  ['RelatedPair', 'personID2'],
];

/** One CREATE TABLE per declared table, in declaration order. */
export function createTablesSql(dialect: Dialect, options: DdlOptions = {}): readonly string[] {
  const { quote, type, mayBeNull } = dialects[dialect];
  return (sisTables as readonly SisTable[]).map(({ name, columns, key }) => {
    const lines = columns.map((column) => {
      const isKey = key.length === 1 && key[0] === column.name;
      const constraint = isKey ? ' NOT NULL PRIMARY KEY' : column.nullable ? mayBeNull : ' NOT NULL';
      const plain = type(column);
      const made =
        options.anyText?.has(`${name}.${column.name}`) === true
          ? plain.replace(/^(?=(var)?char\()/, 'n')
          : plain;
      return `  ${quote(column.name)} ${made}${constraint}`;
    });
    return `CREATE TABLE ${qualified(dialect, name, options)} (\n${lines.join(',\n')}\n)`;
  });
}

/** Apart from the tables, because a large district loads faster when they are made at the end. */
export function createIndexesSql(dialect: Dialect, options: DdlOptions = {}): readonly string[] {
  const { quote } = dialects[dialect];
  return indexes.map(([table, ...columns]) => {
    const name = quote(`IX_${table}_${columns.join('_')}`);
    return `CREATE INDEX ${name} ON ${qualified(dialect, table, options)} (${columns.map(quote).join(', ')})`;
  });
}

function qualified(dialect: Dialect, table: string, { schema }: DdlOptions): string {
  const { quote } = dialects[dialect];
  return schema === undefined ? quote(table) : `${quote(schema)}.${quote(table)}`;
}

/** Whether a declared column holds whole numbers in the demo; everything else is text. */
export function isNumber(column: SisColumn): boolean {
  return dialects.sqlite.type(column) === 'INTEGER';
}
