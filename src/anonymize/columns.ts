/**
 * What each column of both versions holds, and so what happens to its cells. A column without an entry does not compile:
 * a new one cannot be forgotten and leave the district as it is.
 */
import type { ColumnName, Table } from '../oneroster/table.js';
import type * as tables11 from '../oneroster/v1p1.js';
import type * as tables12 from '../oneroster/v1p2.js';

export type CellKind =
  /** Token of an enumeration, true or false, a code for a grade: kept; anything else becomes other letters. */
  | 'token'
  | 'grades'
  /** Kept if it is one; otherwise it becomes other letters and digits, and still is none. */
  | 'date'
  | 'date-time'
  | 'year'
  | 'number'
  /** sourcedIds, and numbers of a person, a school or an account: other letters and digits, unless ids are kept. */
  | 'id'
  | 'ids'
  | 'identifier'
  /** `{type:id}`: a usual type stays. */
  | 'typed-ids'
  /** A public id of a learning objective: the prefix of a UUID URN stays. */
  | 'objective'
  | 'name'
  | 'email'
  /** The address of the user, or a name like the part before the @. */
  | 'username'
  | 'phone'
  | 'birth-date'
  | 'secret'
  /** Titles, places and codes: other letters and digits, unless titles are kept. */
  | 'title'
  | 'titles'
  /** The same, and never kept. */
  | 'text';

type TablesOf<M> = {
  readonly [K in keyof M as M[K] extends Table ? K : never]: M[K] extends Table ? ColumnName<M[K]> : never;
};
type Tables11 = TablesOf<typeof tables11>;
type Tables12 = TablesOf<typeof tables12>;
type ColumnsOf<T extends string> =
  (T extends keyof Tables11 ? Tables11[T] : never) | (T extends keyof Tables12 ? Tables12[T] : never);
export type TableName = keyof Tables11 | keyof Tables12;
type Columns = { readonly [T in TableName]: Readonly<Record<ColumnsOf<T>, CellKind>> };

const key = { sourcedId: 'id', status: 'token', dateLastModified: 'date-time' } as const;

