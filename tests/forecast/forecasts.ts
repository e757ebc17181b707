/** Forecasts of small districts, and one that is made up for pages. */
import { sqliteSource } from '../../src/extract/sqlite.js';
import { forecastDistrict } from '../../src/forecast/district.js';
import {
  noCounts,
  type ConnectionForecast,
  type DayForecast,
  type Forecast,
} from '../../src/forecast/model.js';
import type { MetadataRead } from '../../src/model/settings.js';
import { writeCampusFile } from '../support/campus-file.js';
import { aConfig, aConnection, day, type Wants } from '../support/connections.js';
import { countReads, type Reads } from '../support/count-reads.js';
import {
  aCalendar,
  aDistrict,
  aGuardian,
  aRoster,
  aStudent,
  aTeacher,
  put,
  TODAY,
  type GivenRows,
} from '../support/given.js';

export const BASE = [aTeacher(), aStudent(), aRoster(), aGuardian()];

/** The school year after that of the base, with a calendar. */
export const NEXT_YEAR: GivenRows = [
  put('SchoolYear', {
    endYear: 2028,
    startYear: 2027,
    startDate: '2027-07-01',
    endDate: '2028-06-30',
    active: 0,
  }),
  aCalendar(9, { endYear: 2028, startDate: '2027-08-16', endDate: '2028-05-26' }),
];

export interface Found extends ConnectionForecast {
  /** Each record that leaves or joins, sorted. */
  readonly moved: readonly string[];
  readonly reads: Reads;
}

/** Of the base with these rows. */
export async function forecast(
  rows: GivenRows,
  wants: Wants = {},
  metadata: readonly MetadataRead[] = [],
): Promise<Found> {
  const file = writeCampusFile(aDistrict(BASE, rows));
  const moved: string[] = [];
  const { source, reads } = countReads(
    sqliteSource({ client: 'better-sqlite3', filename: file.path, metadata }),
  );
  try {
    const { connections } = await forecastDistrict({
      config: aConfig('/nowhere', file.path, [aConnection({ name: 'library', ...wants })]),
      source,
      ...{ only: [], asOf: day(TODAY), days: 10, onProgress: () => undefined },
      onMove: (_name, asOf, { kind, table, id, rule }) =>
        moved.push(`${asOf} ${kind} ${table} ${id} ${rule}`.trim()),
    });
    const [one] = connections;
    if (one === undefined) throw new Error('nothing was forecast');
    return { ...one, moved: moved.sort(), reads };
  } finally {
    file.remove();
  }
}

const STILL = { before: 1_000, after: 1_000, leave: 0, join: 0 };
const FOLLOWERS = { orgs: STILL, academicSessions: STILL, demographics: STILL, roles: STILL };

function aDay(asOf: string, wants: Partial<DayForecast> = {}): DayForecast {
  return {
    asOf: day(asOf),
    schoolYear: 2027,
    boundaries: { 'enrollments end': 3 },
    tables: { users: STILL, classes: STILL, enrollments: STILL, courses: STILL, ...FOLLOWERS },
    moves: [],
    holds: [],
    advice: [],
    ...wants,
  };
}

/** With every kind of day: quiet, losing, on hold, of the next school year. */
export function aForecast(): Forecast {
  const losing = { before: 1_000, after: 700, leave: 310, join: 10 };
  return {
    asOf: day('2027-05-20'),
    until: day('2027-06-19'),
    connections: [
      {
        name: 'library',
        version: '1.1',
        today: { ...noCounts(), users: 1_000, classes: 1_000, enrollments: 1_000, courses: 1_000 },
        days: [
          aDay('2027-05-22'),
          aDay('2027-05-27', {
            tables: { users: losing, classes: STILL, enrollments: losing, courses: STILL, ...FOLLOWERS },
            moves: [
              { table: 'users', kind: 'leave', rule: 'ENROLLMENT_ENDED', school: '0012', count: 310 },
              { table: 'users', kind: 'join', rule: '', school: '<b>&"', count: 10 },
            ],
            holds: [
              { code: 'threshold-users', says: '310 of 1000 users vanished: 31.0 %, allowed are 10 %' },
            ],
            advice: ['Or approve that one night: oneroster-export refresh library --release --reason TEXT'],
          }),
          aDay('2027-08-16', { schoolYear: 2028 }),
        ],
        withoutClasses: [{ from: day('2027-05-29'), to: day('2027-06-19') }],
        earlyEnds: [
          { school: '0012', endDate: day('2027-05-26'), calendarEnd: day('2027-05-28'), students: 310 },
        ],
      },
      {
        name: 'quiet',
        version: '1.2',
        today: { ...noCounts(), users: 1, classes: 1, enrollments: 1, courses: 1 },
        days: [],
        withoutClasses: [],
        earlyEnds: [],
      },
    ],
  };
}
