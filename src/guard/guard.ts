/**
 * The doubts that hold a bundle back: a share that vanished, ids that all changed, a day on which nothing should leave. A
 * held bundle is sound but suspicious; a person decides. Takes what changed since the last good bundle and the settings;
 * gives every reason, not only the first.
 */
import type { Change, Difference } from '../model/difference.js';
import type { HoldReason } from '../model/hold-reason.js';
import { trialsChanged } from '../model/trials.js';
import { schoolLabel, type SchoolNames } from '../model/school-names.js';
import type { ConnectionSettings } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';

export interface GuardSubject {
  readonly settings: ConnectionSettings;
  readonly asOf: LocalDate;
  /** Undefined while there is no good bundle to compare with. */
  readonly difference: Difference | undefined;
  /** By the key that the difference has for a school. */
  readonly schools?: ReadonlyMap<string, SchoolNames>;
  /** As-of date of the last good bundle. */
  readonly lastAsOf?: LocalDate;
  /** structureIDs whose active trial changed since the last good bundle. */
  readonly switched?: readonly number[];
  /** Why there is nothing to compare with although there should be. */
  readonly incomparable?: string;
}

export interface Guard {
  readonly code: string;
  readonly says: string;
  readonly find: (subject: GuardSubject) => readonly (string | Doubt)[];
}

/** A reason about one school. */
type Doubt = Pick<HoldReason, 'says' | 'school'>;

/** The limit itself passes. Products of doubles may end a hair below what they mean: 10.1 % of 1,000 rows are 101. */
const exceeds = (removed: number, before: number, limit: number): boolean =>
  removed * 100 > limit * before * (1 + Number.EPSILON * 4);

const percent = (removed: number, before: number): string => `${((removed / before) * 100).toFixed(1)} %`;

/** Below this number new records are everyday life, however small the file was. */
export const NEW_FROM = 100;

type Growth = 'new' | 'changed';

const GROWN: Readonly<Record<Growth, (change: Change) => number>> = {
  new: ({ added }) => (added < NEW_FROM ? 0 : added),
  changed: ({ changed }) => changed,
};

/** A file that the last good bundle did not have is a choice of the config, and no share of it can be told. */
function grown(kind: Growth): Guard {
  const are = kind === 'new' ? 'is new' : 'changed';
  return {
    code: `threshold-${kind}`,
    says: `A larger share of one file ${are} than thresholds.${kind} allows.`,
    find: ({ settings, difference }) => {
      const limit = settings.thresholds[kind];
      if (limit === 'off' || difference === undefined) return [];
      return Object.entries(difference.tables).flatMap(([table, change]) => {
        const [count, { before }] = [GROWN[kind](change), change];
        if (before === 0 || !exceeds(count, before, limit)) return [];
        const what = kind === 'new' ? `${count} ${table} are new` : `${count} of ${before} ${table} changed`;
        const of = kind === 'new' ? ` of the ${before} in the last good bundle` : '';
        return [`${what}: ${percent(count, before)}${of}, above the limit of ${limit} %`];
      });
    },
  };
}

function vanished(table: 'users' | 'classes' | 'enrollments'): Guard {
  return {
    code: `threshold-${table}`,
    says: `More ${table} vanished than thresholds.${table} allows.`,
    find: ({ settings, difference }) => {
      const limit = settings.thresholds[table];
      const change = difference?.tables[table];
      if (change === undefined) return [];
      return exceeds(change.removed, change.before, limit)
        ? [
            `${change.removed} of ${change.before} ${table} vanished: ${percent(change.removed, change.before)}, above the limit of ${limit} %`,
          ]
        : [];
    },
  };
}

