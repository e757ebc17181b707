/** A small district in which there is nothing to fix, and the parts with which faults are seeded in it. */
import {
  aDistrict,
  aGuardian,
  anAide,
  aRelative,
  aRoster,
  aSection,
  aStaffRow,
  aStudent,
  aTeacher,
  GUARDIAN,
  put,
  RELATIVE,
  rosterOf,
  schoolGuid,
  STUDENT,
  TEACHER,
  DISTRICT,
  type Fields,
  type Given,
  type GivenRows,
  type PersonGiven,
} from '../support/given.js';

export const AIDE = 31;
export const ANOTHER = 12;
export const OTHER_TEACHER = 22;
export const OTHER_AIDE = 32;
export const OTHER_GUARDIAN = 42;
export const OTHER_RELATIVE = 52;
/** A section beside the one of the district, and a row of it. */
export const SECTION = 2_900;

const email = (personID: number): Fields => ({ email: `person${personID}@school.example` });

type StudentGiven = PersonGiven & { readonly enrollment?: Fields; readonly roster?: Fields | null };

/** Everything a student needs; `roster: null` for one without a class. */
export function aWholeStudent(given: StudentGiven = {}): GivenRows {
  const { personID = ANOTHER, roster } = given;
  const person = { studentNumber: String(1_000 + personID), ...given.person };
  return [
    aStudent({ ...given, personID, person, contact: { ...email(personID), ...given.contact } }),
    roster === null ? [] : aRoster(personID, roster),
  ];
}

/** A second teacher of the section. */
export function anotherTeacher(given: Parameters<typeof aTeacher>[0] = {}): GivenRows {
  const { personID = OTHER_TEACHER } = given;
  return aTeacher({
    personID,
    staff: { staffType: 'T' },
    person: { staffNumber: `T${personID}` },
    ...given,
    contact: { ...email(personID), ...given.contact },
  });
}

export function anotherAide(given: Parameters<typeof anAide>[0] = {}): GivenRows {
  return anAide({ personID: OTHER_AIDE, ...given, contact: { ...email(OTHER_AIDE), ...given.contact } });
}

export function anotherGuardian(given: Parameters<typeof aGuardian>[0] = {}): GivenRows {
  return aGuardian({
    personID: OTHER_GUARDIAN,
    ...given,
    contact: { ...email(OTHER_GUARDIAN), ...given.contact },
  });
}

export function anotherRelative(given: Parameters<typeof aRelative>[0] = {}): GivenRows {
  return aRelative({ personID: OTHER_RELATIVE, contact: email(OTHER_RELATIVE), ...given });
}

export const anOffice = (): Given =>
  put('School', {
    schoolID: 9,
    districtID: DISTRICT,
    name: 'Office',
    number: 'S9',
    schoolGUID: schoolGuid(9),
  });

/** Another section, filled with what is asked for. */
export function anotherSection(
  holds: { readonly students?: boolean; readonly staffType?: string },
  section: Fields = {},
): GivenRows {
  return [
    aSection(SECTION, { number: 3, ...section }),
    holds.students === true ? aRoster(STUDENT, { rosterID: 50_900, sectionID: SECTION }) : [],
    holds.staffType === undefined
      ? []
      : aStaffRow(TEACHER, { historyID: 40_900, sectionID: SECTION, staffType: holds.staffType }),
  ];
}

/** Last year at the same school: `students` of whom `scheduled` had a class. */
export function lastYear(students: number, scheduled: number): GivenRows {
  const people = Array.from({ length: students }, (_, at) => 5_000 + at);
  return [
    put('Calendar', {
      calendarID: 190,
      schoolID: 1,
      endYear: 2026,
      startDate: '2025-08-17',
      endDate: '2026-05-28',
    }),
    put('ScheduleStructure', { structureID: 290, calendarID: 190 }),
    put('Trial', { trialID: 590, calendarID: 190, structureID: 290, active: 1 }),
    people.map((personID) =>
      put('Enrollment', {
        enrollmentID: 85_000 + personID,
        personID,
        calendarID: 190,
        structureID: 290,
        serviceType: 'P',
      }),
    ),
    people
      .slice(0, scheduled)
      .map((personID) =>
        put('Roster', { rosterID: 55_000 + personID, personID, sectionID: 2_990, trialID: 590 }),
      ),
  ];
}

/** So many students, the last `without` of them in no class. */
export function crowd(students: number, without = 0): GivenRows {
  return Array.from({ length: students }, (_, at) =>
    aWholeStudent({ personID: 100 + at, ...(at >= students - without && { roster: null }) }),
  );
}

export const cleanDistrict = (...faults: readonly GivenRows[]): GivenRows =>
  aDistrict(
    aWholeStudent({ personID: STUDENT, roster: { rosterID: rosterOf(STUDENT) } }),
    anotherTeacher({ personID: TEACHER, staff: { staffType: 'P' } }),
    anotherAide({ personID: AIDE, contact: email(AIDE) }),
    anotherGuardian({ personID: GUARDIAN, contact: email(GUARDIAN) }),
    anotherRelative({ personID: RELATIVE, contact: email(RELATIVE) }),
    faults,
  );
