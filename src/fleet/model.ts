/** What a fleet is: many districts, each with a config of its own, that share a schedule and a few SQL hosts. */
import type { LocalDate } from '../model/values.js';

export interface Schedule {
  /** `HH:MM` on the clocks of `timezone`; each night begins then. */
  readonly start: string;
  /** IANA name. */
  readonly timezone: string;
  /** Over how many minutes the starts are spread. */
  readonly windowMinutes: number;
  /** `HH:MM` by which the receivers should have the bundles: such districts go first. */
  readonly deliverBy?: string;
}

export interface District extends Schedule {
  /** Name of its folder: lowercase letters, digits and hyphens. */
  readonly name: string;
  /** Absolute path of its config. */
  readonly config: string;
  /** Names of its connections, in the order of its config. */
  readonly connections: readonly string[];
  /** The SQL host that its SIS is on; a label, not an address. */
  readonly host: string;
  readonly labels: readonly string[];
}

/** One district in one night. */
export interface PlannedNight {
  readonly district: string;
  /** The day on whose night it is, in the schedule's time zone. */
  readonly night: LocalDate;
  readonly host: string;
  readonly startsAt: Date;
}
