/**
 * The OneRoster CSV binding 1.2 as corrected by 1.2.1: `users.resourceSourcedIds` of 1.2.0 is gone, the manifest still says 1.2.
 * Written out in full, in the order of the binding; `fixtures/oneroster/tables-1.2.json` is the reference a test lays beside it.
 */
import { defineTable, type OneRosterVersion } from './table.js';

/** CSV binding 1.2, section academicSessions.csv (rostering). */
export const academicSessions = defineTable({
  name: 'academicSessions',
  file: 'academicSessions.csv',
  service: 'rostering',
  needs: [],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'title', type: 'string', required: 'always' },
    {
      name: 'type',
      type: 'enum',
      required: 'always',
      of: ['gradingPeriod', 'semester', 'schoolYear', 'term'],
      extensible: true,
    },
    { name: 'startDate', type: 'date', required: 'always' },
    { name: 'endDate', type: 'date', required: 'always' },
    { name: 'parentSourcedId', type: 'guid', refers: 'academicSessions' },
    { name: 'schoolYear', type: 'year', required: 'always' },
  ],
});

/** CSV binding 1.2, section categories.csv (gradebook). */
export const categories = defineTable({
  name: 'categories',
  file: 'categories.csv',
  service: 'gradebook',
  needs: [],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'title', type: 'string', required: 'always' },
    { name: 'weight', type: 'integer' },
  ],
});

/** CSV binding 1.2, section classes.csv (rostering). */
export const classes = defineTable({
  name: 'classes',
  file: 'classes.csv',
  service: 'rostering',
  needs: ['academicSessions', 'courses', 'orgs'],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'title', type: 'string', required: 'always' },
    { name: 'grades', type: 'stringList' },
    { name: 'courseSourcedId', type: 'guid', required: 'always', refers: 'courses' },
    { name: 'classCode', type: 'string' },
    { name: 'classType', type: 'enum', required: 'always', of: ['homeroom', 'scheduled'], extensible: true },
    { name: 'location', type: 'string' },
    {
      name: 'schoolSourcedId',
      type: 'guid',
      required: 'always',
      refers: 'orgs',
      refersWhere: { column: 'type', in: ['school'], strength: 'must' },
    },
    {
      name: 'termSourcedIds',
      type: 'guidList',
      required: 'always',
      refers: 'academicSessions',
      refersWhere: { column: 'type', in: ['term', 'semester', 'gradingPeriod'], strength: 'should' },
    },
    { name: 'subjects', type: 'stringList' },
    { name: 'subjectCodes', type: 'stringList' },
    { name: 'periods', type: 'stringList' },
  ],
});

/** CSV binding 1.2, section classResources.csv (resources). */
export const classResources = defineTable({
  name: 'classResources',
  file: 'classResources.csv',
  service: 'resources',
  needs: ['academicSessions', 'classes', 'courses', 'orgs', 'resources'],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'title', type: 'string' },
    { name: 'classSourcedId', type: 'guid', required: 'always', refers: 'classes' },
    { name: 'resourceSourcedId', type: 'guid', required: 'always', refers: 'resources' },
  ],
});

/** CSV binding 1.2, section courses.csv (rostering). */
export const courses = defineTable({
  name: 'courses',
  file: 'courses.csv',
  service: 'rostering',
  needs: ['orgs'],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    {
      name: 'schoolYearSourcedId',
      type: 'guid',
      refers: 'academicSessions',
      refersWhere: { column: 'type', in: ['schoolYear'], strength: 'must' },
    },
    { name: 'title', type: 'string', required: 'always' },
    { name: 'courseCode', type: 'string' },
    { name: 'grades', type: 'stringList' },
    { name: 'orgSourcedId', type: 'guid', required: 'always', refers: 'orgs' },
    { name: 'subjects', type: 'stringList' },
    { name: 'subjectCodes', type: 'stringList' },
  ],
});

/** CSV binding 1.2, section courseResources.csv (resources). */
export const courseResources = defineTable({
  name: 'courseResources',
  file: 'courseResources.csv',
  service: 'resources',
  needs: ['courses', 'orgs', 'resources'],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'title', type: 'string' },
    { name: 'courseSourcedId', type: 'guid', required: 'always', refers: 'courses' },
    { name: 'resourceSourcedId', type: 'guid', required: 'always', refers: 'resources' },
  ],
});

