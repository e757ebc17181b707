/** What `explain` answers about one record. */
import type { SubjectKind } from './search/subject.js';
import type { Exclusion } from '../filter/rule.js';
import type { RoleTrace } from './trace-person.js';
import type { RecordTrace } from './trace-record.js';

/** A record that this record depends on, and why it is excluded. */
export interface ChainLink {
  readonly kind: string;
  readonly id: string;
  readonly code: string;
  readonly says: string;
  readonly fixIn: string;
}

export interface ReportedExclusion extends Exclusion {
  readonly kind: string;
}

export interface ExportedRow {
  readonly table: string;
  readonly columns: readonly string[];
  readonly cells: readonly string[];
  /** By column: where cells of `values` and extension columns come from. */
  readonly origins?: Readonly<Record<string, string>>;
}

export interface ExplainedRecord {
  readonly kind: SubjectKind;
  /** In Campus: personID, sectionID, courseID, rosterID, historyID or schoolID. */
  readonly id: number | string;
  /** Of a person, if names were requested. */
  readonly name?: string;
  /** The record is there, but nothing of it belongs to the active year, so a refresh does not read it. */
  readonly isOfOtherYear: boolean;
  /** As an exclusions list would have them. */
  readonly exclusions: readonly ReportedExclusion[];
  /** Of a person. */
  readonly roles?: readonly RoleTrace[];
  /** Of anything else. */
  readonly record?: RecordTrace;
  /** Why the records that this record depends on are excluded. */
  readonly chain: readonly ChainLink[];
  readonly rows: readonly ExportedRow[];
}
