/** The part of the district that a verdict on a few records depends on, as the keys of its rows. */
import { distinct, type FoundSubject } from './subject.js';
import type { Lookup } from './lookup.js';
import type { Focus } from '../../extract/names.js';

/** How much besides the record its verdict depends on, for some connection. */
export interface Breadth {
  /** A verdict on a class depends on everyone who is in it. */
  readonly wholeClasses: boolean;
  /** Ids are made of GUIDs: people with the same GUID are included. */
  readonly idsByGuid: boolean;
}

/**
 * The other ends of relationships, the sections of the year with their courses and staff; with `wholeClasses` everyone who
 * is in those sections, too. Large tables are narrowed by their keys: a database that must combine two conditions may
 * well start with the wrong one.
 */
export async function focusOn(
  lookup: Lookup,
  found: FoundSubject,
  { wholeClasses, idsByGuid }: Breadth,
): Promise<Focus> {
  const people = await askedAboutIn(lookup, found);
  const relations = [
    ...(await lookup.ids('RelatedPair', 'personID1', 'personID2', people)),
    ...(await lookup.ids('RelatedPair', 'personID2', 'personID1', people)),
  ];
  const namesakes = idsByGuid ? await lookup.withSameGuid(distinct([...people, ...relations])) : [];
  return await focusAround(lookup, { ...found, people: [...found.people, ...namesakes] }, wholeClasses);
}

/** The people in question, directly or by an enrollment. */
async function askedAboutIn(lookup: Lookup, found: FoundSubject): Promise<readonly number[]> {
  const staffPairs = found.staffRows.filter((key) => typeof key === 'string');
  const historyIDs = found.staffRows.filter((key) => typeof key === 'number');
  return distinct([
    ...found.people,
    ...(await lookup.ids('Roster', 'personID', 'rosterID', found.rosters)),
    ...(await lookup.ids('SectionStaffHistory', 'personID', 'historyID', historyIDs)),
    ...staffPairs.map((key) => Number(key.split('-')[1])),
  ]);
}

async function focusAround(lookup: Lookup, found: FoundSubject, wholeClasses: boolean): Promise<Focus> {
  const askedAbout = await askedAboutIn(lookup, found);
  const sections = await lookup.idsOfYear('Section', 'sectionID', 'sectionID', [
    ...found.sections,
    ...(await lookup.ids('Section', 'sectionID', 'courseID', found.courses)),
    ...(await lookup.ids('Roster', 'sectionID', 'personID', found.people)),
    ...(await lookup.ids('Roster', 'sectionID', 'rosterID', found.rosters)),
    ...(await lookup.ids('SectionStaffHistory', 'sectionID', 'personID', askedAbout)),
  ]);
  const filled = wholeClasses ? sections : found.sections;
  const people = distinct([...askedAbout, ...(await lookup.ids('Roster', 'personID', 'sectionID', filled))]);
  const around = distinct([
    ...people,
    ...(await lookup.ids('RelatedPair', 'personID1', 'personID2', askedAbout)),
    ...(await lookup.ids('RelatedPair', 'personID2', 'personID1', askedAbout)),
    ...(await lookup.ids('SectionStaffHistory', 'personID', 'sectionID', sections)),
  ]);
  const rosters = [
    ...found.rosters,
    ...(await lookup.ids('Roster', 'rosterID', 'personID', askedAbout)),
    ...(await lookup.ids('Roster', 'rosterID', 'sectionID', filled)),
  ];
  const assignments = await lookup.ids('EmploymentAssignment', 'assignmentID', 'personID', around);
  const courses = [...found.courses, ...(await lookup.ids('Section', 'courseID', 'sectionID', sections))];
  const ofPerson = [{ column: 'personID', ids: around }];
  return {
    Person: ofPerson,
    UserAccount: ofPerson,
    Enrollment: ofPerson,
    EmploymentAssignment: ofPerson,
    EmploymentAssignmentLocation: [{ column: 'assignmentID', ids: assignments }],
    RelatedPair: [
      { column: 'personID1', ids: askedAbout },
      { column: 'personID2', ids: askedAbout },
    ],
    Roster: [{ column: 'rosterID', ids: distinct(rosters) }],
    SectionStaffHistory: await staffFocus(lookup, askedAbout, sections),
    Section: [{ column: 'sectionID', ids: sections }],
    SectionPlacement: [{ column: 'sectionID', ids: sections }],
    Course: [{ column: 'courseID', ids: distinct(courses) }],
  };
}

/** By historyID, where the database has one. */
async function staffFocus(
  lookup: Lookup,
  people: readonly number[],
  sections: readonly number[],
): Promise<NonNullable<Focus['SectionStaffHistory']>> {
  const table = 'SectionStaffHistory';
  const ids = [
    ...(await lookup.ids(table, 'historyID', 'personID', people)),
    ...(await lookup.ids(table, 'historyID', 'sectionID', sections)),
  ];
  if (ids.length > 0) return [{ column: 'historyID', ids: distinct(ids) }];
  return [
    { column: 'personID', ids: people },
    { column: 'sectionID', ids: sections },
  ];
}
