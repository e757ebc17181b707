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

/** `schoolID`: where it is, as far as that is at hand; people with several schools are counted at one of them. */
export type ReportExclusion = (
  kind: ExcludedKind,
  id: number | string,
  exclusion: Exclusion,
  schoolID?: number | null,
) => void;
