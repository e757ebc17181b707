/** What the rules would send on one day, in a bit for each record. */
import type { LocalDate } from '../model/values.js';
import type { ByteMap, IdSet } from '../snapshot/id-map.js';

/** Users are the students: others belong to a school by them, or to several. */
export interface SchoolTally {
  users: number;
  classes: number;
  enrollments: number;
}

/** What would be sent on a day. */
export interface Judged {
  readonly asOf: LocalDate;
  /** ROLE bits by personID. */
  readonly users: ByteMap;
  readonly classes: IdSet;
  readonly courses: IdSet;
  readonly rosters: IdSet;
  readonly staffRows: IdSet;
  readonly counts: { users: number; classes: number; enrollments: number; courses: number };
  /** By schoolID. */
  readonly schools: Map<number, SchoolTally>;
  readonly orgs: number;
}