/** CSV binding 1.2, section demographics.csv (rostering). */
export const demographics = defineTable({
  name: 'demographics',
  file: 'demographics.csv',
  service: 'rostering',
  needs: ['orgs', 'roles', 'users'],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always', refers: 'users' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'birthDate', type: 'date' },
    { name: 'sex', type: 'enum', of: ['male', 'female', 'unspecified', 'other'], extensible: true },
    { name: 'americanIndianOrAlaskaNative', type: 'boolean' },
    { name: 'asian', type: 'boolean' },
    { name: 'blackOrAfricanAmerican', type: 'boolean' },
    { name: 'nativeHawaiianOrOtherPacificIslander', type: 'boolean' },
    { name: 'white', type: 'boolean' },
    { name: 'demographicRaceTwoOrMoreRaces', type: 'boolean' },
    { name: 'hispanicOrLatinoEthnicity', type: 'boolean' },
    { name: 'countryOfBirthCode', type: 'string' },
    { name: 'stateOfBirthAbbreviation', type: 'string' },
    { name: 'cityOfBirth', type: 'string' },
    { name: 'publicSchoolResidenceStatus', type: 'string' },
  ],
});

/** CSV binding 1.2, section enrollments.csv (rostering). */
export const enrollments = defineTable({
  name: 'enrollments',
  file: 'enrollments.csv',
  service: 'rostering',
  needs: ['academicSessions', 'classes', 'courses', 'orgs', 'roles', 'users'],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'classSourcedId', type: 'guid', required: 'always', refers: 'classes' },
    {
      name: 'schoolSourcedId',
      type: 'guid',
      required: 'always',
      refers: 'orgs',
      refersWhere: { column: 'type', in: ['school'], strength: 'must' },
    },
    { name: 'userSourcedId', type: 'guid', required: 'always', refers: 'users' },
    {
      name: 'role',
      type: 'enum',
      required: 'always',
      of: ['administrator', 'proctor', 'student', 'teacher'],
      extensible: true,
    },
    { name: 'primary', type: 'boolean' },
    { name: 'beginDate', type: 'date' },
    { name: 'endDate', type: 'date' },
  ],
});

/** CSV binding 1.2, section lineItemLearningObjectiveIds.csv (gradebook). */
export const lineItemLearningObjectiveIds = defineTable({
  name: 'lineItemLearningObjectiveIds',
  file: 'lineItemLearningObjectiveIds.csv',
  service: 'gradebook',
  needs: ['academicSessions', 'categories', 'classes', 'courses', 'lineItems', 'orgs'],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'lineItemSourcedId', type: 'guid', required: 'always', refers: 'lineItems' },
    { name: 'source', type: 'enum', required: 'always', of: ['case', 'unknown'], extensible: true },
    {
      name: 'learningObjectiveId',
      type: 'string',
      required: 'always',
      patternWhen: {
        column: 'source',
        equals: 'case',
        pattern: '^urn:uuid:[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$',
      },
    },
  ],
});

/** CSV binding 1.2, section lineItems.csv (gradebook). */
export const lineItems = defineTable({
  name: 'lineItems',
  file: 'lineItems.csv',
  service: 'gradebook',
  needs: ['academicSessions', 'categories', 'classes', 'courses', 'orgs'],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'title', type: 'string', required: 'always' },
    { name: 'description', type: 'string' },
    { name: 'assignDate', type: 'date', required: 'always' },
    { name: 'dueDate', type: 'date', required: 'always' },
    { name: 'classSourcedId', type: 'guid', required: 'always', refers: 'classes' },
    { name: 'categorySourcedId', type: 'guid', required: 'always', refers: 'categories' },
    { name: 'academicSessionSourcedId', type: 'guid', required: 'always', refers: 'academicSessions' },
    { name: 'resultValueMin', type: 'float' },
    { name: 'resultValueMax', type: 'float' },
    {
      name: 'schoolSourcedId',
      type: 'guid',
      required: 'always',
      refers: 'orgs',
      refersWhere: { column: 'type', in: ['school'], strength: 'should' },
    },
  ],
});

/** CSV binding 1.2, section lineItemScoreScales.csv (gradebook). */
export const lineItemScoreScales = defineTable({
  name: 'lineItemScoreScales',
  file: 'lineItemScoreScales.csv',
  service: 'gradebook',
  needs: ['academicSessions', 'categories', 'classes', 'courses', 'lineItems', 'orgs', 'scoreScales'],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'title', type: 'string' },
    { name: 'lineItemSourcedId', type: 'guid', required: 'always', refers: 'lineItems' },
    { name: 'scoreScaleSourcedId', type: 'guid', required: 'always', refers: 'scoreScales' },
  ],
});

