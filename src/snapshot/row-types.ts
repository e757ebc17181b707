/** What a row of each table of the snapshot has. */
import type { SisRow, SisTableName } from '../campus/tables.js';
import type { LocalDate } from '../model/values.js';

/** The school year that is marked active, its blank dates filled in. */
export interface ActiveYear {
  readonly endYear: number;
  readonly startYear: number;
  readonly start: LocalDate;
  readonly end: LocalDate;
  readonly label: string | null;
}

/** A person with the current identity and the contact. `identityID` is null if the person has no current identity record. */
export type PersonRow = Omit<SisRow<'Person'>, 'currentIdentityID'> &
  Omit<SisRow<'Identity'>, 'identityID' | 'personID'> &
  Omit<SisRow<'Contact'>, 'personID'> & { readonly identityID: number | null };

/** A person whose newest enrollment is in the year before or after the active one. */
export interface OtherYearStudentRow {
  readonly personID: number;
  readonly endYear: number | null;
}

/** A key that several rows of a table have although they differ; the first of them is in the snapshot. */
export interface RepeatedKeyRow {
  readonly table: string;
  readonly id: number;
}

interface SnapshotRows {
  readonly RepeatedKey: RepeatedKeyRow;
  readonly Person: PersonRow;
  readonly OtherYearStudent: OtherYearStudentRow;
  /** RelatedPair once more, by student and then by the other person. */
  readonly RelatedPairByStudent: SisRow<'RelatedPair'>;
}

/** Identity and Contact are read together with Person. */
type CopiedTable = Exclude<SisTableName, 'Person' | 'Identity' | 'Contact'>;
export type SnapshotTable = CopiedTable | keyof SnapshotRows;
/** Those that are read from the SIS as they are. */
export type ReadTable = Exclude<SnapshotTable, 'RepeatedKey'>;
export type RowOf<T extends SnapshotTable> = T extends keyof SnapshotRows
  ? SnapshotRows[T]
  : T extends SisTableName
    ? SisRow<T>
    : never;
