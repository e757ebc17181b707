/** The next school year out of the same read: what it gives is what a read of each year alone gives, and nothing is read twice. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { extract, type ExtractOptions } from '../../src/extract/extract.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { Notices } from '../../src/model/notices.js';
import { Snapshot, UNNAMED, type SnapshotTable } from '../../src/snapshot/snapshot.js';
import { countReads, type Reads } from '../support/count-reads.js';
import { writeCampusFile, type CampusFile } from '../support/campus-file.js';
import {
  aCalendar,
  aCourse,
  aDistrict,
  aGuardian,
  again,
  anEnrollment,
  aPerson,
  aRoster,
  aSection,
  aStaffRow,
  aStudent,
  aTeacher,
  calendarOf,
  put,
  structureOf,
  termOf,
  trialOf,
  periodOf,
  type Given,
  type GivenRows,
} from '../support/given.js';

let file: CampusFile | undefined;
afterEach(() => {
  file?.remove();
  file = undefined;
});

const NEXT = 9;
const LAST = 8;
const LONG_AGO = 7;

const theYear = (endYear: number): Given =>
  put('SchoolYear', { endYear, startYear: endYear - 1, active: 0, label: `to ${endYear}` });
const inCalendar = (number: number) => ({
  calendarID: calendarOf(number),
  structureID: structureOf(number),
});
const enrolledIn = (personID: number, number: number): Given =>
  anEnrollment(personID, { ...inCalendar(number), enrollmentID: 10_000 * number + personID });

const inNextTrial = { trialID: trialOf(NEXT) };
const placedNext = { ...inNextTrial, termID: termOf(NEXT), periodID: periodOf(NEXT) };

const NEXT_YEAR: GivenRows = [
  theYear(2028),
  aCalendar(NEXT, { endYear: 2028, startDate: '2027-08-16', endDate: '2028-05-26' }),
  put('CourseMaster', { courseMasterID: 3_009 }),
  put('Room', { roomID: 99, name: 'New Lab' }),
  aCourse(1_009, { calendarID: calendarOf(NEXT), courseMasterID: 3_009 }),
  aSection(2_009, { courseID: 1_009, ...inNextTrial, roomID: 99 }, placedNext),
  aStudent({ personID: 13, enrollment: inCalendar(NEXT) }),
  aGuardian({ personID: 113, of: 13 }),
  aRoster(13, { sectionID: 2_009, ...inNextTrial }),
  aTeacher({ personID: 22, staff: { sectionID: 2_009, ...inNextTrial } }),
];

/** Everyone who is in one year and not, or also, in another. */
const PEOPLE: GivenRows = [
  aStudent({ personID: 11 }),
  enrolledIn(11, NEXT),
  aRoster(11),
  aRoster(11, { rosterID: 1, sectionID: 2_009, ...inNextTrial }),
  aStudent({ personID: 12 }),
  enrolledIn(12, LAST),
  aStudent({ personID: 14, enrollment: inCalendar(LAST) }),
  aStudent({ personID: 15, enrollment: inCalendar(LONG_AGO) }),
  aStudent({ personID: 16, enrollment: { calendarID: 999 } }),
  aStudent({ personID: 17 }),
  anEnrollment(17, { enrollmentID: 7, calendarID: 999 }),
  aStudent({ personID: 18, enrollment: inCalendar(LAST) }),
  enrolledIn(18, NEXT),
  aStudent({ personID: 19, enrollment: inCalendar(LONG_AGO) }),
  enrolledIn(19, NEXT),
  ...[11, 12, 14, 15, 16, 18, 19].map((of) => aGuardian({ personID: of + 100, of })),
  aTeacher(),
];

const OTHER_YEARS: GivenRows = [
  aCalendar(LAST, { endYear: 2026 }),
  theYear(2020),
  aCalendar(LONG_AGO, { endYear: 2020 }),
];

