/** The end of an agreement: after the last day of `sharingEnds` nothing is made for a connection and nothing is sent. */
import type { Config, ConnectionSettings } from './settings.js';
import { dayIn, type LocalDate } from './values.js';
import type { ConnectionResult } from './result.js';

/** `day`: the later of today and the day that is asked about, so that no as-of date reopens what has ended. */
export function hasSharingEnded({ sharingEnds }: ConnectionSettings, day: LocalDate): boolean {
  return sharingEnds !== undefined && day > sharingEnds;
}

/** The day that decides whether sharing has ended. */
export function sharingDay({ timezone }: Config, now: Date, asOf?: LocalDate): LocalDate {
  const today = dayIn(timezone, now);
  return asOf !== undefined && asOf > today ? asOf : today;
}

export function sayEnded({ name, sharingEnds }: ConnectionSettings): string {
  return `Sharing with ${name} ended on ${sharingEnds ?? ''}: nothing is created or sent. Take the connection out of the config, or set a later sharingEnds.`;
}

/** The outcome of a connection whose sharing has ended: intended, so no failure. */
export function endedResult(settings: ConnectionSettings): ConnectionResult {
  return {
    settings,
    mode: settings.mode,
    outcome: 'ended',
    exclusions: new Map(),
    notices: [{ code: 'sharing-ended', severity: 'info', message: sayEnded(settings), count: 1 }],
    findings: [],
    holds: [],
    seconds: 0,
  };
}
