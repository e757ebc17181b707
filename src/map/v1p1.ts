/** The row functions of OneRoster 1.1: a record per role, with orgs and role in users. */
import * as tables from '../oneroster/v1p1.js';
import type { RoleName } from '../roster/roster.js';
import { blank, list, yesNo } from './cells.js';
import { rowMaker, type ColumnsFor } from './columns.js';
import { enrollmentSourcedId } from './sourced-ids.js';
import type {
  ClassSubject,
  CourseSubject,
  DemographicsSubject,
  EnrollmentSubject,
  OrgSubject,
  SessionSubject,
  UserSubject,
} from './subjects.js';
import { hispanic, identifier, race, sex, userIds } from './user-cells.js';
import type { VersionRows } from './version-rows.js';

/** Both cells are empty in bulk; a delta fills them when it is made. */
export const lifecycle = { status: blank, dateLastModified: blank } as const;

export const orgs = {
  sourcedId: (org) => org.sourcedId,
  ...lifecycle,
  name: (org) => org.name,
  type: (org) => org.type,
  identifier: (org) => org.identifier,
  parentSourcedId: (org) => org.parentSourcedId,
} satisfies ColumnsFor<typeof tables.orgs, OrgSubject>;

export const academicSessions = {
  sourcedId: (session) => session.sourcedId,
  ...lifecycle,
  title: (session) => session.title,
  type: (session) => session.type,
  startDate: (session) => session.startDate,
  endDate: (session) => session.endDate,
  parentSourcedId: (session) => session.parentSourcedId,
  schoolYear: (session) => session.schoolYear,
} satisfies ColumnsFor<typeof tables.academicSessions, SessionSubject>;

export const courses = {
  sourcedId: ({ course }) => String(course.courseID),
  ...lifecycle,
  schoolYearSourcedId: (course) => course.schoolYearSourcedId,
  title: (course) => course.title,
  courseCode: ({ course }) => course.number,
  grades: blank,
  orgSourcedId: ({ school }) => school.schoolGUID,
  subjects: (course) => course.subjects,
  subjectCodes: (course) => course.subjectCodes,
} satisfies ColumnsFor<typeof tables.courses, CourseSubject>;

export const classes = {
  sourcedId: ({ section }) => String(section.sectionID),
  ...lifecycle,
  title: (each) => each.title,
  grades: blank,
  courseSourcedId: ({ section }) => String(section.courseID),
  classCode: ({ course, section }) => `${course.number ?? ''}-${section.number ?? ''}`,
  classType: ({ course, section }) =>
    section.homeroomSection === 1 || course.homeroom === 1 ? 'homeroom' : 'scheduled',
  location: ({ roomName }) => roomName,
  schoolSourcedId: ({ school }) => school.schoolGUID,
  termSourcedIds: ({ termIDs }) => list(termIDs.map(String)),
  subjects: (each) => each.subjects,
  subjectCodes: (each) => each.subjectCodes,
  periods: ({ periods }) => list(periods),
} satisfies ColumnsFor<typeof tables.classes, ClassSubject>;

/** Campus calls non-teacher staff administrators in 1.1. */
const USER_ROLES: Readonly<Record<RoleName, string>> = {
  student: 'student',
  teacher: 'teacher',
  aide: 'administrator',
  guardian: 'guardian',
  relative: 'relative',
};

const users = {
  sourcedId: (user) => user.sourcedId,
  ...lifecycle,
  enabledUser: (user) => yesNo(user.enabled),
  orgSourcedIds: (user) => list(user.orgSourcedIds),
  role: ({ roles: [role] }) => (role === undefined ? '' : USER_ROLES[role]),
  username: (user) => user.username,
  userIds,
  givenName: ({ person }) => person.firstName,
  familyName: ({ person }) => person.lastName,
  middleName: ({ person }) => person.middleName,
  identifier,
  email: (user) => user.email,
  sms: blank,
  phone: ({ person }) => person.homePhone,
  agentSourcedIds: (user) => list(user.agentSourcedIds),
  grades: (user) => user.grade,
  password: blank,
} satisfies ColumnsFor<typeof tables.users, UserSubject>;

export const enrollments = {
  sourcedId: ({ role, id }) => enrollmentSourcedId(role, id),
  ...lifecycle,
  classSourcedId: ({ sectionID }) => String(sectionID),
  schoolSourcedId: ({ school }) => school.schoolGUID,
  userSourcedId: (enrollment) => enrollment.userSourcedId,
  role: ({ role }) => role,
  primary: ({ primary }) => (primary === undefined ? '' : yesNo(primary)),
  beginDate: ({ startDate }) => startDate,
  endDate: ({ endDate }) => endDate,
} satisfies ColumnsFor<typeof tables.enrollments, EnrollmentSubject>;

export const demographics = {
  sourcedId: (each) => each.sourcedId,
  ...lifecycle,
  birthDate: ({ person }) => person.birthdate,
  sex: sex(''),
  americanIndianOrAlaskaNative: race('2'),
  asian: race('3'),
  blackOrAfricanAmerican: race('4'),
  nativeHawaiianOrOtherPacificIslander: race('5'),
  white: race('6'),
  demographicRaceTwoOrMoreRaces: race('7'),
  hispanicOrLatinoEthnicity: hispanic,
  countryOfBirthCode: blank,
  stateOfBirthAbbreviation: blank,
  cityOfBirth: blank,
  publicSchoolResidenceStatus: blank,
} satisfies ColumnsFor<typeof tables.demographics, DemographicsSubject>;

export const v1p1: VersionRows = {
  orgs: rowMaker(tables.orgs, orgs),
  academicSessions: rowMaker(tables.academicSessions, academicSessions),
  courses: rowMaker(tables.courses, courses),
  classes: rowMaker(tables.classes, classes),
  enrollments: rowMaker(tables.enrollments, enrollments),
  demographics: rowMaker(tables.demographics, demographics),
  users: rowMaker(tables.users, users),
  usersOf: (make, person) => make.usersPerRole(person),
};
