/**
 * Is the district ready? Reads it like a refresh, runs the rules of each connection, and compares what they keep and
 * exclude with the findings of preflight. Writes only the requested lists; takes no lock.
 */
import { extract } from '../extract/extract.js';
import { readScheduled } from './last-year.js';
import { retrying } from '../extract/retrying.js';
import { SourceFault } from '../extract/source-fault.js';
import type { SisSource } from '../extract/source.js';
import { loadDistrict, type District } from '../filter/context.js';
import { decide, rosterOf, type FilterRequest } from '../filter/filter.js';
import { ROLE } from '../filter/kept.js';
import { map } from '../map/map.js';
import { Notices, type Notice } from '../model/notices.js';
import { connectionsNamed } from '../model/connections.js';
import type { Config, ConnectionSettings } from '../model/settings.js';
import type { ActiveTrials } from '../model/trials.js';
import type { LocalDate } from '../model/values.js';
import type { ConnectionSurvey, DistrictSurvey } from './findings/finding.js';
import { FoundLists, listName } from './found-lists.js';
import { lookAtDistrict, watchConnection, type FindingResult, type PutFound } from './preflight.js';
import { notOneActiveYear } from './findings/years.js';
import { receiverOf } from '../profiles/receiver.js';
import { dropsRecords } from '../profiles/shape.js';
import { UNNAMED, type ActiveYear } from '../snapshot/snapshot.js';

export interface SurveyRequest {
  readonly config: Config;
  readonly source: SisSource;
  readonly asOf: LocalDate;
  /** Only this connection. */
  readonly connection?: string;
  /** Where to put one list per finding. */
  readonly lists?: { readonly folder: string; readonly withNames: boolean };
  /** Of the last good bundle of a connection. */
  readonly lastTrials?: (connection: string) => ActiveTrials | undefined;
  readonly onStep?: (step: string) => void;
}

export interface SurveyResult {
  readonly asOf: LocalDate;
  /** Undefined: not exactly one is active, and nothing else was looked at. */
  readonly year: ActiveYear | undefined;
  readonly district: readonly FindingResult[];
  readonly connections: readonly {
    readonly name: string;
    readonly version: string;
    readonly findings: readonly FindingResult[];
  }[];
  /** Of the reading: columns that are not there, values that are not of their type. */
  readonly notices: readonly Notice[];
  /** File names of the lists. */
  readonly lists: readonly string[];
}

export async function surveyDistrict(request: SurveyRequest): Promise<SurveyResult> {
  const { config, source, asOf, connection, lists, onStep = () => undefined } = request;
  const notices = new Notices();
  const found = lists && new FoundLists();
  try {
    const { snapshot, year } = await extract(source, UNNAMED, {
      notices,
      onTable: (table) => onStep(`read ${table}`),
    });
    try {
      const lastYear = await retrying(() => source.withView((view) => readScheduled(view, year.endYear - 1)));
      const loaded = loadDistrict(snapshot);
      const survey: DistrictSurvey = { snapshot, year, asOf, lastYear };
      const put =
        (name?: string): PutFound =>
        (finding, record) =>
          found?.add(listName(finding, name), record);
      const asked = connectionsNamed(config, connection === undefined ? [] : [connection]);
      const district = lookAtDistrict(survey, put());
      const connections = asked.map((settings) => {
        onStep(`looking at ${settings.name}`);
        const findings = surveyConnection({ survey, loaded, request }, settings, put(settings.name));
        return { name: settings.name, version: settings.version, findings };
      });
      const names = asked.map(({ name }) => name);
      const written = lists && found ? found.write(lists.folder, snapshot, names, lists.withNames) : [];
      return { asOf, year, district, connections, notices: notices.list(), lists: written };
    } finally {
      snapshot.close();
    }
  } catch (error) {
    if (!isAboutActiveYear(error)) throw error;
    const result = { finding: notOneActiveYear, count: 1, examples: [], takesOut: {} };
    return { asOf, year: undefined, district: [result], connections: [], notices: notices.list(), lists: [] };
  } finally {
    found?.close();
  }
}

const isAboutActiveYear = (error: unknown): boolean =>
  error instanceof SourceFault && error.problems.some(({ path }) => path === 'SchoolYear.active');

function surveyConnection(
  {
    survey: { snapshot, ...district },
    loaded,
    request: { config, lastTrials },
  }: { readonly survey: DistrictSurvey; readonly loaded: District; readonly request: SurveyRequest },
  settings: ConnectionSettings,
  put: PutFound,
): readonly FindingResult[] {
  const filtering = {
    snapshot,
    district: loaded,
    settings,
    asOf: district.asOf,
    notices: new Notices(),
  };
  const decided: { context?: ReturnType<typeof decide> } = {}; // set after the watchers are created
  const trials = lastTrials?.(settings.name);
  const survey: ConnectionSurvey = {
    ...district,
    snapshot,
    settings,
    grades: config.grades,
    ...(trials && { lastTrials: trials }),
    isInScope: (schoolID) => schoolID !== null && decided.context?.scope.schools.has(schoolID) === true,
    isSent: (personID, role) => decided.context?.kept.roles.has(personID, ROLE[role]) === true,
  };
  const watcher = watchConnection(survey, put);
  const watched: FilterRequest = { ...filtering, report: watcher.leftOut };
  const context = decide(watched);
  decided.context = context;
  const roster = rosterOf(watched, context);
  for (const row of roster.enrollments()) watcher.enrollment(row);
  for (const kept of roster.classes()) watcher.class(kept);
  drain(roster.courses());
  for (const kept of roster.people()) watcher.person(kept);
  watchProfile({ ...filtering, report: () => undefined }, context, config, watcher.leftOut);
  watcher.end();
  return watcher.results();
}

/** Maps the roster once more for receivers with requirements, only to learn what is excluded for them. */
function watchProfile(
  silent: FilterRequest,
  context: ReturnType<typeof decide>,
  { grades }: Config,
  leftOut: FilterRequest['report'],
): void {
  const { settings, notices, snapshot } = silent;
  const { shape } = receiverOf(settings);
  if (!dropsRecords(shape)) return;
  const report = leftOut as Parameters<typeof map>[0]['report'];
  map(
    { roster: rosterOf(silent, context), settings, grades, notices, shape, report, snapshot },
    () => undefined,
  );
}

function drain(rows: Iterable<unknown>): void {
  const all = rows[Symbol.iterator]();
  while (all.next().done !== true);
}
