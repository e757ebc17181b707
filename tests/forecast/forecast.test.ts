/** The coming days of a tiny district: each date boundary on its day, with the records that it moves. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forecastCommand, type ForecastOptions } from '../../src/commands/forecast.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import type { ConnectionForecast, DayForecast } from '../../src/forecast/model.js';
import { forecastPage } from '../../src/forecast/page/page.js';
import { writeCampusFile, type CampusFile } from '../support/campus-file.js';
import { aConfig, aConnection, day, NO_LIMITS, VERSIONS } from '../support/connections.js';
import {
  aCalendar,
  aDistrict,
  aGuardian,
  anAide,
  aRoster,
  aStudent,
  aTeacher,
  GUARDIAN,
  put,
  STUDENT,
  TODAY,
} from '../support/given.js';
import { aForecast, BASE, forecast, NEXT_YEAR } from './forecasts.js';

let file: CampusFile | undefined;
afterEach(() => {
  file?.remove();
  file = undefined;
});

const dayOf = ({ days }: ConnectionForecast, asOf: string): DayForecast | undefined =>
  days.find((each) => each.asOf === asOf);

describe('a boundary', () => {
  it.each([
    [
      'an enrollment',
      aStudent({ personID: 12, enrollment: { endDate: '2026-10-17' } }),
      '2026-10-18',
      ['demographics s12 ENROLLMENT_ENDED', 'users s12 ENROLLMENT_ENDED'],
    ],
    [
      'an assignment',
      anAide({ assignment: { endDate: '2026-10-15' } }),
      '2026-10-16',
      ['users a31 ASSIGNMENT_ENDED'],
    ],
    [
      'a staff row',
      aTeacher({ personID: 22, staff: { endDate: '2026-10-20' } }),
      '2026-10-21',
      ['enrollments t40022 STAFF_HISTORY_ENDED', 'users t22 NO_SECTION_STAFF_HISTORY'],
    ],
    [
      'a relationship',
      aGuardian({ personID: 42, of: STUDENT, pair: { endDate: '2026-10-24' } }),
      '2026-10-25',
      ['users g42 REL_ENDED'],
    ],
  ])('%s leaves on the day after its end', async (_what, rows, asOf, leaving) => {
    const found = await forecast(rows);
    expect(found.moved).toEqual(leaving.map((each) => `${asOf} leave ${each}`));
    expect(found.days.map((each) => each.asOf)).toContain(asOf);
  });

  it('a relationship joins on its first day, by the rule that left it out until then', async () => {
    const found = await forecast(aGuardian({ personID: 42, of: STUDENT, pair: { startDate: '2026-10-20' } }));
    expect(found.moved).toEqual(['2026-10-20 join users g42 REL_NOT_STARTED']);
    expect(dayOf(found, '2026-10-20')?.boundaries).toEqual({ 'relationships begin': 1 });
  });

  it('takes along what depends on it', async () => {
    const found = await forecast(aStudent({ personID: STUDENT, enrollment: { endDate: '2026-10-17' } }));
    expect(found.moved).toEqual([
      '2026-10-18 leave demographics s11 ENROLLMENT_ENDED',
      '2026-10-18 leave enrollments s50011 ROSTER_STUDENT_NOT_EXPORTED',
      `2026-10-18 leave users g${GUARDIAN} REL_STUDENT_NOT_EXPORTED`,
      '2026-10-18 leave users s11 ENROLLMENT_ENDED',
    ]);
    expect(dayOf(found, '2026-10-18')?.moves).toContainEqual({
      table: 'users',
      kind: 'leave',
      rule: 'ENROLLMENT_ENDED',
      school: 'S1',
      count: 1,
    });
  });

  it.each([
    ['drop', ['2026-10-18 leave enrollments s50011 ROSTER_ENDED']],
    ['keep', []],
  ] as const)('of a roster row counts where ended ones are dropped: %s', async (endedRosters, moved) => {
    const found = await forecast(aRoster(STUDENT, { endDate: '2026-10-17' }), { endedRosters });
    expect(found.moved).toEqual(moved);
  });

  it('of terms, calendars, the school year and the config is a day as well', async () => {
    const rows = [
      put('Term', { termID: 401, termScheduleID: 301, name: 'Year', endDate: '2026-10-17' }),
      aCalendar(2, { startDate: '2026-10-19', endDate: '2026-10-20' }),
      put('SchoolYear', {
        endYear: 2027,
        startYear: 2026,
        startDate: '2026-07-01',
        endDate: '2026-10-22',
        active: 1,
      }),
    ];
    const blackout = [{ from: day('2026-10-24'), to: day('2026-10-30') }];
    const { days } = await forecast(rows, { blackout, notBefore: day('2026-10-16') });
    expect(Object.fromEntries(days.map(({ asOf, boundaries }) => [asOf, Object.keys(boundaries)]))).toEqual({
      '2026-10-16': ['publications (notBefore) begin'],
      '2026-10-18': ['terms end'],
      '2026-10-19': ['calendars begin'],
      '2026-10-21': ['calendars end'],
      '2026-10-23': ['school years end'],
      '2026-10-24': ['blackouts begin'],
      '2027-05-29': ['terms end', 'calendars end'],
    });
  });

  it('beyond the days is not judged, but for the end of a calendar', async () => {
    const found = await forecast(aStudent({ personID: 12, enrollment: { endDate: '2026-10-25' } }));
    expect(found.days.map(({ asOf }) => asOf)).toEqual(['2027-05-29']);
  });

  it('in 1.2 a person with another role stays', async () => {
    const both = aTeacher({ personID: 42, staff: { endDate: '2026-10-20' } });
    const found = await forecast([aGuardian({ personID: 42 }), both], { version: '1.2', ids: 'personID' });
    expect(found.moved).toEqual([
      '2026-10-21 leave enrollments t40042 STAFF_HISTORY_ENDED',
      expect.stringMatching(/^2026-10-21 leave roles 42\.teacher\.[0-9A-F-]{36} NO_SECTION_STAFF_HISTORY$/),
    ]);
  });
});

describe('a night on hold', () => {
  const leavers = [12, 13, 14].map((personID) =>
    aStudent({ personID, enrollment: { endDate: '2026-10-17' } }),
  );
  const strict = { thresholds: { ...NO_LIMITS, users: 10 } };

  it('is forecast with its reason and what to do, and is compared with again', async () => {
    const later = aStudent({ personID: 15, enrollment: { endDate: '2026-10-19' } });
    const found = await forecast([leavers, later], strict);
    const held = dayOf(found, '2026-10-18');
    expect(held?.holds.map(({ code, says }) => `${code}: ${says}`)).toEqual([
      expect.stringMatching(/^threshold-users: 3 of 7 users vanished: 42\.9 %.+10 %$/),
    ]);
    expect(held?.advice).toEqual([
      'If these dates are wrong, fix them in Campus: Student Information > General > Enrollments > End Date (3 users leave by ENROLLMENT_ENDED).',
      'If it is right, set thresholds.users to 43 for that night.',
      'Or approve that one night: oneroster-export refresh library --release --reason TEXT',
    ]);
    // Nothing was published in between.
    expect(dayOf(found, '2026-10-20')?.tables.users).toEqual({ before: 7, after: 3, leave: 4, join: 0 });
  });

  it('per school is one too', async () => {
    const found = await forecast(leavers, { thresholds: { ...NO_LIMITS, perSchool: 30 } });
    expect(dayOf(found, '2026-10-18')?.holds.map(({ code }) => code)).toEqual(['threshold-school']);
  });

  it('at the end of a calendar is a case for a blackout', async () => {
    const ends =
      leavers.length === 0
        ? []
        : [12, 13].map((personID) => aStudent({ personID, enrollment: { endDate: '2027-05-28' } }));
    const early = [14, 15].map((personID) => aStudent({ personID, enrollment: { endDate: '2027-05-27' } }));
    const term = put('Term', {
      termID: 401,
      termScheduleID: 301,
      name: 'Year',
      startDate: '2026-08-17',
      endDate: '2027-05-27',
    });
    const found = await forecast([ends, early, term], strict);
    expect(found.earlyEnds).toEqual([
      { school: 'S1', endDate: '2027-05-27', calendarEnd: '2027-05-28', students: 2 },
    ]);
    const held = dayOf(found, '2027-05-29');
    expect(held?.tables.users.leave).toBe(2);
    expect(held?.advice[0]).toMatch(/^Set blackout from 2027-05-29/);
  });
});

describe('the forecast', () => {
  it('names the days without any current class', async () => {
    const term = put('Term', {
      termID: 401,
      termScheduleID: 301,
      name: 'T',
      startDate: '2026-08-17',
      endDate: '2026-10-18',
    });
    expect((await forecast(term)).withoutClasses).toEqual([{ from: '2026-10-19', to: '2026-10-25' }]);
    expect((await forecast([])).withoutClasses).toEqual([]);
  });

  it.each(VERSIONS)('judges the first day of the next school year, in %s', async (version) => {
    const next = [
      NEXT_YEAR,
      put('Enrollment', {
        enrollmentID: 1,
        personID: STUDENT,
        calendarID: 109,
        structureID: 209,
        grade: '10',
        serviceType: 'P',
        startDate: '2027-08-16',
      }),
    ];
    const found = await forecast(next, { version, ids: 'personID' });
    const first = dayOf(found, '2027-08-16');
    expect(first?.schoolYear).toBe(2028);
    expect(found.reads.views).toBe(1);
    expect(new Set(found.reads.queries).size).toBe(found.reads.queries.length);
    expect(first?.tables).toMatchObject({ classes: { before: 1, after: 0, leave: 1 }, users: { after: 2 } });
    expect(first?.moves).toContainEqual(expect.objectContaining({ table: 'classes', rule: 'NOT_IN_CAMPUS' }));
  });

  it.each([
    ['has', true, 1],
    ['has no', false, 0],
  ])('%s demographics where they are sent: %s', async (_what, demographics, leave) => {
    const rows = aStudent({ personID: 12, enrollment: { endDate: '2026-10-17' } });
    const found = await forecast(rows, { include: { demographics } });
    expect(dayOf(found, '2026-10-18')?.tables.demographics).toMatchObject({ leave, join: 0 });
  });

  it('drops what the receiver drops', async () => {
    const found = await forecast([], { profile: 'naviance' });
    expect(found.today.users).toBeLessThanOrEqual(3);
  });
});

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'forecast-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function command(options: ForecastOptions, only: readonly string[] = []): Promise<string> {
    file = writeCampusFile(
      aDistrict(BASE, aStudent({ personID: 12, enrollment: { endDate: '2026-10-17' } })),
    );
    const out: string[] = [];
    const terminal = { out: (text: string) => out.push(text), err: () => undefined, isWatched: false };
    const config = aConfig('/nowhere', file.path, [aConnection({ thresholds: { ...NO_LIMITS, users: 10 } })]);
    const source = sqliteSource({ client: 'better-sqlite3', filename: file.path });
    await forecastCommand({ config, terminal, now: new Date(), program: '0.0.0' }, source, only, options);
    return out.join('');
  }

  it('prints a table and a document', async () => {
    expect(await command({ asOf: TODAY, days: '5' })).toMatch(
      /2026-10-18 +ON HOLD +-1 +0 +0 +1 enrollments end/,
    );
    file?.remove();
    expect(JSON.parse(await command({ asOf: TODAY, days: '5', json: true }))).toMatchObject({
      asOf: TODAY,
      until: '2026-10-20',
      connections: [
        { days: [{ asOf: '2026-10-18', holds: [{ code: 'threshold-users' }] }, { asOf: '2027-05-29' }] },
      ],
    });
  });

  it.each([
    [{ days: '0' }, []],
    [{ days: 'x' }, []],
    [{ days: '401' }, []],
    [{}, ['nobody']],
  ])('refuses %j %j', async (options, only) => {
    await expect(command(options, only)).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe('the page', () => {
  const text = forecastPage(aForecast(), { program: '0.0.0', madeAt: '2027-05-20' });

  it('has no script, loads nothing, and escapes what it is given', () => {
    expect(text).not.toMatch(/<script|javascript:|https?:/);
    expect(text).toContain('&lt;b&gt;&amp;&quot;');
  });

  it('says the first night on hold, the early ends, and the days without classes', () => {
    expect(text).toContain('1 night would be on hold, the first on Thu, May 27, 2027.');
    expect(text).toContain('310 students');
    expect(text).toContain('No class is current from Sat, May 29, 2027');
  });
});

it('the file of the command is the page', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'forecast-'));
  const path = join(folder, 'forecast.html');
  file = writeCampusFile(aDistrict(BASE));
  const terminal = { out: () => undefined, err: () => undefined, isWatched: false };
  const config = aConfig('/nowhere', file.path, [aConnection()]);
  const source = sqliteSource({ client: 'better-sqlite3', filename: file.path });
  const call = { config, terminal, now: new Date(), program: '0.0.0' };
  await forecastCommand(call, source, [], { asOf: TODAY, html: path });
  expect(readFileSync(path, 'utf8')).toMatch(/^<!doctype html>/);
  rmSync(folder, { recursive: true });
});
