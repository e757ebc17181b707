/** Writes single records with everything around them in order, so that a case has to say only what is wrong with it. */
import { stored, thisYear } from '../days.js';
import type { Anchors } from '../generate.js';
import { boys, families, girls } from '../names.js';
import { emitPerson, handle } from '../people.js';
import type { Cell, Emit } from '../rows.js';

export type ExpectedKind =
  | 'district'
  | 'school'
  | 'calendar'
  | 'course'
  | 'section'
  | 'placement'
  | 'student'
  | 'schoolEnrollment'
  | 'teacher'
  | 'aide'
  | 'guardian'
  | 'relative'
  | 'relationship'
  | 'roster'
  | 'sectionStaff';

export interface Expectation {
  readonly kind: ExpectedKind;
  /** As in the exclusions list: the key in Campus; personID for people, ids with a hyphen for relationships and placements. */
  readonly id: string;
  readonly version: '1.1' | '1.2' | '*';
  /** The reason for which the record is left out, or `keep`. */
  readonly code: string;
  /** The connection setting under which it holds, `key=value`; empty: the defaults. */
  readonly setting: string;
}

type Fields = Readonly<Record<string, Cell>>;
type When = Partial<Pick<Expectation, 'version' | 'setting'>>;

/** Days around the as-of day of the demo, and around its school year. */
export const days = {
  before: stored('2026-10-14'),
  today: stored('2026-10-15'),
  after: stored('2026-10-16'),
  nextTerm: stored('2027-01-05'),
  nextYear: stored('2027-07-15'),
} as const;

/** What depends on the anchors by default: the kept class, its course and its teacher. */
export const KEPT = {
  course: 900_200,
  section: 900_200,
  student: 900_100,
  teacher: 900_300,
  aide: 900_400,
} as const;

export interface CaseDesk {
  readonly anchors: Anchors;
  readonly emit: Emit;
  readonly expect: (kind: ExpectedKind, id: number | string, code: string, when?: When) => void;
  /** Person, Identity and Contact with `id` as all their numbers, and the user account `username` (null: none). */
  readonly person: (id: number, changes?: PersonChanges) => void;
  readonly enroll: (id: number, changes?: Fields) => void;
  readonly student: (id: number, enrollment?: Fields, person?: PersonChanges) => void;
  /** A calendar with one structure, trial, term and period, all numbered `id`. */
  readonly calendar: (id: number, changes: Fields) => void;
  readonly school: (id: number, name: string, changes?: Fields) => void;
  readonly course: (id: number, changes?: Fields) => void;
  readonly section: (id: number, changes?: Fields, placement?: Fields | null) => void;
  readonly roster: (id: number, personID: number, changes?: Fields) => void;
  readonly teach: (id: number, personID: number, changes?: Fields) => void;
  readonly assign: (id: number, changes?: Fields) => void;
  readonly relate: (student: number, other: number, changes?: Fields) => void;
}

export interface PersonChanges {
  readonly username?: string | null;
  readonly person?: Fields;
  readonly identity?: Fields;
}

/** Ids of cases never change, so neither do these. */
export function caseGuid(id: number): string {
  return `0DE30000-0000-4000-8000-000000${id}`;
}

