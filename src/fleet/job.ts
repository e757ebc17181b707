/** What a worker is given to do. */
import type { LocalDate } from '../model/values.js';

/** One refresh of one district; its id is that of its run. */
export interface Job {
  readonly id: string;
  readonly district: string;
  /** The SQL host, whose queue it waits in. */
  readonly host: string;
  /** Null for a refresh by hand. */
  readonly night: LocalDate | null;
}

export interface NewJob extends Job {
  /** Those with a higher number go first. */
  readonly priority: number;
}
