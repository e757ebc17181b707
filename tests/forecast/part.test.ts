/** Days that are judged by a part of the records are those judged by all. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { valueReads, valuesOf } from '../../src/config/values.js';
import { FirstDays } from '../../src/forecast/first-moves.js';
import type { MetadataRead } from '../../src/model/settings.js';
import { NO_LIMITS, VERSIONS, type Wants } from '../support/connections.js';
import {
  aGuardian,
  anAide,
  anEnrollment,
  aPair,
  aRelative,
  aRoster,
  aStudent,
  aTeacher,
  calendarOf,
  personGuid,
  structureOf,
  TODAY,
  type GivenRows,
} from '../support/given.js';
import { forecast, NEXT_YEAR, type Found } from './forecasts.js';

/** Excludes no section, but one section might depend on another, so the program judges all records. */
const BY_ALL: Wants['only'] = { sections: { homeroom: 'exclude' } };

async function both(
  rows: GivenRows,
  wants: Wants,
  metadata: readonly MetadataRead[] = [],
): Promise<readonly [part: Found, all: Found]> {
  const all = { ...wants, only: { ...wants.only, ...BY_ALL } };
  return [await forecast(rows, wants, metadata), await forecast(rows, all, metadata)];
}

const MANY_DATES: GivenRows = [
  aStudent({ personID: 12, enrollment: { endDate: '2026-10-17' } }),
  aRoster(12),
  aStudent({ personID: 13 }),
  aRoster(13, { endDate: '2026-10-18' }),
  aGuardian({ personID: 42, of: 12 }),
  aGuardian({ personID: 43, of: 13, pair: { startDate: '2026-10-20' } }),
  aTeacher({ personID: 22, staff: { endDate: '2026-10-20' } }),
  anAide({ assignment: { endDate: '2026-10-15' } }),
];

describe('the days judged by a part of the records', () => {
  it.each(
    VERSIONS.flatMap((version) =>
      (['keep', 'drop'] as const).map((endedRosters) => [version, endedRosters] as const),
    ),
  )('are those judged by all, in %s with ended rows: %s', async (version, endedRosters) => {
    const [part, all] = await both(MANY_DATES, { version, ids: 'personID', endedRosters });
    expect(part).toEqual(all);
    expect(part.moved.length).toBeGreaterThan(5);
  });

  it('also where a GUID is shared: another person joins when the first one leaves', async () => {
    const shared = { person: { personGUID: personGuid(12) } };
    const leaver = aStudent({ personID: 12, enrollment: { endDate: '2026-10-17' } });
    const rows = [leaver, aStudent({ personID: 13, ...shared })];
    const [part, all] = await both(rows, { version: '1.2', ids: 'guid' });
    expect(part).toEqual(all);
    expect(part.moved).toContainEqual(expect.stringContaining('2026-10-18 join users 13'));
  });

  it('also where the first contacts of a student are sent', async () => {
    const siblings = [
      aStudent({ personID: 12, enrollment: { endDate: '2026-10-17' } }),
      aStudent({ personID: 13 }),
    ];
    // The second contact of the one who stays.
    const contacts = [
      aGuardian({ personID: 42, of: 13 }),
      aGuardian({ personID: 43, of: 12 }),
      aPair(13, 43),
    ];
    const [part, all] = await both([siblings, contacts], { only: { contacts: { max: 1 } } });
    expect(part).toEqual(all);
    expect(part.moved).toContainEqual(expect.stringContaining('2026-10-18 leave users g43'));
  });

  it('also where people are dropped for an empty value, in the next school year too', async () => {
    const values = { users: { username: { from: 'Contact.email', key: 'personID' } } } as const;
    const given = { version: '1.1', values } as const;
    const contact = { email: 'ada@vale.example' };
    const rows = [
      MANY_DATES,
      aStudent({ personID: 14, contact, enrollment: { endDate: '2026-10-17' } }),
      aStudent({ personID: 15, contact }),
      NEXT_YEAR,
      [12, 15].map(inNextYear),
    ];
    const wants: Wants = { version: '1.1', ids: 'legacy', values: valuesOf(given, undefined) };
    const [part, all] = await both(rows, wants, valueReads(given, undefined));
    expect(part).toEqual(all);
    expect(part.today.users).toBe(2);
    expect(part.moved).toContain('2026-10-18 leave users s14 ENROLLMENT_ENDED');
    expect(part.days.at(-1)).toMatchObject({ schoolYear: 2028, tables: { users: { after: 1 } } });
  });

  it('go on with all records when many move, and with the next school year', async () => {
    const numbers = Array.from({ length: 560 }, (_, at) => 2_000 + at);
    const rows = [
      MANY_DATES,
      numbers.map((personID) => aStudent({ personID, enrollment: { endDate: '2026-10-19' } })),
      aTeacher({ personID: 23, staff: { endDate: '2026-10-22' } }),
      NEXT_YEAR,
      [13, ...numbers.slice(0, 10)].map(inNextYear),
    ];
    const [part, all] = await both(rows, { version: '1.2', ids: 'personID' });
    expect(part).toEqual(all);
    const leaving = (asOf: string) =>
      part.moved.filter((each) => each.startsWith(`${asOf} leave users`)).length;
    expect(['2026-10-18', '2026-10-20', '2026-10-23'].map(leaving)).toEqual([2, 560, 1]);
    expect(part.days.at(-1)?.schoolYear).toBe(2028);
  });
});

