/** Receives what the stages exclude. */
import type { Exclusion } from './rule.js';

/** The record of a line in the exclusions list; the id is its key in Campus. */
export type ExcludedKind =
  | 'district'
  | 'school'
  | 'calendar'
  | 'term'
  | 'student'
  | 'schoolEnrollment'
  | 'teacher'
  | 'aide'
  | 'assignment'
  | 'guardian'
  | 'relative'
  | 'relationship'
  | 'course'
  | 'section'
  | 'placement'
  | 'roster'
  | 'sectionStaff';

/** Where a record is, as far as that is at hand. */
export interface Whereabouts {
  /** People with several schools are counted at one of them. */
  readonly schoolID?: number | null | undefined;
  /** Of a row: the person it is about; of a relationship, the student. */
  readonly personID?: number;
  readonly sectionID?: number;
}

export type ReportExclusion = (
  kind: ExcludedKind,
  id: number | string,
  exclusion: Exclusion,
  at?: Whereabouts,
) => void;
