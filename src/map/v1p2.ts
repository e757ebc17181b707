/** The row functions of OneRoster 1.2: one record per person, roles in a table of their own. */
import * as tables from '../oneroster/v1p2.js';
import { blank, list, yesNo } from './cells.js';
import { rowMaker, type ColumnsFor } from './columns.js';
import { roleSourcedId } from './sourced-ids.js';
import type { DemographicsSubject, RoleSubject, UserSubject } from './subjects.js';
import { identifier, sex, userIds, userMasterIdentifier } from './user-cells.js';
import {
  academicSessions,
  classes,
  courses,
  demographics as v1p1Demographics,
  enrollments,
  lifecycle,
  orgs,
} from './v1p1.js';
import type { VersionRows } from './version-rows.js';

/** Names with `legalNames: send` applied: the legal ones, and the everyday ones as preferred. */
interface Names {
  readonly given: string | null;
  readonly middle: string | null;
  readonly family: string | null;
  readonly preferred?: {
    readonly given: string | null;
    readonly middle: string | null;
    readonly family: string | null;
  };
}

function sentNames({ person, sendsLegalNames }: UserSubject): Names {
  const everyday = { given: person.firstName, middle: person.middleName, family: person.lastName };
  if (!sendsLegalNames || (person.legalFirstName === null && person.legalLastName === null)) return everyday;
  return {
    given: person.legalFirstName ?? everyday.given,
    middle: person.legalMiddleName,
    family: person.legalLastName ?? everyday.family,
    preferred: everyday,
  };
}

const users = {
  sourcedId: (user) => user.sourcedId,
  ...lifecycle,
  enabledUser: (user) => yesNo(user.enabled),
  username: (user) => user.username ?? (user.hidesEmail ? null : user.email) ?? user.sourcedId,
  userIds,
  givenName: (user) => sentNames(user).given,
  familyName: (user) => sentNames(user).family,
  middleName: (user) => sentNames(user).middle,
  identifier,
  email: (user) => user.email,
  sms: ({ person }) => person.cellPhone,
  phone: ({ person }) => person.homePhone,
  agentSourcedIds: (user) => list(user.agentSourcedIds),
  grades: (user) => user.grade,
  password: blank,
  userMasterIdentifier,
  preferredGivenName: (user) => sentNames(user).preferred?.given ?? null,
  preferredMiddleName: (user) => sentNames(user).preferred?.middle ?? null,
  preferredFamilyName: (user) => sentNames(user).preferred?.family ?? null,
  primaryOrgSourcedId: (user) => user.primaryOrgSourcedId,
  pronouns: blank,
} satisfies ColumnsFor<typeof tables.users, UserSubject>;

const roles = {
  sourcedId: ({ userSourcedId, role, at }) => roleSourcedId(userSourcedId, role, at.school.schoolGUID),
  ...lifecycle,
  userSourcedId: (role) => role.userSourcedId,
  roleType: ({ isPrimary }) => (isPrimary ? 'primary' : 'secondary'),
  role: ({ role }) => role,
  beginDate: (role) => role.beginDate,
  endDate: (role) => role.endDate,
  orgSourcedId: ({ at }) => at.school.schoolGUID,
  userProfileSourcedId: blank,
} satisfies ColumnsFor<typeof tables.roles, RoleSubject>;

const demographics = {
  ...v1p1Demographics,
  /** The token that 1.2 added for a code that is neither. */
  sex: sex('other'),
} satisfies ColumnsFor<typeof tables.demographics, DemographicsSubject>;

/** The tables whose headers 1.2 left unchanged are filled as in 1.1; the type checks that they still fit. */
export const v1p2: VersionRows = {
  orgs: rowMaker(tables.orgs, orgs),
  academicSessions: rowMaker(tables.academicSessions, academicSessions),
  courses: rowMaker(tables.courses, courses),
  classes: rowMaker(tables.classes, classes),
  enrollments: rowMaker(tables.enrollments, enrollments),
  demographics: rowMaker(tables.demographics, demographics),
  users: rowMaker(tables.users, users),
  usersOf: (make, person) => make.userPerPerson(person),
  roles: rowMaker(tables.roles, roles),
};
