/**
 * The Campus tables and columns that are read, as data. The queries, the schema probe, the snapshot's tables, the SQL
 * Server grants and the demo district's DDL are all made from this list, so nothing that is not here is ever read: no
 * passwords, no social security numbers.
 */

import type { ColumnFilter } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';

/** How a cell is decoded: `id` and `integer` to numbers, `day` to `YYYY-MM-DD`, `flag` to 0 or 1, `guid` to upper case. */
export type SisType = 'id' | 'integer' | 'text' | 'day' | 'flag' | 'guid';

export interface SisColumn {
  readonly name: string;
  readonly type: SisType;
  /** SQL Server type and nullability as public sources show them; for DDL and for the schema check. */
  readonly sql: string;
  readonly nullable: boolean;
  /** Present: the column may be missing, and this is what its absence means. */
  readonly without?: string;
  /** The column may be missing only where this table exists. */
  readonly insteadOf?: string;
  /** Another name under which some installs have the column. */
  readonly alias?: string;
  /** People's names, so a word such as Null is one. */
  readonly isName?: boolean;
  /** Present: the column is read only if a connection has this filter. */
  readonly readFor?: ColumnFilter;
}

export interface SisTable {
  readonly name: string;
  readonly columns: readonly SisColumn[];
  /** Columns that name a row; rows are read and kept in the order of `order`. */
  readonly key: readonly string[];
  readonly order: readonly string[];
  /** Present: the whole table may be missing, and this is what its absence means. */
  readonly without?: string;
}

const id = <N extends string>(name: N) => ({ name, type: 'id', sql: 'int', nullable: false }) as const;
const idOrNull = <N extends string>(name: N) => ({ name, type: 'id', sql: 'int', nullable: true }) as const;
const text = <N extends string>(name: N, sql: string) =>
  ({ name, type: 'text', sql, nullable: true }) as const;
const textNotNull = <N extends string>(name: N, sql: string) =>
  ({ name, type: 'text', sql, nullable: false }) as const;
const nameOf = <C extends SisColumn>(column: C): C & { readonly isName: true } => ({
  ...column,
  isName: true,
});
const day = <N extends string>(name: N) =>
  ({ name, type: 'day', sql: 'smalldatetime', nullable: true }) as const;
const flag = <N extends string>(name: N) => ({ name, type: 'flag', sql: 'bit', nullable: true }) as const;
const guid = <N extends string>(name: N) =>
  ({ name, type: 'guid', sql: 'uniqueidentifier', nullable: true }) as const;
const smallint = <N extends string>(name: N) =>
  ({ name, type: 'integer', sql: 'smallint', nullable: false }) as const;
const seq = <N extends string>(name: N) =>
  ({ name, type: 'integer', sql: 'tinyint', nullable: true }) as const;
const optional = <C extends SisColumn>(
  column: C,
  without: string,
): Omit<C, 'nullable'> & { readonly nullable: true; readonly without: string } => ({
  ...column,
  nullable: true,
  without,
});

const readFor = <C extends SisColumn>(
  filter: ColumnFilter,
  column: C,
): C & { readonly readFor: ColumnFilter } => ({ ...column, readFor: filter });

/** The twelve role boxes of a District Assignment that make a person non-teacher staff. */
export const STAFF_ROLES = [
  'specialEd',
  'program',
  'behavior',
  'health',
  'responseApprover',
  'rti',
  'advisor',
  'supervisor',
  'counselor',
  'foodService',
  'approver',
  'framProcessor',
] as const;

const noLmsMark = 'nothing is LMS-excluded at this level';