/** Rows that belong to one year by one link and to another by the other, or to none. */
const CROSSED: GivenRows = [
  aSection(2_010, { courseID: 1_009 }, placedNext),
  aSection(2_011, { ...inNextTrial }),
  aSection(2_012, { courseID: 4, ...inNextTrial }, null),
  aRoster(11, { rosterID: 2, sectionID: 2_010 }),
  aRoster(11, { rosterID: 3, sectionID: 2_011, ...inNextTrial }),
  aRoster(11, { rosterID: 4, sectionID: 5, ...inNextTrial }),
  aRoster(11, { rosterID: 5, sectionID: 2_009, trialID: 6 }),
  aRoster(11, { rosterID: 6, sectionID: 5, trialID: 6 }),
  aStaffRow(22, { historyID: 1, sectionID: 2_010 }),
  aPerson({ personID: 90 }),
];

/** A copy that holds keys twice, within a year and across them. */
const REPEATED: GivenRows = [
  again('Section', { sectionID: 2_009, courseID: 1_009, ...inNextTrial, number: 7 }),
  again('Section', { sectionID: 2_001, courseID: 1_009, ...inNextTrial, number: 8 }),
  again('Term', { termID: termOf(1), termScheduleID: 309, name: 'of the next year' }),
  again('Roster', { rosterID: 1, personID: 13, sectionID: 2_001, trialID: trialOf(1) }),
  again('Calendar', { calendarID: calendarOf(NEXT), schoolID: 1, endYear: 2027 }),
];

const WHOLE = aDistrict(NEXT_YEAR, OTHER_YEARS, PEOPLE, CROSSED);

type Read = Awaited<ReturnType<typeof extract>> & { readonly reads: Reads };

async function read(rows: GivenRows, options: Omit<ExtractOptions, 'notices'> = {}): Promise<Read> {
  file ??= writeCampusFile(rows);
  const { source, reads } = countReads(sqliteSource({ client: 'better-sqlite3', filename: file.path }));
  return { ...(await extract(source, UNNAMED, { notices: new Notices(), ...options })), reads };
}

type Content = Readonly<Partial<Record<SnapshotTable | 'year', unknown>>>;

function contentOf(snapshot: Snapshot): Content {
  const tables = Snapshot.tables.map((table) => [table, [...snapshot.rows(table)]] as const);
  const content = { ...Object.fromEntries(tables), year: snapshot.year };
  snapshot.close();
  return content;
}

describe('a read of two school years', () => {
  it.each([
    ['as they are in Campus', WHOLE],
    ['from a copy that holds rows twice', aDistrict(NEXT_YEAR, OTHER_YEARS, PEOPLE, CROSSED, REPEATED)],
  ])('gives each as if it were read alone, %s', async (_what, rows) => {
    const both = await read(rows, { withNextYear: true });
    expect(both.nextYear).toBeDefined();
    if (both.nextYear === undefined) return;
    const [now, next] = [contentOf(both.snapshot), contentOf(both.nextYear)];
    expect(now).toEqual(contentOf((await read(rows)).snapshot));
    expect(next).toEqual(contentOf((await read(rows, { schoolYear: 2028 })).snapshot));
    for (const table of ['Enrollment', 'OtherYearStudent', 'RelatedPair'] as const)
      expect(next[table]).not.toEqual(now[table]);
  });

  it('opens the SIS once, and has as many queries as a read of one', async () => {
    const both = await read(WHOLE, { withNextYear: true });
    both.snapshot.close();
    both.nextYear?.close();
    const one = await read(WHOLE);
    one.snapshot.close();
    expect(both.reads.views).toBe(1);
    expect(both.reads.queries.length).toBe(one.reads.queries.length);
    expect(new Set(both.reads.queries).size).toBe(both.reads.queries.length);
  });

  it.each([
    ['set up', aDistrict(aStudent())],
    ['one with calendars', aDistrict(aStudent(), theYear(2028))],
  ])('gives the active one alone where the next is not %s', async (_what, rows) => {
    const both = await read(rows, { withNextYear: true });
    expect(both.nextYear).toBeUndefined();
    expect(contentOf(both.snapshot)).toEqual(contentOf((await read(rows)).snapshot));
  });

  it('stops where the next one is set up twice', async () => {
    const rows = aDistrict(NEXT_YEAR, again('SchoolYear', { endYear: 2028, startYear: 2026 }));
    await expect(read(rows, { withNextYear: true })).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('2 school years end in 2028') as unknown,
    });
  });
});