const inNextYear = (personID: number): GivenRows =>
  anEnrollment(personID, {
    enrollmentID: 900_000 + personID,
    calendarID: calendarOf(9),
    structureID: structureOf(9),
    startDate: '2027-08-16',
  });

const COUNT = 12;
const studentOf = (at: number): number => 100 + (at % COUNT);

/** A date around the days that are judged, the last day of the calendar, or none. */
const aDate = fc.oneof(
  fc.constant(null),
  fc.constant('2027-05-28'),
  fc.constant('2027-05-20'),
  fc.integer({ min: -2, max: 12 }).map((after) => daysLater(TODAY, after)),
);
function daysLater(from: string, count: number): string {
  return new Date(Date.parse(from) + count * 86_400_000).toISOString().slice(0, 10);
}
const dates = fc.record({ startDate: aDate, endDate: aDate });

const aPupil = fc.record({
  dates,
  roster: dates,
  again: fc.option(dates),
  email: fc.boolean(),
  stays: fc.boolean(),
  twin: fc.boolean(),
});
const aContact = fc.record({ of: fc.nat(COUNT), dates, guardian: fc.boolean() });
const aWorker = fc.record({ assignment: dates, staff: dates, aide: fc.boolean() });

const aWorld = fc
  .record({
    pupils: fc.array(aPupil, { minLength: COUNT, maxLength: COUNT }),
    contacts: fc.array(aContact, { minLength: 8, maxLength: 8 }),
    workers: fc.array(aWorker, { minLength: 4, maxLength: 4 }),
  })
  .map(({ pupils, contacts, workers }): GivenRows => [
    NEXT_YEAR,
    pupils.map(({ dates: enrollment, roster, again, email, stays, twin }, at) => [
      aStudent({
        personID: studentOf(at),
        enrollment,
        ...(email && { contact: { email: `${at}@vale.example` } }),
        ...(twin && at > 0 && { person: { personGUID: personGuid(studentOf(at - 1)) } }),
      }),
      aRoster(studentOf(at), roster),
      again === null ? [] : aRoster(studentOf(at), { rosterID: 70_000 + at, ...again }),
      stays ? inNextYear(studentOf(at)) : [],
    ]),
    // Each of four people twice, so that some are the contacts of two students, or of one in two ways.
    contacts.map(({ of, dates: pair, guardian }, at) =>
      at < 4
        ? (guardian ? aGuardian : aRelative)({ personID: 200 + at, of: studentOf(of), pair })
        : aPair(studentOf(of), 196 + at, { guardian: guardian ? 1 : 0, ...pair }),
    ),
    workers.map(({ assignment, staff, aide }, at) => [
      aTeacher({ personID: 300 + at, assignment, staff }),
      aide ? anAide({ personID: 400 + at, assignment }) : [],
    ]),
  ]);

/** Some drop people for their role or for a cell, one drops all but one enrollment of a person in a class. */
const PROFILES = ['generic', 'naviance', 'google-classroom', 'canvas'] as const;

it.each(PROFILES.flatMap((profile) => VERSIONS.map((version) => [profile, version] as const)))(
  'any district is judged alike by a part and by all, for %s in %s',
  async (profile, version) => {
    let moved = 0;
    await fc.assert(
      fc.asyncProperty(aWorld, fc.boolean(), fc.boolean(), async (rows, isStrict, drops) => {
        const [part, all] = await both(rows, {
          ...{ version, profile, ids: 'guid', endedRosters: drops ? 'drop' : 'keep' },
          thresholds: isStrict ? { ...NO_LIMITS, users: 15 } : NO_LIMITS,
        });
        expect(part).toEqual(all);
        moved += part.moved.length;
      }),
      { numRuns: 2, endOnFailure: true },
    );
    expect(moved).toBeGreaterThan(10);
  },
);

describe('the first days on which records move', () => {
  it('are kept once for each record, the earliest', () => {
    const first = new FirstDays();
    for (const [id, day] of [
      [1, 3],
      [1, 2],
      [1, 5],
      [2, 0],
      [3, 1],
    ] as const)
      first.note(id, day);
    expect([...first.upTo(1).ids()]).toEqual([3]);
    expect([...first.upTo(2).ids()]).toEqual([1, 3]);
    expect([1, 2, 3].map((id) => first.isUpTo(id, 5))).toEqual([true, false, true]);
  });

  it('end where more records have moved than is worth a part', () => {
    const first = new FirstDays();
    for (const [id, day] of [
      [1, 1],
      [2, 2],
      [3, 2],
      [4, 4],
    ] as const)
      first.note(id, day);
    expect([0, 1, 2, 3, 4].map((most) => first.lastWithin(most, 5))).toEqual([0, 1, 1, 3, 5]);
  });
});
