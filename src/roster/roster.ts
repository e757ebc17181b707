/**
 * What the rules of one connection kept, in SIS terms: the filter's result for the mapping. Large parts are
 * walked, never held; enrollments, classes and courses can be walked once, in this order.
 */
import type { SisRow } from '../campus/tables.js';
import type { LocalDate } from '../model/values.js';
import type { ActiveYear, PersonRow } from '../snapshot/snapshot.js';

/** Roles in the order in which one of them becomes the primary one at an org. */
export const ROLE_NAMES = ['student', 'teacher', 'aide', 'guardian', 'relative'] as const;
export type RoleName = (typeof ROLE_NAMES)[number];

export interface KeptDistrict extends SisRow<'District'> {
  readonly districtGUID: string;
}

export interface KeptSchool extends SisRow<'School'> {
  readonly schoolGUID: string;
  /** GUID of the district, where that is sent. */
  readonly districtGUID: string | null;
  /** From the earliest start to the latest end of its calendars, blank dates taken from the year. */
  readonly yearStart: LocalDate;
  readonly yearEnd: LocalDate;
}

export interface KeptTerm {
  readonly termID: number;
  readonly name: string | null;
  readonly school: KeptSchool;
  readonly startDate: LocalDate;
  readonly endDate: LocalDate;
}

export interface KeptCourse {
  readonly course: SisRow<'Course'>;
  readonly school: KeptSchool;
  readonly departmentName: string | null;
}

export interface KeptClass extends KeptCourse {
  readonly section: SisRow<'Section'>;
  readonly roomName: string | null;
  /** Distinct, in term order. */
  readonly termIDs: readonly number[];
  /** Distinct names, in the order of the day. */
  readonly periods: readonly string[];
}

export interface KeptEnrollment {
  readonly role: 'student' | 'teacher';
  /** rosterID or historyID. */
  readonly id: number;
  readonly personID: number;
  readonly sectionID: number;
  readonly school: KeptSchool;
  /** Only for teachers. */
  readonly primary?: boolean;
  readonly startDate: LocalDate | null;
  readonly endDate: LocalDate | null;
}

/** A role at one school, with the dates of the rows that gave it; blank where they are open or there are none. */
export interface RoleAtSchool {
  readonly school: KeptSchool;
  readonly startDate: LocalDate | null;
  readonly endDate: LocalDate | null;
}

/** Another exported person linked to this one: a guardian or relative, or a student of theirs. */
export interface Agent {
  readonly personID: number;
  readonly role: RoleName;
}

export interface KeptRole {
  readonly role: RoleName;
  /** By schoolID. */
  readonly schools: readonly RoleAtSchool[];
  readonly agents: readonly Agent[];
}

export interface KeptPerson {
  readonly person: PersonRow;
  /** The account that counts: with a username, not disabled first, then the lowest userID. */
  readonly account: SisRow<'UserAccount'> | undefined;
  /** In the order of ROLE_NAMES. */
  readonly roles: readonly KeptRole[];
  /** Of the enrollment that gives grade and primary school; only of students. */
  readonly student?: {
    readonly enrollmentID: number;
    readonly localGrade: string | null;
    readonly stateGrade: string | null;
    readonly school: KeptSchool;
  };
}

export interface Roster {
  readonly year: ActiveYear;
  readonly asOf: LocalDate;
  readonly districts: readonly KeptDistrict[];
  readonly schools: readonly KeptSchool[];
  readonly terms: readonly KeptTerm[];
  personGuid(personID: number): string | undefined;
  /** schoolIDs of an exported student. */
  schoolsOfStudent(personID: number): readonly number[];
  /** Of the classes that may be sent. */
  sectionIDs(): Iterable<number>;
  /** From the earliest start to the latest end of the terms of each class, by sectionID. */
  classSpans(): ReadonlyMap<number, { readonly startDate: LocalDate; readonly endDate: LocalDate }>;
  /** The same rows as `enrollments`, for a look-ahead before writing; reports nothing. */
  enrollmentsAhead(): Iterable<KeptEnrollment>;
  enrollments(): Iterable<KeptEnrollment>;
  /** After `enrollments`: which classes are empty is known only then. */
  classes(): Iterable<KeptClass>;
  /** After `classes`: which courses are used is known only then. */
  courses(): Iterable<KeptCourse>;
  people(): Iterable<KeptPerson>;
}
