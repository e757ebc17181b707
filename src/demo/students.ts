/** The students of a household with their enrollments, this year's and last year's. */
import type { Campus } from './campuses.js';
import type { Level } from './curriculum.js';
import { grades, transitionGrade } from './curriculum.js';
import { lastYear, stored, thisYear } from './days.js';
import { families } from './names.js';
import { birthday, chooseNames, emitAccount, emitPerson, handle, phone } from './people.js';
import type { Persona } from './people.js';
import type { World } from './world.js';

export type Campuses = Readonly<Record<Level, Campus>>;

export interface Student {
  readonly personID: number;
  /** Place in `grades`. */
  readonly grade: number;
  /** Null while the roster row says nothing and the whole section is meant. */
  readonly since: string | null;
  readonly until: string | null;
  /** Where the student was last year, if in this district. */
  readonly cameFrom: Level | undefined;
}

/** Prekindergarten is half a class, the other grades are full. */
const gradeWeights = grades.map(({ name }) => (name === 'PK' ? 1 : 2));

/** Everyday names that test more than an accent; the legal ones stand beside them. */
export const unusual: readonly (Persona & { lastName: string; legalFirstName: string; legalLastName: string })[] = [
  { firstName: '美咲', middleName: null, lastName: '田中', gender: 'F', legalFirstName: 'Misaki', legalLastName: 'Tanaka' },
  { firstName: 'Bee 🐝', middleName: null, lastName: 'Peña', gender: 'F', legalFirstName: 'Beatriz', legalLastName: 'Peña' },
]; // prettier-ignore

export interface Household {
  readonly lastName: string;
  readonly area: string;
  readonly homePhone: string | null;
}

export function chooseHousehold(world: World): Household {
  const { random } = world;
  const one = random.pick(families);
  const other = random.pick(families);
  const area = random.pick(['555', '555', '556']);
  return {
    lastName: random.chance(0.1) && one !== other ? `${one}-${other}` : one,
    area,
    homePhone: random.chance(0.6) ? phone(world, area) : null,
  };
}

export function emitStudent(
  world: World,
  campuses: Campuses,
  household: Household,
  special: (typeof unusual)[number] | undefined,
): Student & { attends: boolean } {
  const { emit, next, random } = world;
  const grade = random.weighted(gradeWeights);
  const personID = next('Person');
  const names = special ?? chooseNames(world, random.chance(0.5) ? 'F' : 'M');
  const lastName = special?.lastName ?? household.lastName;
  const race = random.weighted([3, 28, 2, 9, 14, 1, 36, 7]);
  const username = `${handle(names.firstName, lastName)}${100_000 + personID}`;
  const small = grade < 3;
  const legal = special ?? (random.chance(0.03) ? { legalFirstName: chooseNames(world, 'F').firstName } : {});
  emitPerson(emit, {
    personID,
    identityID: emitEarlierIdentity(world, personID, names.firstName),
    personGUID: random.guid(),
    ...names,
    lastName,
    ...legal,
    birthdate: birthday(world, grades[grade]?.age ?? 0),
    raceEthnicityFed: race === 0 ? null : String(race),
    hispanicEthnicity: race === 0 ? null : race === 1 ? 'Y' : 'N',
    studentNumber: String(100_000 + personID),
    stateID: `77${String(personID).padStart(8, '0')}`,
    email: small && random.chance(0.4) ? null : `${username}@students.riverdistrict.example.org`,
    secondaryEmail: random.chance(0.06) ? `${username}@mail.example.org` : null,
    homePhone: household.homePhone,
    cellPhone: grade > 7 && random.chance(0.5) ? phone(world, household.area) : null,
  });
  emitAccount(world, personID, { username, disable: random.chance(0.02) ? 1 : 0 });
  const cameFrom = emitLastYear(world, campuses, personID, grade);
  return { personID, grade, cameFrom, ...emitEnrollments(world, campuses, personID, grade) };
}

