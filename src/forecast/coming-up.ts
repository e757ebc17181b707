/** The coming days of the connections of a refresh, from the snapshot that it read, in the counts that its report shows. */
import { asExportError } from '../faults/as-export-error.js';
import { loadDistrict } from '../filter/context.js';
import type { ComingDay, ComingDays, ComingUp } from '../model/coming-up.js';
import type { Config, ConnectionSettings } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';
import { Snapshot } from '../snapshot/snapshot.js';
import { daysAfter } from './boundaries.js';
import { forecastConnection, type KnownYear } from './forecast.js';
import type { DayForecast, Outlook } from './model.js';

type Settings = Omit<ConnectionSettings, 'delivery'>;

export interface ComingRequest {
  /** Path of the sealed snapshot. */
  readonly snapshot: string;
  readonly connections: readonly Settings[];
  readonly grades: Config['grades'];
  readonly asOf: LocalDate;
  readonly days: number;
}

export interface ComingAnswer {
  /** Of the connection. */
  readonly name: string;
  readonly coming: ComingUp;
}

/** One connection's failure is not that of the others. */
export function* comingUp(request: ComingRequest): Generator<ComingAnswer> {
  let known: KnownYear | undefined;
  try {
    for (const settings of request.connections) {
      let coming: ComingUp;
      try {
        known ??= openYear(request.snapshot);
        coming = comingDays(known, request, settings);
      } catch (cause) {
        coming = { failed: asExportError(cause, request.snapshot).message };
      }
      yield { name: settings.name, coming };
    }
  } finally {
    known?.snapshot.close();
  }
}

/** Once for all connections. */
function openYear(path: string): KnownYear {
  const snapshot = Snapshot.open(path);
  try {
    return { snapshot, district: loadDistrict(snapshot) };
  } catch (cause) {
    snapshot.close();
    throw cause;
  }
}

function comingDays(
  known: KnownYear,
  { grades, asOf, days: count }: ComingRequest,
  settings: Settings,
): ComingDays {
  const wanted = { settings, grades, asOf, days: count, withYearEnd: false };
  const { days, withoutClasses } = forecastConnection(known, wanted);
  return { until: daysAfter(asOf, count).at(-1) ?? asOf, days: days.map(inShort), withoutClasses };
}

function inShort({ asOf, boundaries, tables, holds, advice }: DayForecast): ComingDay {
  const moved = ({ leave, join }: Outlook) => ({ leave, join });
  const { users, classes, enrollments } = tables;
  return {
    asOf,
    boundaries,
    tables: { users: moved(users), classes: moved(classes), enrollments: moved(enrollments) },
    holds,
    advice,
  };
}
