/** A forecast with every kind of day: quiet, losing, on hold, of the next school year. */
import { noCounts, type DayForecast, type Forecast } from '../../src/forecast/model.js';
import { day } from '../support/connections.js';

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
