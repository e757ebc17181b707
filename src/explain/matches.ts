/** People whose name matched a search: how to recognize one of them, and the number with which to explain it. */
import { loadDistrict } from '../filter/context.js';
import { assignmentsBySchool } from '../filter/assignments.js';
import { schoolLabel } from '../model/school-names.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { ExplainedRecord } from './answer.js';

export interface PersonMatch {
  readonly personID: number;
  readonly name: string;
  readonly studentNumber: string | null;
  readonly staffNumber: string | null;
  /** Of the active year, with name and number. */
  readonly schools: readonly string[];
  /** For which the SIS has a row. */
  readonly roles: readonly string[];
}

export function matchesOf(
  snapshot: Snapshot,
  people: readonly number[],
  records: readonly ExplainedRecord[],
): readonly PersonMatch[] {
  const schools = schoolsOf(snapshot);
  const found = new Map([...snapshot.rows('Person')].map((person) => [person.personID, person]));
  return people.map((personID) => {
    const person = found.get(personID);
    const roles = records.filter(({ id }) => id === personID).flatMap((record) => record.roles ?? []);
    return {
      personID,
      name: [person?.firstName, person?.lastName].filter((part) => part != null).join(' '),
      studentNumber: person?.studentNumber ?? null,
      staffNumber: person?.staffNumber ?? null,
      schools: [...(schools.get(personID) ?? [])],
      roles: [...new Set(roles.map(({ role }) => role))],
    };
  });
}

/** Labels of schools by personID: of enrollments and assignments. */
function schoolsOf(snapshot: Snapshot): ReadonlyMap<number, ReadonlySet<string>> {
  const { schools, calendars } = loadDistrict(snapshot);
  const found = new Map<number, Set<string>>();
  const add = (personID: number, schoolID: number | null | undefined): void => {
    const school = schools.get(schoolID ?? 0);
    if (school === undefined) return;
    const label = schoolLabel({ name: school.name, number: school.number, sourcedId: null });
    found.set(personID, (found.get(personID) ?? new Set<string>()).add(label));
  };
  for (const { personID, calendarID } of snapshot.rows('Enrollment'))
    add(personID, calendars.get(calendarID)?.schoolID);
  for (const { personID, schoolID } of assignmentsBySchool(snapshot)) add(personID, schoolID);
  return found;
}