/** Days on which nothing leaves: the receiver keeps what it has. */
const quietDays: readonly Guard[] = [
  {
    code: 'not-before',
    says: 'The as-of date is before notBefore: scheduling is not final.',
    find: ({ settings: { notBefore }, asOf }) =>
      notBefore !== undefined && asOf < notBefore ? [`nothing is published before ${notBefore}`] : [],
  },
  {
    code: 'blackout',
    says: 'The as-of date lies in a blackout range of the connection.',
    find: ({ settings: { blackout }, asOf }) =>
      blackout
        .filter(({ from, to }) => from <= asOf && asOf <= to)
        .map(({ from, to }) => `nothing is published from ${from} to ${to}`),
  },
];

export const guards: readonly Guard[] = [
  {
    code: 'nothing-to-compare',
    says: 'The last good bundle cannot be read, so the number of vanished records is unknown.',
    find: ({ incomparable }) => (incomparable === undefined ? [] : [incomparable]),
  },
  {
    code: 'as-of-before-last',
    says: 'The as-of date is before that of the last good bundle: older content would replace newer content.',
    find: ({ asOf, lastAsOf }) =>
      lastAsOf !== undefined && asOf < lastAsOf
        ? [`it is as of ${asOf}, and the last good bundle is as of ${lastAsOf}`]
        : [],
  },
  vanished('users'),
  vanished('classes'),
  vanished('enrollments'),
  {
    code: 'threshold-school',
    says: 'More users, classes or enrollments of one school vanished than thresholds.perSchool allows.',
    find: ({ settings, difference, schools }) => {
      const limit = settings.thresholds.perSchool;
      if (difference === undefined) return [];
      return Object.entries(difference.schools).flatMap(([key, tables]) => {
        const school = schools?.get(key) ?? { name: null, number: null, sourcedId: key };
        const named = school.name === null ? key : schoolLabel(school);
        return Object.entries(tables)
          .filter(([, { removed, before }]) => exceeds(removed, before, limit))
          .map(([table, { removed, before }]) => ({
            says: `${removed} of ${before} ${table} of school ${named} vanished: ${percent(removed, before)}, above the limit of ${limit} %`,
            school,
          }));
      });
    },
  },
  grown('new'),
  grown('changed'),
  {
    code: 'ids-changed',
    says: 'Most ids vanished and about as many new ones appeared: the receiver would have every account or school twice.',
    find: ({ difference }) =>
      LASTING.flatMap((table) => {
        const change = difference?.tables[table];
        return change !== undefined && wasRenamed(change)
          ? [
              `${change.removed} of ${change.before} ids of ${table} vanished and ${change.added} new ones appeared, as after a change of the ids setting`,
            ]
          : [];
      }),
  },
  ...quietDays,
];

/** What outlives a school year. Classes, terms and enrollments all change with it, and have their thresholds. */
const LASTING = ['users', 'orgs'] as const;

/** More than half of the ids are gone, and more than half of the current ones are new. */
function wasRenamed({ before, after, removed, added }: Change): boolean {
  return removed * 2 > before && added * 2 > after;
}

/** Stand beside doubts that they explain; alone they hold nothing. */
export const causes = {
  trial: {
    code: 'active-trial-changed',
    says: 'The active trial of a schedule structure changed, so its classes have new ids. Named as the cause where a threshold holds; alone it holds nothing.',
  },
} as const;

export function holdReasons(subject: GuardSubject): readonly HoldReason[] {
  const doubts = guards.flatMap(({ code, find }) =>
    find(subject).map((doubt) => (typeof doubt === 'string' ? { code, says: doubt } : { code, ...doubt })),
  );
  return [...doubts, ...causesOf(doubts, subject)];
}

function causesOf(doubts: readonly HoldReason[], { switched = [] }: GuardSubject): readonly HoldReason[] {
  if (switched.length === 0 || !doubts.some(({ code }) => code.startsWith('threshold-'))) return [];
  return [{ code: causes.trial.code, says: trialsChanged(switched) }];
}

/** Whether the connection's own calendar keeps everything from leaving on that day. */
export function isQuietDay(settings: ConnectionSettings, asOf: LocalDate): boolean {
  return quietDays.some(({ find }) => find({ settings, asOf, difference: undefined }).length > 0);
}
