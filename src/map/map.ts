/**
 * Roster -> rows per table, in a fixed order: what a bundle holds is decided here and nowhere else. Takes a roster and the
 * connection's settings; hands each row to `put`, walking every large table of the roster once.
 *
 * Order of rows: orgs districts by id, then schools; academicSessions school years by school, then terms by termID;
 * enrollments students by rosterID, then teachers by personID and historyID; classes by sectionID; courses by courseID;
 * users and demographics by personID (in 1.1 with the role); roles by personID, role and school.
 */
import type { Notices } from '../model/notices.js';
import type { Config, ConnectionSettings } from '../model/settings.js';
import type { VersionName } from '../oneroster/versions.js';
import type { KeptPerson, Roster } from '../roster/roster.js';
import {
  SubjectMaker,
  type ClassSubject,
  type CourseSubject,
  type DemographicsSubject,
  type EnrollmentSubject,
  type OrgSubject,
  type RoleSubject,
  type SessionSubject,
  type UserSubject,
} from './subjects.js';
import { v1p1 } from './v1p1.js';
import { v1p2 } from './v1p2.js';

type MakeRow<Subject> = (subject: Subject) => readonly string[];

export interface VersionRows {
  readonly orgs: MakeRow<OrgSubject>;
  readonly academicSessions: MakeRow<SessionSubject>;
  readonly courses: MakeRow<CourseSubject>;
  readonly classes: MakeRow<ClassSubject>;
  readonly enrollments: MakeRow<EnrollmentSubject>;
  readonly demographics: MakeRow<DemographicsSubject>;
  readonly users: MakeRow<UserSubject>;
  readonly usersOf: (make: SubjectMaker, person: KeptPerson) => readonly UserSubject[];
  /** Only where the version has the table. */
  readonly roles?: MakeRow<RoleSubject>;
}

/** The register of versions: how each fills its tables. */
const rowsOfVersion: Readonly<Record<VersionName, VersionRows>> = { '1.1': v1p1, '1.2': v1p2 };

export type PutRow = (table: string, cells: readonly string[]) => void;

export function map(
  roster: Roster,
  settings: ConnectionSettings,
  grades: Config['grades'],
  notices: Notices,
  put: PutRow,
): void {
  const rows = rowsOfVersion[settings.version];
  const make = new SubjectMaker(settings, grades, roster, notices);
  for (const org of make.orgs()) put('orgs', rows.orgs(org));
  for (const session of make.sessions()) put('academicSessions', rows.academicSessions(session));
  for (const kept of roster.enrollments()) put('enrollments', rows.enrollments(make.enrollment(kept)));
  for (const kept of roster.classes()) put('classes', rows.classes(make.class(kept)));
  for (const kept of roster.courses()) put('courses', rows.courses(make.course(kept)));
  for (const person of roster.people()) {
    for (const user of rows.usersOf(make, person)) put('users', rows.users(user));
    if (rows.roles) for (const role of make.roles(person)) put('roles', rows.roles(role));
    for (const each of make.demographics(person)) put('demographics', rows.demographics(each));
  }
}