/** The id of the current identity; now and then an older one, under another name, is left behind in Census. */
function emitEarlierIdentity({ emit, next, random }: World, personID: number, firstName: string): number {
  if (random.chance(0.04)) {
    const lastName = random.pick(families);
    emit('Identity', { identityID: next('Identity'), personID, lastName, firstName });
  }
  return next('Identity');
}

/** This year's enrollments: mostly one; some came late, left, left and came back, or never came. */
function emitEnrollments(
  world: World,
  campuses: Campuses,
  personID: number,
  gradeIndex: number,
): { since: string | null; until: string | null; attends: boolean } {
  const { random } = world;
  const grade = grades[gradeIndex] ?? transitionGrade;
  const { main } = campuses[grade.level];
  const name = grade.name === '12' && random.chance(0.06) ? transitionGrade.name : grade.name;
  const add = (fields: Partial<EnrollmentFields>): void =>
    emitEnrollment(world, main, { personID, grade: name, ...fields });
  // Preschool services are kept as an enrollment of their own.
  if (grade.name === 'PK' && random.chance(0.08)) add({ serviceType: 'N' });
  switch (random.weighted([920, 30, 20, 20, 10])) {
    case 1:
      add({ startDate: stored('2026-09-08') });
      return { since: stored('2026-09-08'), until: null, attends: true };
    case 2:
      add({ endDate: stored('2026-09-18') });
      return { since: null, until: stored('2026-09-18'), attends: true };
    case 3:
      add({ endDate: stored('2026-09-11') });
      add({ startDate: stored('2026-09-28') });
      return { since: stored('2026-09-28'), until: null, attends: true };
    case 4:
      add({ noShow: 1 });
      return { since: null, until: null, attends: false };
    default:
      add({});
      return { since: null, until: null, attends: true };
  }
}

interface EnrollmentFields {
  readonly personID: number;
  readonly grade: string;
  readonly serviceType: 'P' | 'S' | 'N';
  readonly noShow: 0 | 1;
  readonly startDate: string;
  readonly endDate: string | null;
}

export function emitEnrollment(
  { emit, next }: World,
  calendar: { readonly calendarID: number; readonly structureID: number },
  fields: Partial<EnrollmentFields> & { readonly personID: number; readonly grade: string },
): void {
  emit('Enrollment', {
    enrollmentID: next('Enrollment'),
    calendarID: calendar.calendarID,
    structureID: calendar.structureID,
    serviceType: 'P',
    noShow: 0,
    startDate: thisYear.calendarStart,
    endDate: null,
    externalLMSExclude: 0,
    ...fields,
  });
}

/** The level of the school where the student was last year. */
function emitLastYear(world: World, campuses: Campuses, personID: number, grade: number): Level | undefined {
  const before = grades[grade - 1];
  if (before === undefined || world.random.chance(0.07)) return undefined;
  emitEnrollment(world, campuses[before.level].last, {
    personID,
    grade: before.name,
    startDate: lastYear.calendarStart,
    endDate: lastYear.calendarEnd,
  });
  return before.level;
}

/** A person who finished school last summer and has no enrollment this year. */
export function emitGraduate(world: World, campuses: Campuses): void {
  const household = chooseHousehold(world);
  const personID = world.next('Person');
  const names = chooseNames(world, world.random.chance(0.5) ? 'F' : 'M');
  emitPerson(world.emit, {
    personID,
    identityID: world.next('Identity'),
    personGUID: world.random.guid(),
    ...names,
    lastName: household.lastName,
    birthdate: birthday(world, 18),
    raceEthnicityFed: null,
    hispanicEthnicity: null,
    studentNumber: String(100_000 + personID),
    email: null,
    homePhone: household.homePhone,
    cellPhone: null,
  });
  const username = `${handle(names.firstName, household.lastName)}${100_000 + personID}`;
  emitAccount(world, personID, { username, disable: 1 });
  emitLastYear(world, campuses, personID, grades.length);
}
