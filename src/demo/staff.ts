/** Who works at the schools: people, their accounts and District Assignments. */
import type { Campus } from './campuses.js';
import { stored } from './days.js';
import type { Adult } from './families.js';
import { staffNumbers } from './families.js';
import { families } from './names.js';
import { chooseNames, emitAccount, emitPerson, handle, phone } from './people.js';
import type { World } from './world.js';

type Box =
  | 'teacher'
  | 'specialEd'
  | 'program'
  | 'behavior'
  | 'health'
  | 'rti'
  | 'advisor'
  | 'supervisor'
  | 'counselor'
  | 'foodService'
  | 'approver'
  | 'framProcessor';

/** A new member of staff, or a parent who is taken on. */
export function hire(
  world: World,
  schoolIDs: readonly number[],
  boxes: readonly Box[],
  parent?: Adult,
): number {
  const personID = parent?.personID ?? emitStaffPerson(world);
  if (parent !== undefined) {
    emitAccount(world, personID, { username: `staff.${handle('', parent.lastName)}${personID}` });
  }
  const started = stored(`${2008 + world.random.below(18)}-08-01`);
  for (const schoolID of schoolIDs) emitAssignment(world, personID, schoolID, boxes, started);
  return personID;
}

function emitAssignment(
  { emit, next }: World,
  personID: number,
  schoolID: number,
  boxes: readonly Box[],
  startDate: string,
): void {
  const assignmentID = next('EmploymentAssignment');
  emit('EmploymentAssignment', {
    assignmentID,
    personID,
    schoolID,
    startDate,
    endDate: null,
    teacher: 0,
    externalLMSExclude: 0,
    ...Object.fromEntries(boxes.map((box) => [box, 1])),
  });
  emit('EmploymentAssignmentLocation', { assignmentID, schoolID });
}

function emitStaffPerson(world: World): number {
  const { emit, next, random } = world;
  const personID = next('Person');
  const names = chooseNames(world, random.chance(0.7) ? 'F' : 'M');
  const lastName = random.pick(families);
  const username = `${handle(names.firstName, lastName)}${personID}`;
  emitPerson(emit, {
    personID,
    identityID: next('Identity'),
    personGUID: random.guid(),
    ...names,
    lastName,
    birthdate: null,
    raceEthnicityFed: null,
    hispanicEthnicity: null,
    ...staffNumbers(personID),
    email: `${username}@riverdistrict.example.org`,
    homePhone: null,
    cellPhone: random.chance(0.3) ? phone(world, '555') : null,
  });
  // An old account stays behind, disabled and with a lower number, when a user name changes.
  if (random.chance(0.05)) emitAccount(world, personID, { username: `old.${username}`, disable: 1 });
  emitAccount(world, personID, { username });
  return personID;
}

const officeJobs: readonly (readonly Box[])[] = [
  ['supervisor', 'approver'],
  ['program'],
  ['specialEd', 'rti'],
  ['foodService', 'framProcessor'],
  ['health'],
];

/** Staff of the district office, a school without calendars. */
export function emitOfficeStaff(world: World): void {
  for (const boxes of officeJobs) hire(world, [world.officeID], boxes);
}

/** Everyone at a school who does not teach; one clerk for whom no box was marked. */
export function emitSchoolStaff(world: World, campus: Campus, takeParent: () => Adult | undefined): void {
  const jobs: readonly (readonly Box[])[] = [
    ['supervisor', 'approver', 'behavior'],
    ['counselor'],
    ['health'],
    ['foodService'],
    ['program'],
    ['program', 'specialEd'],
    [],
  ];
  jobs.forEach((boxes, index) =>
    hire(world, [campus.schoolID], boxes, index === 4 || index === 5 ? takeParent() : undefined),
  );
}

export interface Faculty {
  /** A teacher of the subject at the school with room for one more section. */
  readonly teacherOf: (campus: Campus, subject: string) => number;
  readonly newTeacher: (campus: Campus) => number;
  /** Special education teacher or aide who helps in other people's classes. */
  readonly helperAt: (campus: Campus, kind: 'co-teacher' | 'aide') => number;
}

const SECTIONS_PER_TEACHER = 5;

/** Teachers are hired as the schedule asks for them. */
export function openFaculty(world: World, takeParent: () => Adult | undefined, elsewhere: Campus): Faculty {
  const pool = new Map<string, { personID: number; load: number }>();
  const newTeacher = (campus: Campus, shared = false): number => {
    const boxes: Box[] = world.random.chance(0.1) ? ['teacher', 'advisor'] : ['teacher'];
    const schools =
      shared && elsewhere !== campus ? [campus.schoolID, elsewhere.schoolID] : [campus.schoolID];
    return hire(world, schools, boxes, world.random.chance(0.3) ? takeParent() : undefined);
  };
  const take = (key: string, limit: number, make: () => number): number => {
    const found = pool.get(key);
    if (found !== undefined && found.load < limit) {
      found.load += 1;
      return found.personID;
    }
    const personID = make();
    pool.set(key, { personID, load: 1 });
    return personID;
  };
  return {
    newTeacher: (campus) => newTeacher(campus),
    teacherOf: (campus, subject) =>
      take(`${campus.schoolID} ${subject}`, SECTIONS_PER_TEACHER, () =>
        // Art teachers work at two schools.
        newTeacher(campus, subject === 'Fine Arts'),
      ),
    helperAt: (campus, kind) =>
      take(`${campus.schoolID} ${kind}`, 8, () =>
        hire(world, [campus.schoolID], kind === 'aide' ? ['program'] : ['teacher', 'specialEd']),
      ),
  };
}