export const COLUMNS: Columns = {
  academicSessions: {
    ...key,
    title: 'title',
    type: 'token',
    startDate: 'date',
    endDate: 'date',
    parentSourcedId: 'id',
    schoolYear: 'year',
  },
  categories: { ...key, title: 'title', weight: 'number' },
  classes: {
    ...key,
    title: 'title',
    grades: 'grades',
    courseSourcedId: 'id',
    classCode: 'title',
    classType: 'token',
    location: 'title',
    schoolSourcedId: 'id',
    termSourcedIds: 'ids',
    subjects: 'titles',
    subjectCodes: 'titles',
    periods: 'titles',
  },
  classResources: { ...key, title: 'title', classSourcedId: 'id', resourceSourcedId: 'id' },
  courses: {
    ...key,
    schoolYearSourcedId: 'id',
    title: 'title',
    courseCode: 'title',
    grades: 'grades',
    orgSourcedId: 'id',
    subjects: 'titles',
    subjectCodes: 'titles',
  },
  courseResources: { ...key, title: 'title', courseSourcedId: 'id', resourceSourcedId: 'id' },
  demographics: {
    ...key,
    birthDate: 'birth-date',
    sex: 'token',
    americanIndianOrAlaskaNative: 'token',
    asian: 'token',
    blackOrAfricanAmerican: 'token',
    nativeHawaiianOrOtherPacificIslander: 'token',
    white: 'token',
    demographicRaceTwoOrMoreRaces: 'token',
    hispanicOrLatinoEthnicity: 'token',
    countryOfBirthCode: 'text',
    stateOfBirthAbbreviation: 'text',
    cityOfBirth: 'text',
    publicSchoolResidenceStatus: 'text',
  },
  enrollments: {
    ...key,
    classSourcedId: 'id',
    schoolSourcedId: 'id',
    userSourcedId: 'id',
    role: 'token',
    primary: 'token',
    beginDate: 'date',
    endDate: 'date',
  },
  lineItemLearningObjectiveIds: {
    ...key,
    lineItemSourcedId: 'id',
    source: 'token',
    learningObjectiveId: 'objective',
  },
  lineItems: {
    ...key,
    title: 'title',
    description: 'text',
    assignDate: 'date',
    dueDate: 'date',
    classSourcedId: 'id',
    categorySourcedId: 'id',
    academicSessionSourcedId: 'id',
    gradingPeriodSourcedId: 'id',
    resultValueMin: 'number',
    resultValueMax: 'number',
    schoolSourcedId: 'id',
  },
  lineItemScoreScales: { ...key, title: 'title', lineItemSourcedId: 'id', scoreScaleSourcedId: 'id' },
  orgs: { ...key, name: 'title', type: 'token', identifier: 'identifier', parentSourcedId: 'id' },
  resources: {
    ...key,
    vendorResourceId: 'title',
    title: 'title',
    roles: 'token',
    importance: 'token',
    vendorId: 'title',
    applicationId: 'title',
  },
  resultLearningObjectiveIds: {
    ...key,
    resultSourcedId: 'id',
    source: 'token',
    learningObjectiveId: 'objective',
    score: 'number',
    textScore: 'text',
  },
  results: {
    ...key,
    lineItemSourcedId: 'id',
    studentSourcedId: 'id',
    scoreStatus: 'token',
    score: 'number',
    scoreDate: 'date',
    comment: 'text',
    textScore: 'text',
    classSourcedId: 'id',
    inProgress: 'token',
    incomplete: 'token',
    late: 'token',
    missing: 'token',
  },
  resultScoreScales: { ...key, title: 'title', resultSourcedId: 'id', scoreScaleSourcedId: 'id' },
  roles: {
    ...key,
    userSourcedId: 'id',
    roleType: 'token',
    role: 'token',
    beginDate: 'date',
    endDate: 'date',
    orgSourcedId: 'id',
    userProfileSourcedId: 'id',
  },
  scoreScales: {
    ...key,
    title: 'title',
    type: 'title',
    orgSourcedId: 'id',
    courseSourcedId: 'id',
    classSourcedId: 'id',
    scoreScaleValue: 'titles',
  },
  userProfiles: {
    ...key,
    userSourcedId: 'id',
    profileType: 'title',
    vendorId: 'title',
    applicationId: 'title',
    description: 'text',
    credentialType: 'title',
    username: 'username',
    password: 'secret',
  },
  userResources: {
    ...key,
    userSourcedId: 'id',
    orgSourcedId: 'id',
    classSourcedId: 'id',
    resourceSourcedId: 'id',
  },
  users: {
    ...key,
    enabledUser: 'token',
    orgSourcedIds: 'ids',
    role: 'token',
    username: 'username',
    userIds: 'typed-ids',
    givenName: 'name',
    familyName: 'name',
    middleName: 'name',
    identifier: 'identifier',
    email: 'email',
    sms: 'phone',
    phone: 'phone',
    agentSourcedIds: 'ids',
    grades: 'grades',
    password: 'secret',
    userMasterIdentifier: 'identifier',
    preferredGivenName: 'name',
    preferredMiddleName: 'name',
    preferredFamilyName: 'name',
    primaryOrgSourcedId: 'id',
    pronouns: 'text',
  },
};

/** Columns of the first release of 1.2 that its correction took out. */
const RETIRED: Readonly<Record<string, CellKind>> = { 'users.resourceSourcedIds': 'ids' };

/** By table, and the name of the column in lowercase: a name in another case is the same column. */
const BY_LOOSE_NAME: ReadonlyMap<string, CellKind> = new Map(
  [
    ...Object.entries(COLUMNS).flatMap(([table, columns]) =>
      Object.entries(columns).map(([name, kind]: [string, CellKind]) => [`${table}.${name}`, kind] as const),
    ),
    ...Object.entries(RETIRED),
  ].map(([name, kind]) => [name.toLowerCase(), kind]),
);

/** Undefined: neither this version nor another one defines the column. */
export function kindOf(table: string, column: string): CellKind | undefined {
  return BY_LOOSE_NAME.get(`${table}.${column.trim()}`.toLowerCase());
}
