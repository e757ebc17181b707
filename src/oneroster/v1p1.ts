/**
 * The OneRoster CSV binding 1.1 of 17 April 2017, which 1.1.1 (22 August 2023) left unchanged in headers, order and vocabulary.
 * Written out in full, in the order of the binding; `fixtures/oneroster/tables-1.1.json` is the reference a test lays beside it.
 */
import { defineTable, type OneRosterVersion } from './table.js';

/** CSV binding 1.1, section academicSessions.csv (rostering). */
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
    },
    { name: 'startDate', type: 'date', required: 'always' },
    { name: 'endDate', type: 'date', required: 'always' },
    { name: 'parentSourcedId', type: 'guid', refers: 'academicSessions' },
    { name: 'schoolYear', type: 'year', required: 'always' },
  ],
});

/** CSV binding 1.1, section categories.csv (gradebook). */
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
  ],
});

/** CSV binding 1.1, section classes.csv (rostering). */
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
    { name: 'grades', type: 'stringList', vocabulary: 'grades-ceds' },
    { name: 'courseSourcedId', type: 'guid', required: 'always', refers: 'courses' },
    { name: 'classCode', type: 'string' },
    { name: 'classType', type: 'enum', required: 'always', of: ['homeroom', 'scheduled'] },
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

/** CSV binding 1.1, section classResources.csv (resources). */
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

/** CSV binding 1.1, section courses.csv (rostering). */
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
    { name: 'grades', type: 'stringList', vocabulary: 'grades-ceds' },
    { name: 'orgSourcedId', type: 'guid', required: 'always', refers: 'orgs' },
    { name: 'subjects', type: 'stringList' },
    { name: 'subjectCodes', type: 'stringList' },
  ],
});

/** CSV binding 1.1, section courseResources.csv (resources). */
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

/** CSV binding 1.1, section demographics.csv (rostering). */
export const demographics = defineTable({
  name: 'demographics',
  file: 'demographics.csv',
  service: 'rostering',
  needs: ['orgs', 'users'],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always', refers: 'users' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'birthDate', type: 'date' },
    { name: 'sex', type: 'enum', of: ['male', 'female'] },
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

/** CSV binding 1.1, section enrollments.csv (rostering). */
export const enrollments = defineTable({
  name: 'enrollments',
  file: 'enrollments.csv',
  service: 'rostering',
  needs: ['academicSessions', 'classes', 'courses', 'orgs', 'users'],
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
    },
    { name: 'primary', type: 'boolean' },
    { name: 'beginDate', type: 'date' },
    { name: 'endDate', type: 'date' },
  ],
});

/** CSV binding 1.1, section lineItems.csv (gradebook). */
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
    {
      name: 'gradingPeriodSourcedId',
      type: 'guid',
      required: 'always',
      refers: 'academicSessions',
      refersWhere: { column: 'type', in: ['gradingPeriod'], strength: 'should' },
    },
    { name: 'resultValueMin', type: 'float', required: 'always' },
    { name: 'resultValueMax', type: 'float', required: 'always' },
  ],
});

/** CSV binding 1.1, section orgs.csv (rostering). */
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
    },
    { name: 'identifier', type: 'string' },
    { name: 'parentSourcedId', type: 'guid', refers: 'orgs' },
  ],
});

/** CSV binding 1.1, section resources.csv (resources). */
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
    },
    { name: 'importance', type: 'enum', of: ['primary', 'secondary'] },
    { name: 'vendorId', type: 'string' },
    { name: 'applicationId', type: 'string' },
  ],
});

/** CSV binding 1.1, section results.csv (gradebook). */
export const results = defineTable({
  name: 'results',
  file: 'results.csv',
  service: 'gradebook',
  needs: ['academicSessions', 'categories', 'classes', 'courses', 'lineItems', 'orgs', 'users'],
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
      refersWhere: { column: 'role', in: ['student'], strength: 'must' },
    },
    {
      name: 'scoreStatus',
      type: 'enum',
      required: 'always',
      of: ['exempt', 'fully graded', 'not submitted', 'partially graded', 'submitted'],
    },
    { name: 'score', type: 'float', required: 'always' },
    { name: 'scoreDate', type: 'date', required: 'always' },
    { name: 'comment', type: 'string' },
  ],
});

/** CSV binding 1.1, section users.csv (rostering). */
export const users = defineTable({
  name: 'users',
  file: 'users.csv',
  service: 'rostering',
  needs: ['orgs'],
  columns: [
    { name: 'sourcedId', type: 'guid', required: 'always' },
    { name: 'status', type: 'enum', required: 'delta', of: ['active', 'tobedeleted'] },
    { name: 'dateLastModified', type: 'dateTime', required: 'delta' },
    { name: 'enabledUser', type: 'boolean', required: 'always' },
    { name: 'orgSourcedIds', type: 'guidList', required: 'always', refers: 'orgs' },
    {
      name: 'role',
      type: 'enum',
      required: 'always',
      of: ['administrator', 'aide', 'guardian', 'parent', 'proctor', 'relative', 'student', 'teacher'],
    },
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
    { name: 'grades', type: 'stringList', vocabulary: 'grades-ceds' },
    { name: 'password', type: 'string' },
  ],
});

export const v1p1: OneRosterVersion = {
  version: '1.1',
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
    lineItems,
    orgs,
    resources,
    results,
    users,
  ],
  coreRoster: ['academicSessions', 'classes', 'courses', 'enrollments', 'orgs', 'users'],
};