/** CSV binding 1.2, section orgs.csv (rostering). */
export const orgs = defineTable({
  name: 'orgs',
  file: 'orgs.csv',
  service: 'rostering',
  needs: [],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'name', type: 'string', required: 'always' },
    {
      name: 'type',
      type: 'enum',
      required: 'always',
      of: ['department', 'school', 'district', 'local', 'state', 'national'],
      extensible: true,
    },
    { name: 'identifier', type: 'string' },
    { name: 'parentSourcedId', type: 'guid', refers: 'orgs' },
  ],
});

/** CSV binding 1.2, section resources.csv (resources). */
export const resources = defineTable({
  name: 'resources',
  file: 'resources.csv',
  service: 'resources',
  needs: [],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'vendorResourceId', type: 'string', required: 'always' },
    { name: 'title', type: 'string' },
    {
      name: 'roles',
      type: 'enumList',
      of: ['administrator', 'aide', 'guardian', 'parent', 'proctor', 'relative', 'student', 'teacher'],
      extensible: true,
    },
    { name: 'importance', type: 'enum', of: ['primary', 'secondary'] },
    { name: 'vendorId', type: 'string' },
    { name: 'applicationId', type: 'string' },
  ],
});

/** CSV binding 1.2, section resultLearningObjectiveIds.csv (gradebook). */
export const resultLearningObjectiveIds = defineTable({
  name: 'resultLearningObjectiveIds',
  file: 'resultLearningObjectiveIds.csv',
  service: 'gradebook',
  needs: [
    'academicSessions',
    'categories',
    'classes',
    'courses',
    'lineItems',
    'orgs',
    'results',
    'roles',
    'users',
  ],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'resultSourcedId', type: 'guid', required: 'always', refers: 'results' },
    { name: 'source', type: 'enum', required: 'always', of: ['case', 'unknown'], extensible: true },
    {
      name: 'learningObjectiveId',
      type: 'string',
      required: 'always',
      patternWhen: {
        column: 'source',
        equals: 'case',
        pattern: '^urn:uuid:[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$',
      },
    },
    { name: 'score', type: 'float' },
    { name: 'textScore', type: 'string' },
  ],
});

/** CSV binding 1.2, section results.csv (gradebook). */
export const results = defineTable({
  name: 'results',
  file: 'results.csv',
  service: 'gradebook',
  needs: ['academicSessions', 'categories', 'classes', 'courses', 'lineItems', 'orgs', 'roles', 'users'],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'lineItemSourcedId', type: 'guid', required: 'always', refers: 'lineItems' },
    {
      name: 'studentSourcedId',
      type: 'guid',
      required: 'always',
      refers: 'users',
      refersWhere: { column: 'roles.role', in: ['student'], strength: 'should' },
    },
    {
      name: 'scoreStatus',
      type: 'enum',
      required: 'always',
      of: ['exempt', 'fully graded', 'not submitted', 'partially graded', 'submitted'],
      extensible: true,
    },
    { name: 'score', type: 'float' },
    { name: 'scoreDate', type: 'date', required: 'always' },
    { name: 'comment', type: 'string' },
    { name: 'textScore', type: 'string' },
    { name: 'classSourcedId', type: 'guid', refers: 'classes' },
    { name: 'inProgress', type: 'boolean' },
    { name: 'incomplete', type: 'boolean' },
    { name: 'late', type: 'boolean' },
    { name: 'missing', type: 'boolean' },
  ],
});

/** CSV binding 1.2, section resultScoreScales.csv (gradebook). */
export const resultScoreScales = defineTable({
  name: 'resultScoreScales',
  file: 'resultScoreScales.csv',
  service: 'gradebook',
  needs: [
    'academicSessions',
    'categories',
    'classes',
    'courses',
    'lineItems',
    'orgs',
    'results',
    'roles',
    'scoreScales',
    'users',
  ],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'title', type: 'string' },
    { name: 'resultSourcedId', type: 'guid', required: 'always', refers: 'results' },
    { name: 'scoreScaleSourcedId', type: 'guid', required: 'always', refers: 'scoreScales' },
  ],
});

/** CSV binding 1.2, section roles.csv (rostering). */
export const roles = defineTable({
  name: 'roles',
  file: 'roles.csv',
  service: 'rostering',
  needs: ['orgs', 'users'],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'userSourcedId', type: 'guid', required: 'always', refers: 'users' },
    { name: 'roleType', type: 'enum', required: 'always', of: ['primary', 'secondary'] },
    {
      name: 'role',
      type: 'enum',
      required: 'always',
      of: [
        'aide',
        'counselor',
        'districtAdministrator',
        'guardian',
        'parent',
        'principal',
        'proctor',
        'relative',
        'siteAdministrator',
        'student',
        'systemAdministrator',
        'teacher',
      ],
      extensible: true,
    },
    { name: 'beginDate', type: 'date' },
    { name: 'endDate', type: 'date' },
    { name: 'orgSourcedId', type: 'guid', required: 'always', refers: 'orgs' },
    { name: 'userProfileSourcedId', type: 'guid', refers: 'userProfiles' },
  ],
});

