/** The content of a report, from the result of a connection and the history. */
import type { Difference } from '../model/difference.js';
import { causeOf } from '../filter/causes.js';
import { allRules, ruleSays } from '../filter/register.js';
import { NEW_FROM } from '../guard/guard.js';
import type { Timing } from '../model/timing.js';
import type { ConnectionResult } from '../model/result.js';
import { deliveryOf } from './delivery.js';
import { vanishedLines } from './who-vanished.js';
import { fullRows, isGoodRecord, nightsOf, type RecordedNight } from './nights.js';
import {
  SCHOOL_TABLES,
  type ReportOutcome,
  type ReportSubject,
  type RuleLine,
  type SchoolLine,
  type TableLine,
} from './page/subject.js';
import type { BundleRecord } from '../state/records.js';
import type { SchoolCount } from '../model/result.js';
import type { State } from '../state/state.js';
import type { Finding } from '../model/finding.js';

/** Of the whole refresh. */
export interface ReportedRefresh {
  readonly program: string;
  readonly timezone: string;
  readonly links: Pick<ReportSubject, 'consoleUrl'>;
  readonly startedAt: Date;
  readonly asOf: string;
  readonly year: { readonly endYear: number; readonly start: string; readonly end: string } | undefined;
  /** Notices that all connections share. */
  readonly timings: readonly Timing[];
}

/** Undefined where nothing was made. */
export async function subjectOf(
  state: State,
  { program, timezone, links, startedAt, asOf, year, timings }: ReportedRefresh,
  result: ConnectionResult,
): Promise<ReportSubject | undefined> {
  const { settings, bundle, difference, holds, notices } = result;
  if (bundle === undefined) return undefined;
  const { name } = bundle;
  const recent = await state.newestBundles(settings.name, 150);
  const record = recent.find((each) => each.name === name);
  if (record === undefined) return undefined;
  const lastGood = recent.find((each) => each.id < record.id && isGoodRecord(each));
  const nights = await nightsOf(state, settings.name);
  const { users, classes, enrollments, perSchool, new: grown, changed } = settings.thresholds;
  return {
    program,
    connection: {
      name: settings.name,
      version: settings.version,
      mode: bundle.mode,
      profile: settings.profile,
      ids: settings.ids,
    },
    timezone,
    ...links,
    startedAt: startedAt.toISOString(),
    asOf,
    ...(year && { year: { endYear: year.endYear, start: year.start, end: year.end } }),
    outcome: outcomeOf(result, record),
    ...(record.state === 'published' && record.reason !== null && { reason: record.reason }),
    bundle: { name, bytes: bundle.bytes, sha256: bundle.sha256 },
    ...(lastGood && {
      lastGood: {
        name: lastGood.name ?? '',
        at: lastGood.madeAt,
        asOf: (await state.refresh(lastGood.refreshId))?.asOf ?? '',
      },
    }),
    tables: tablesOf(record, difference),
    ...(await schoolsOf(state, result, nights, lastGood)),
    schoolLimit: perSchool,
    limits: { users, classes, enrollments },
    growth: { new: grown, changed, newFrom: NEW_FROM },
    rules: rulesOf(record, nights, lastGood),
    holds,
    ...(result.vanished && { vanished: vanishedLines(result.vanished) }),
    findings: result.findings.map(findingLine),
    notices,
    nights: nights.map(({ asOf: on, isGood, rows, excluded }) => ({ asOf: on, isGood, rows, excluded })),
    delivery: await deliveryOf(state, record, { timezone, isWanted: settings.delivery !== undefined }),
    timings: [...timings, ...(result.timings ?? [])],
  };
}

function outcomeOf({ outcome }: ConnectionResult, record: BundleRecord): ReportOutcome {
  if (record.state === 'refused' || record.state === 'held') return record.state;
  return outcome === 'unchanged' ? 'unchanged' : 'published';
}

function tablesOf(record: BundleRecord, difference: Difference | undefined): readonly TableLine[] {
  const full = fullRows(record);
  const tables = new Set([...Object.keys(full), ...Object.keys(difference?.tables ?? {})]);
  return [...tables].sort().map((table) => {
    const change = difference?.tables[table];
    return {
      table,
      rows: record.rows[table] ?? 0,
      full: full[table] ?? 0,
      ...(change && {
        change: {
          before: change.before,
          added: change.added,
          changed: change.changed,
          removed: change.removed,
        },
      }),
    };
  });
}

