/**
 * The doubts that hold a bundle back: a share that vanished, ids that all changed, a day on which nothing should leave. A
 * held bundle is sound but suspicious; a person decides. Takes what changed since the last good bundle and the settings;
 * gives every reason, not only the first.
 */
import type { Change, Difference } from '../compare/count-changes.js';
import type { ConnectionSettings, ThresholdSettings } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';

export interface GuardSubject {
  readonly settings: ConnectionSettings;
  readonly asOf: LocalDate;
  /** Undefined while there is no good bundle to compare with. */
  readonly difference: Difference | undefined;
}

export interface HoldReason {
  readonly code: string;
  readonly says: string;
}

export interface Guard {
  readonly code: string;
  readonly says: string;
  readonly find: (subject: GuardSubject) => readonly string[];
}

/** In hundredths of a percent, rounded up at the far end of doubles: 10.0 % of 1,000 is 100, not 100.00000000000001. */
const exceeds = (removed: number, before: number, limit: number): boolean =>
  before > 0 && removed * 100 > limit * before * (1 + Number.EPSILON * 4);

const percent = (removed: number, before: number): string => `${((removed / before) * 100).toFixed(1)} %`;

function vanished(table: keyof Omit<ThresholdSettings, 'perSchool'>): Guard {
  return {
    code: `threshold-${table}`,
    says: `A larger share of ${table} vanished than thresholds.${table} allows.`,
    find: ({ settings, difference }) => {
      const limit = settings.thresholds?.[table];
      const change = difference?.tables[table];
      if (limit === undefined || change === undefined) return [];
      return exceeds(change.removed, change.before, limit)
        ? [
            `${change.removed} of ${change.before} ${table} vanished: ${percent(change.removed, change.before)}, allowed are ${limit} %`,
          ]
        : [];
    },
  };
}

export const guards: readonly Guard[] = [
  vanished('users'),
  vanished('classes'),
  vanished('enrollments'),
  {
    code: 'threshold-school',
    says: 'A larger share of the users, classes or enrollments of one school vanished than thresholds.perSchool allows.',
    find: ({ settings, difference }) => {
      const limit = settings.thresholds?.perSchool;
      if (limit === undefined || difference === undefined) return [];
      return Object.entries(difference.schools).flatMap(([school, tables]) =>
        Object.entries(tables)
          .filter(([, { removed, before }]) => exceeds(removed, before, limit))
          .map(
            ([table, { removed, before }]) =>
              `${removed} of ${before} ${table} of school ${school} vanished: ${percent(removed, before)}, allowed are ${limit} %`,
          ),
      );
    },
  },
  {
    code: 'ids-changed',
    says: 'Most ids vanished while about as many new ones came: the id scheme changed, and every account would be doubled.',
    find: ({ difference }) =>
      Object.entries(difference?.tables ?? {})
        .filter(([, change]) => wasRenamed(change))
        .map(
          ([table, { removed, before, added }]) =>
            `${removed} of ${before} ids of ${table} vanished and ${added} others came`,
        ),
  },
  {
    code: 'not-before',
    says: 'The as-of date is before notBefore: scheduling is not final.',
    find: ({ settings: { notBefore }, asOf }) =>
      notBefore !== undefined && asOf < notBefore ? [`nothing is published before ${notBefore}`] : [],
  },
  {
    code: 'blackout',
    says: 'The as-of date lies in a blackout range of the connection.',
    find: ({ settings: { blackout = [] }, asOf }) =>
      blackout
        .filter(({ from, to }) => from <= asOf && asOf <= to)
        .map(({ from, to }) => `nothing is published from ${from} to ${to}`),
  },
];

/** More than half gone, and more than half of what there is now is new. Small tables change whole for good reasons. */
function wasRenamed({ before, after, removed, added }: Change): boolean {
  return before >= 20 && removed * 2 > before && added * 2 > after;
}

export function holdReasons(subject: GuardSubject): readonly HoldReason[] {
  return guards.flatMap(({ code, find }) => find(subject).map((says) => ({ code, says })));
}