export const sisTables = [
  {
    name: 'SchoolYear',
    key: ['endYear'],
    order: ['endYear'],
    columns: [
      smallint('endYear'),
      smallint('startYear'),
      day('startDate'),
      day('endDate'),
      flag('active'),
      optional(text('label', 'varchar(20)'), 'school years are titled by their two calendar years'),
    ],
  },
  {
    name: 'District',
    key: ['districtID'],
    order: ['districtID'],
    columns: [
      id('districtID'),
      textNotNull('name', 'varchar(50)'),
      text('number', 'varchar(12)'),
      guid('districtGUID'),
    ],
  },
  {
    name: 'School',
    key: ['schoolID'],
    order: ['schoolID'],
    columns: [
      id('schoolID'),
      id('districtID'),
      textNotNull('name', 'varchar(50)'),
      text('number', 'varchar(10)'),
      guid('schoolGUID'),
      flag('externalLMSExclude'),
    ],
  },
  {
    name: 'Calendar',
    key: ['calendarID'],
    order: ['calendarID'],
    columns: [
      id('calendarID'),
      id('schoolID'),
      smallint('endYear'),
      day('startDate'),
      day('endDate'),
      flag('externalLMSExclude'),
    ],
  },
  {
    name: 'ScheduleStructure',
    key: ['structureID'],
    order: ['structureID'],
    columns: [id('structureID'), id('calendarID'), optional(flag('externalLMSExclude'), noLmsMark)],
  },
  {
    name: 'TermSchedule',
    key: ['termScheduleID'],
    order: ['termScheduleID'],
    columns: [id('termScheduleID'), id('structureID')],
  },
  {
    name: 'Term',
    key: ['termID'],
    order: ['termID'],
    columns: [
      id('termID'),
      id('termScheduleID'),
      textNotNull('name', 'varchar(20)'),
      seq('seq'),
      day('startDate'),
      day('endDate'),
    ],
  },
  {
    name: 'Period',
    key: ['periodID'],
    order: ['periodID'],
    columns: [
      id('periodID'),
      textNotNull('name', 'varchar(20)'),
      optional(seq('seq'), 'the periods of a class are listed by name'),
    ],
  },
  {
    name: 'Trial',
    key: ['trialID'],
    order: ['trialID'],
    columns: [id('trialID'), id('calendarID'), id('structureID'), flag('active')],
  },
  {
    name: 'GradeLevel',
    key: ['calendarID', 'structureID', 'name'],
    order: ['calendarID', 'structureID', 'name'],
    columns: [
      id('calendarID'),
      id('structureID'),
      textNotNull('name', 'varchar(4)'),
      text('stateGrade', 'varchar(5)'),
      optional(flag('externalLMSExclude'), noLmsMark),
    ],
  },
  {
    name: 'Person',
    key: ['personID'],
    order: ['personID'],
    columns: [
      id('personID'),
      idOrNull('currentIdentityID'),
      guid('personGUID'),
      text('studentNumber', 'varchar(15)'),
      text('stateID', 'varchar(15)'),
      text('staffNumber', 'varchar(15)'),
      text('staffStateID', 'varchar(20)'),
    ],
  },
  {
    name: 'Identity',
    key: ['identityID'],
    order: ['identityID'],
    columns: [
      id('identityID'),
      id('personID'),
      nameOf(textNotNull('lastName', 'varchar(50)')),
      nameOf(text('firstName', 'varchar(50)')),
      nameOf(text('middleName', 'varchar(50)')),
      nameOf(text('legalFirstName', 'nvarchar(50)')),
      nameOf(text('legalMiddleName', 'nvarchar(50)')),
      nameOf(text('legalLastName', 'nvarchar(50)')),
      text('gender', 'char(1)'),
      day('birthdate'),
      text('raceEthnicityFed', 'varchar(1)'),
      text('hispanicEthnicity', 'varchar(2)'),
    ],
  },
  {
    name: 'Contact',
    key: ['personID'],
    order: ['personID'],
    columns: [
      id('personID'),
      text('email', 'varchar(100)'),
      text('secondaryEmail', 'varchar(100)'),
      text('homePhone', 'varchar(25)'),
      text('cellPhone', 'varchar(25)'),
    ],
  },
  {
    name: 'UserAccount',
    key: ['userID'],
    order: ['personID', 'userID'],
    columns: [
      id('userID'),
      idOrNull('personID'),
      textNotNull('username', 'varchar(100)'),
      flag('disable'),
      optional(day('expiresDate'), 'no account counts as expired'),
    ],
  },
  {
    name: 'Enrollment',
    key: ['enrollmentID'],
    order: ['personID', 'enrollmentID'],
    columns: [
      id('enrollmentID'),
      id('personID'),
      id('calendarID'),
      id('structureID'),
      text('grade', 'varchar(4)'),
      textNotNull('serviceType', 'varchar(1)'),
      flag('noShow'),
      day('startDate'),
      day('endDate'),
      flag('externalLMSExclude'),
    ],
  },
  {
    name: 'CourseMaster',
    key: ['courseMasterID'],
    order: ['courseMasterID'],
    columns: [id('courseMasterID'), optional(flag('externalLMSExclude'), noLmsMark)],
  },
  {
    name: 'Course',
    key: ['courseID'],
    order: ['courseID'],
    columns: [
      id('courseID'),
      id('calendarID'),
      idOrNull('courseMasterID'),
      textNotNull('number', 'varchar(13)'),
      textNotNull('name', 'varchar(60)'),
      flag('active'),
      flag('externalLMSExclude'),
      idOrNull('departmentID'),
      flag('homeroom'),
      optional(text('scedSubjectArea', 'varchar(2)'), 'courses and classes carry no subjects'),
      optional(text('scedCourseId', 'varchar(5)'), 'courses and classes carry no subjects'),
    ],
  },
  {
    name: 'Department',
    key: ['departmentID'],
    order: ['departmentID'],
    columns: [id('departmentID'), textNotNull('name', 'varchar(50)')],
  },
  {
    name: 'Room',
    key: ['roomID'],
    order: ['roomID'],
    columns: [id('roomID'), textNotNull('name', 'varchar(30)')],
  },
  {
    name: 'Section',
    key: ['sectionID'],
    order: ['sectionID'],
    columns: [
      id('sectionID'),
      id('courseID'),
      id('trialID'),
      { name: 'number', type: 'text', sql: 'smallint', nullable: false },
      idOrNull('roomID'),
      flag('homeroomSection'),
      flag('externalLMSExclude'),
      optional(flag('active'), 'every section counts as active'),
    ],
  },
  {
    name: 'SectionPlacement',
    key: ['sectionID', 'trialID', 'termID', 'periodID'],
    order: ['sectionID', 'trialID', 'termID', 'periodID'],
    columns: [id('sectionID'), id('trialID'), id('termID'), id('periodID')],
  },
  {
    name: 'Roster',
    key: ['rosterID'],
    order: ['rosterID'],
    columns: [
      id('rosterID'),
      id('personID'),
      id('sectionID'),
      id('trialID'),
      day('startDate'),
      day('endDate'),
    ],
  },
  {
    name: 'SectionStaffHistory',
    key: ['historyID'],
    order: ['personID', 'historyID'],
    columns: [
      {
        ...optional(id('historyID'), 'teacher enrollments have no id and are left out'),
        alias: 'sectionStaffID',
      },
      id('sectionID'),
      id('trialID'),
      id('personID'),
      textNotNull('staffType', 'varchar(1)'),
      day('startDate'),
      day('endDate'),
    ],
  },
  {
    name: 'EmploymentAssignment',
    key: ['assignmentID'],
    order: ['personID', 'assignmentID'],
    columns: [
      id('assignmentID'),
      id('personID'),
      {
        ...optional(id('schoolID'), 'the schools of an assignment come from EmploymentAssignmentLocation'),
        insteadOf: 'EmploymentAssignmentLocation',
      },
      day('startDate'),
      day('endDate'),
      flag('teacher'),
      ...STAFF_ROLES.map((box) => optional(flag(box), 'no assignment has this role box marked')),
      flag('externalLMSExclude'),
    ],
  },
  {
    name: 'EmploymentAssignmentLocation',
    key: ['assignmentID', 'schoolID'],
    order: ['assignmentID', 'schoolID'],
    without: 'the school of an assignment is the one on the assignment itself',
    columns: [id('assignmentID'), id('schoolID')],
  },
  {
    name: 'RelatedPair',
    key: ['personID1', 'personID2'],
    order: ['personID2', 'personID1'],
    columns: [
      id('personID1'),
      id('personID2'),
      flag('guardian'),
      optional(flag('portal'), 'no relationship has Portal marked, so there are no guardians and relatives'),
      day('startDate'),
      day('endDate'),
      readFor('contacts.relationships', text('name', 'varchar(40)')),
      readFor('contacts.max', optional(seq('seq'), 'the contacts of a student are ordered by id')),
    ],
  },
] as const satisfies readonly SisTable[];

export type SisTableName = (typeof sisTables)[number]['name'];

/** Whether the column is read where connections have these filters. */
export const isRead = ({ readFor }: SisColumn, filters: readonly ColumnFilter[] = []): boolean =>
  readFor === undefined || filters.includes(readFor);

export function sisTable(name: SisTableName): SisTable {
  const found = (sisTables as readonly SisTable[]).find((table) => table.name === name);
  if (found === undefined) throw new Error(`undeclared table ${name}`);
  return found;
}

type Decoded<C extends SisColumn> = C['type'] extends 'id' | 'integer'
  ? C['nullable'] extends true
    ? number | null
    : number
  : C['type'] extends 'flag'
    ? 0 | 1 | null
    : C['type'] extends 'day'
      ? LocalDate | null
      : string | null;

type ColumnsOf<N extends SisTableName> = Extract<(typeof sisTables)[number], { name: N }>['columns'][number];

/** A row of the snapshot: the declared columns, decoded. Text is null if the SIS has only spaces. */
export type SisRow<N extends SisTableName> = {
  readonly [C in ColumnsOf<N> as C['name']]: Decoded<C>;
};
