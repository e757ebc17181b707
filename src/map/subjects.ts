/** The subject of a row, ready for its cells: ids made, lists sorted, settings of the connection applied. */
import type {
  KeptClass,
  KeptCourse,
  KeptDistrict,
  KeptEnrollment,
  KeptPerson,
  KeptSchool,
  RoleAtSchool,
  RoleName,
} from '../roster/roster.js';

export interface OrgSubject {
  /** Of schools. */
  readonly schoolID?: number;
  readonly sourcedId: string;
  readonly name: string;
  readonly type: 'district' | 'school';
  readonly identifier: string | null;
  readonly parentSourcedId: string | null;
  /** Of a school. */
  readonly school?: KeptSchool;
  /** The district itself, or that of the school. */
  readonly district?: KeptDistrict | undefined;
}

export interface SessionSubject {
  readonly schoolID: number;
  /** Of terms. */
  readonly termID?: number;
  readonly sourcedId: string;
  readonly title: string;
  readonly type: 'schoolYear' | 'term';
  readonly startDate: string;
  readonly endDate: string;
  readonly parentSourcedId: string;
  readonly schoolYear: string;
}

/** Both subject lists, or neither. */
export interface Subjects {
  readonly subjects: string;
  readonly subjectCodes: string;
}

export interface CourseSubject extends KeptCourse, Subjects {
  readonly title: string;
  readonly schoolYearSourcedId: string;
}

export interface ClassSubject extends KeptClass, Subjects {
  readonly title: string;
}

export interface UserSubject {
  readonly person: KeptPerson['person'];
  /** That gives the grade; of students. */
  readonly enrollmentID: number | undefined;
  readonly sourcedId: string;
  readonly roles: readonly RoleName[];
  readonly orgSourcedIds: readonly string[];
  readonly agentSourcedIds: readonly string[];
  readonly username: string | null;
  readonly account: KeptPerson['account'];
  /** The primary one. */
  readonly school: KeptSchool | undefined;
  readonly enabled: boolean;
  readonly email: string | null;
  /** The address is not sent, so it may not stand in for a username either. */
  readonly hidesEmail: boolean;
  readonly sendsLegalNames: boolean;
  readonly grade: string;
  readonly primaryOrgSourcedId: string;
}

export interface RoleSubject {
  readonly personID: number;
  readonly userSourcedId: string;
  readonly role: RoleName;
  readonly isPrimary: boolean;
  readonly at: RoleAtSchool;
  readonly beginDate: string;
  readonly endDate: string;
}

export interface EnrollmentSubject extends Omit<KeptEnrollment, 'endDate' | 'primary'> {
  /** Undefined but of teachers. */
  readonly primary: boolean | undefined;
  readonly userSourcedId: string;
  readonly endDate: string;
}

export interface DemographicsSubject {
  readonly person: KeptPerson['person'];
  readonly enrollmentID: number;
  readonly sourcedId: string;
}
