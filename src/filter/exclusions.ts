/** Where the stages report what they left out. */
import type { Exclusion } from './rule.js';

/** What a line of the exclusions list speaks of; the id is that record's key in Campus. */
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