export function openDesk(anchors: Anchors, emit: Emit, found: Expectation[]): CaseDesk {
  const { main, schoolID, roomIDs } = anchors.high;
  const firstOf = (ids: readonly number[] | undefined): number | null => ids?.[0] ?? null;
  const person = (id: number, changes: PersonChanges = {}): void => placePerson(emit, id, changes);
  const enroll = (id: number, changes: Fields = {}): void =>
    emit('Enrollment', {
      enrollmentID: id,
      personID: id,
      calendarID: main.calendarID,
      structureID: main.structureID,
      grade: '10',
      serviceType: 'P',
      noShow: 0,
      startDate: thisYear.calendarStart,
      externalLMSExclude: 0,
      ...changes,
    });
  return {
    anchors,
    emit,
    person,
    enroll,
    expect: (kind, id, code, when = {}) =>
      found.push({ kind, id: String(id), version: '*', code, setting: '', ...when }),
    student: (id, enrollment, changes) => {
      person(id, { person: { studentNumber: String(id), stateID: `77${id}` }, ...changes });
      enroll(id, enrollment);
    },
    calendar: (id, changes) => placeCalendar(emit, id, changes),
    school: (id, name, changes = {}) =>
      emit('School', {
        schoolID: id,
        districtID: anchors.districtID,
        name,
        number: String(id),
        schoolGUID: caseGuid(id),
        externalLMSExclude: 0,
        ...changes,
      }),
    course: (id, changes = {}) =>
      emit('Course', {
        courseID: id,
        calendarID: main.calendarID,
        courseMasterID: anchors.courseMasterID,
        number: `9${String(id).slice(-3)}`,
        name: 'Independent Study',
        active: 1,
        externalLMSExclude: 0,
        departmentID: anchors.departmentID,
        homeroom: 0,
        ...changes,
      }),
    section: (id, changes = {}, placement = {}) => {
      const trialID = main.trialID;
      emit('Section', {
        sectionID: id,
        courseID: KEPT.course,
        trialID,
        number: id % 1000,
        roomID: firstOf(roomIDs),
        homeroomSection: 0,
        externalLMSExclude: 0,
        active: 1,
        ...changes,
      });
      if (placement === null) return;
      emit('SectionPlacement', {
        sectionID: id,
        trialID,
        termID: main.terms.get('S1') ?? null,
        periodID: firstOf(main.periods.get('1')),
        ...placement,
      });
    },
    roster: (id, personID, changes = {}) =>
      emit('Roster', { rosterID: id, personID, sectionID: KEPT.section, trialID: main.trialID, ...changes }),
    teach: (id, personID, changes = {}) =>
      emit('SectionStaffHistory', {
        historyID: id,
        sectionID: KEPT.section,
        trialID: main.trialID,
        personID,
        staffType: 'T',
        ...changes,
      }),
    assign: (id, changes = {}) => {
      emit('EmploymentAssignment', {
        assignmentID: id,
        personID: id,
        schoolID,
        startDate: stored('2019-08-01'),
        teacher: 0,
        externalLMSExclude: 0,
        ...changes,
      });
      emit('EmploymentAssignmentLocation', { assignmentID: id, schoolID: changes.schoolID ?? schoolID });
    },
    relate: (personID1, personID2, changes = {}) =>
      emit('RelatedPair', { personID1, personID2, guardian: 1, portal: 1, ...changes }),
  };
}

function placePerson(emit: Emit, id: number, changes: PersonChanges): void {
  const list = id % 2 === 0 ? girls : boys;
  const firstName = list[id % list.length] ?? '';
  const lastName = families[(id * 7) % families.length] ?? '';
  const username = changes.username === undefined ? `${handle(firstName, lastName)}${id}` : changes.username;
  const withChanges: Emit = (table, fields) => {
    const extra = table === 'Person' ? changes.person : table === 'Identity' ? changes.identity : undefined;
    emit(table, { ...fields, ...extra });
  };
  emitPerson(withChanges, {
    personID: id,
    identityID: id,
    personGUID: caseGuid(id),
    firstName,
    middleName: null,
    lastName,
    gender: id % 2 === 0 ? 'F' : 'M',
    birthdate: null,
    raceEthnicityFed: null,
    hispanicEthnicity: null,
    email: `${handle(firstName, lastName)}${id}@cases.example.org`,
    homePhone: `(555)555-01${String(id % 100).padStart(2, '0')}`,
    cellPhone: null,
  });
  if (username !== null) emit('UserAccount', { userID: id, personID: id, username, disable: 0 });
}

function placeCalendar(emit: Emit, id: number, changes: Fields): void {
  const startDate = changes.startDate ?? thisYear.calendarStart;
  const endDate = changes.endDate ?? thisYear.calendarEnd;
  emit('Calendar', {
    calendarID: id,
    endYear: thisYear.endYear,
    startDate,
    endDate,
    externalLMSExclude: 0,
    ...changes,
  });
  emit('ScheduleStructure', { structureID: id, calendarID: id, externalLMSExclude: 0 });
  emit('GradeLevel', {
    calendarID: id,
    structureID: id,
    name: '10',
    stateGrade: '10',
    externalLMSExclude: 0,
  });
  emit('TermSchedule', { termScheduleID: id, structureID: id });
  emit('Term', { termID: id, termScheduleID: id, name: 'Full Year', seq: 1, startDate, endDate });
  emit('Period', { periodID: id, name: '1', seq: 1 });
  emit('Trial', { trialID: id, calendarID: id, structureID: id, active: 1 });
}
