/** What a version defines about its rows: a row function per table, and how many user records a person is. */
import type { KeptPerson } from '../roster/roster.js';
import type {
  ClassSubject,
  CourseSubject,
  DemographicsSubject,
  EnrollmentSubject,
  OrgSubject,
  RoleSubject,
  SessionSubject,
  UserSubject,
} from './subjects.js';
import type { SubjectMaker } from './subject-maker.js';

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