/** CSV binding 1.2, section scoreScales.csv (gradebook). */
export const scoreScales = defineTable({
  name: 'scoreScales',
  file: 'scoreScales.csv',
  service: 'gradebook',
  needs: ['academicSessions', 'classes', 'courses', 'orgs'],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'title', type: 'string', required: 'always' },
    { name: 'type', type: 'string', required: 'always' },
    { name: 'orgSourcedId', type: 'guid', required: 'always', refers: 'orgs' },
    { name: 'courseSourcedId', type: 'guid', required: 'always', refers: 'courses' },
    { name: 'classSourcedId', type: 'guid', required: 'always', refers: 'classes' },
    {
      name: 'scoreScaleValue',
      type: 'stringList',
      required: 'always',
      itemPattern: '^\\{[^:{},]+:[^{},]+\\}$',
    },
  ],
});

/** CSV binding 1.2, section userProfiles.csv (rostering). */
export const userProfiles = defineTable({
  name: 'userProfiles',
  file: 'userProfiles.csv',
  service: 'rostering',
  needs: ['orgs', 'roles', 'users'],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'userSourcedId', type: 'guid', required: 'always', refers: 'users' },
    { name: 'profileType', type: 'string', required: 'always' },
    { name: 'vendorId', type: 'string', required: 'always' },
    { name: 'applicationId', type: 'string' },
    { name: 'description', type: 'string' },
    { name: 'credentialType', type: 'string', required: 'always' },
    { name: 'username', type: 'string', required: 'always' },
    { name: 'password', type: 'string' },
  ],
});

/** CSV binding 1.2, section userResources.csv (resources). */
export const userResources = defineTable({
  name: 'userResources',
  file: 'userResources.csv',
  service: 'resources',
  needs: ['orgs', 'resources', 'roles', 'users'],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'userSourcedId', type: 'guid', required: 'always', refers: 'users' },
    { name: 'orgSourcedId', type: 'guid', refers: 'orgs' },
    { name: 'classSourcedId', type: 'guid', refers: 'classes' },
    { name: 'resourceSourcedId', type: 'guid', required: 'always', refers: 'resources' },
  ],
});

/** CSV binding 1.2, section users.csv (rostering). */
export const users = defineTable({
  name: 'users',
  file: 'users.csv',
  service: 'rostering',
  needs: ['orgs', 'roles'],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'enabledUser', type: 'boolean', required: 'always' },
    { name: 'username', type: 'string', required: 'always' },
    { name: 'userIds', type: 'stringList', itemPattern: '^\\{[^:{},]+:[^{},]+\\}$' },
    { name: 'givenName', type: 'string', required: 'always' },
    { name: 'familyName', type: 'string', required: 'always' },
    { name: 'middleName', type: 'string' },
    { name: 'identifier', type: 'string' },
    { name: 'email', type: 'string' },
    { name: 'sms', type: 'string' },
    { name: 'phone', type: 'string' },
    { name: 'agentSourcedIds', type: 'guidList', refers: 'users' },
    { name: 'grades', type: 'stringList' },
    { name: 'password', type: 'string' },
    { name: 'userMasterIdentifier', type: 'string' },
    { name: 'preferredGivenName', type: 'string' },
    { name: 'preferredMiddleName', type: 'string' },
    { name: 'preferredFamilyName', type: 'string' },
    { name: 'primaryOrgSourcedId', type: 'guid', refers: 'orgs' },
    { name: 'pronouns', type: 'string' },
  ],
});

export const v1p2: OneRosterVersion = {
  version: '1.2',
  manifestVersion: '1.0',
  tables: [
    academicSessions,
    categories,
    classes,
    classResources,
    courses,
    courseResources,
    demographics,
    enrollments,
    lineItemLearningObjectiveIds,
    lineItems,
    lineItemScoreScales,
    orgs,
    resources,
    resultLearningObjectiveIds,
    results,
    resultScoreScales,
    roles,
    scoreScales,
    userProfiles,
    userResources,
    users,
  ],
  coreRoster: ['academicSessions', 'classes', 'courses', 'enrollments', 'orgs', 'roles', 'users'],
};