/** Schools that have or had rows; those that the connection does not cover at all are only counted. */
async function schoolsOf(
  state: State,
  { schools = [], difference, exclusions }: ConnectionResult,
  nights: readonly RecordedNight[],
  lastGood: BundleRecord | undefined,
): Promise<Pick<ReportSubject, 'schools' | 'withoutSchool'>> {
  const before = bySchool(lastGood === undefined ? [] : await state.schoolsOf(lastGood.id));
  const now = bySchool(schools);
  const history: ReturnType<typeof bySchool>[] = [];
  for (const { record } of nights) history.push(bySchool(await state.schoolsOf(record.id)));
  const lines = [...new Map([...before, ...now]).values()]
    .filter(({ schoolID }) => hasRows(now.get(schoolID)) || hasRows(before.get(schoolID)))
    .map(({ schoolID, name, number, sourcedId }): SchoolLine => {
      const excluded = Object.entries(now.get(schoolID)?.excluded ?? {}).sort(([, a], [, b]) => b - a);
      return {
        name: name ?? `School ${schoolID}`,
        number: number ?? '',
        sourcedId: sourcedId ?? '',
        tables: tallies(now.get(schoolID), difference, sourcedId),
        excluded: excluded.reduce((sum, [, count]) => sum + count, 0),
        topRules: excluded.slice(0, 3).map(([code, count]) => ({ code, count })),
        users: history.map((night) => night.get(schoolID)?.rows['users'] ?? null),
        left: history.map((night) => (night.has(schoolID) ? total(night.get(schoolID)?.excluded) : null)),
      };
    });
  const placed = lines.reduce((sum, { excluded }) => sum + excluded, 0);
  return { schools: lines, withoutSchool: total(Object.fromEntries(exclusions)) - placed };
}

function tallies(
  now: SchoolCount | undefined,
  difference: Difference | undefined,
  sourcedId: string | null,
): SchoolLine['tables'] {
  const changes = difference?.schools[sourcedId ?? ''] ?? {};
  const [users, classes, enrollments] = SCHOOL_TABLES.map((table) => ({
    rows: now?.rows[table] ?? 0,
    ...(changes[table] !== undefined &&
      changes[table].before > 0 && { before: changes[table].before, removed: changes[table].removed }),
  }));
  const none = { rows: 0 };
  return { users: users ?? none, classes: classes ?? none, enrollments: enrollments ?? none };
}

const bySchool = (schools: readonly SchoolCount[]): ReadonlyMap<number, SchoolCount> =>
  new Map(schools.map((school) => [school.schoolID, school]));

const hasRows = (school: SchoolCount | undefined): boolean => total(school?.rows) > 0;

const total = (counts: Readonly<Record<string, number>> = {}): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Most records first; rules of the last good bundle that no longer exclude records come last. */
function rulesOf(
  record: BundleRecord,
  nights: readonly RecordedNight[],
  lastGood: BundleRecord | undefined,
): readonly RuleLine[] {
  const codes = new Set([...Object.keys(record.exclusions), ...Object.keys(lastGood?.exclusions ?? {})]);
  return [...codes]
    .map((code): RuleLine => {
      const rule = allRules.find((each) => each.code === code);
      return {
        code,
        count: record.exclusions[code] ?? 0,
        ...(lastGood && { before: lastGood.exclusions[code] ?? 0 }),
        says: ruleSays(code),
        fixIn: rule?.fixIn ?? '',
        cause: causeOf(code),
        nights: nights.map((night) => (night.rows === null ? null : (night.record.exclusions[code] ?? 0))),
      };
    })
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}

function findingLine({ code, severity, says, file, column, count, places }: Finding) {
  return {
    code,
    severity,
    says,
    place: [file, column].filter((part) => part !== undefined).join(', '),
    count,
    examples: places
      .slice(0, 3)
      .map(({ line, sourcedId }) =>
        [line === undefined ? '' : `line ${line}`, sourcedId ?? ''].join(' ').trim(),
      )
      .filter((place) => place !== ''),
  };
}
