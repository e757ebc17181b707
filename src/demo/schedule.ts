/** Who sits where: sections with their placements, staff and rosters. */
import type { CalendarPlan, Campus } from './campuses.js';
import { catalogue, grades } from './curriculum.js';
import type { CatalogueCourse, Level } from './curriculum.js';
import { stored } from './days.js';
import type { Campuses, Student } from './families.js';
import { emitEnrollment } from './families.js';
import type { Faculty } from './staff.js';
import type { World } from './world.js';

const CLASS_SIZE = 24;

interface Seat {
  readonly calendar: CalendarPlan;
  readonly trialID: number;
  readonly course: CatalogueCourse;
  readonly number: number;
  readonly roomID: number | null;
  readonly terms: readonly string[];
  readonly periodIDs: readonly number[];
}

interface Desk {
  readonly world: World;
  readonly campus: Campus;
  readonly faculty: Faculty;
  /** How many sections of a course there are so far. */
  readonly counts: Map<string, number>;
}

export function emitSchedule(
  world: World,
  campuses: Campuses,
  faculty: Faculty,
  students: readonly Student[],
): void {
  for (const campus of Object.values(campuses)) {
    const desk: Desk = { world, campus, faculty, counts: new Map() };
    const own = students.filter(({ grade }) => grades[grade]?.level === campus.level);
    emitByGrade(desk, own);
    if (campus.level === 'high') emitHighSchool(desk, own, students);
    const returned = students.filter(({ cameFrom }) => cameFrom === campus.level);
    emitOneClassEach(world, campus.last, faculty.newTeacher(campus), returned, campus.level);
  }
}

/** Groups of one grade that take homeroom and core courses together. */
function emitByGrade(desk: Desk, own: readonly Student[]): void {
  grades.forEach(({ name, level }, index) => {
    if (level !== desk.campus.level) return;
    const inGrade = own.filter(({ grade }) => grade === index);
    const courses = catalogue.filter(
      (course) => course.grade === name && (course.kind === 'homeroom' || course.kind === 'core'),
    );
    chunk(inGrade).forEach((group, number) => emitGroup(desk, courses, group, number));
    if (name === '09') emitDraft(desk, courses, inGrade.slice(0, CLASS_SIZE));
  });
}

function emitGroup(
  desk: Desk,
  courses: readonly CatalogueCourse[],
  group: readonly Student[],
  number: number,
): void {
  const { campus, faculty } = desk;
  // In elementary school one teacher has the group for everything but arts and sports.
  const own = campus.level === 'elementary' ? faculty.newTeacher(campus) : undefined;
  courses.forEach((course, index) => {
    const isSpecial = course.department === 'Fine Arts' || course.department.startsWith('Physical');
    const teacher = own !== undefined && !isSpecial ? own : faculty.teacherOf(campus, course.department);
    const sectionID = openSection(desk, course, placementOf(campus, index, number), teacher, number);
    emitRosters(desk.world, sectionID, campus.main.trialID, group);
  });
}

/** Where the group's course number `index` meets; homeroom is the first. */
function placementOf(campus: Campus, index: number, group: number): Pick<Seat, 'terms' | 'periodIDs'> {
  const { main, level } = campus;
  const ids = (name: string): readonly number[] => main.periods.get(name) ?? [];
  const quarters = ['Q1', 'Q2', 'Q3', 'Q4'];
  if (level === 'elementary')
    return { terms: ['S1', 'S2'], periodIDs: ids(index === 0 ? 'HR' : String(index)) };
  if (index === 0) return { terms: quarters, periodIDs: ids('HR') };
  if (level === 'middle') return { terms: quarters, periodIDs: ids(String(((index + group) % 7) + 1)) };
  return {
    terms: ['S1', 'S2'],
    periodIDs: block(campus, (index + group) % 4 < 2 ? 0 : 1, ((index + group) % 2) + 1),
  };
}

/** A period of one day of the high school's A and B days. */
function block({ main }: Campus, day: number, period: number): readonly number[] {
  const id = main.periods.get(String(period))?.[day];
  return id === undefined ? [] : [id];
}

/** Beside the core: electives by block, summer school, and guests from the middle school. */
function emitHighSchool(desk: Desk, own: readonly Student[], all: readonly Student[]): void {
  const { world, campus, faculty } = desk;
  const electives = catalogue.filter(({ kind }) => kind === 'elective');
  const blocks = [
    { day: 0, period: 3, terms: ['S1', 'S2'] },
    { day: 0, period: 4, terms: ['S1', 'S2'] },
    { day: 1, period: 3, terms: ['S1', 'S2'] },
    { day: 1, period: 4, terms: ['S1'] },
    { day: 1, period: 4, terms: ['S2'] },
  ];
  blocks.forEach(({ day, period, terms }, index) => {
    const classes = Math.ceil(own.length / CLASS_SIZE);
    const sections = Array.from({ length: classes }, (_, place) => {
      const course = world.random.pick(electives.filter((__, each) => each % 3 === (index + place) % 3));
      const teacher = faculty.teacherOf(campus, course.department);
      return openSection(desk, course, { terms, periodIDs: block(campus, day, period) }, teacher, place);
    });
    if (sections.length === 0) return;
    const seats: (readonly [number, Student])[] = own.map((student) => [
      world.random.pick(sections),
      student,
    ]);
    for (const [sectionID, student] of seats) emitRosters(world, sectionID, campus.main.trialID, [student]);
  });
  emitGuests(desk, all);
  if (campus.summer !== undefined) {
    const pupils = own.filter(({ grade }, index) => index % 20 === 3 && grades[grade]?.name !== '12');
    for (const { personID, grade } of pupils) {
      const enrollment = { personID, grade: grades[grade]?.name ?? '', startDate: stored('2027-06-07') };
      emitEnrollment(world, campus.summer, enrollment);
    }
    emitOneClassEach(world, campus.summer, faculty.teacherOf(campus, 'Summer'), pupils, 'high');
  }
}

/** Eighth graders in a high school course: three are enrolled there as well, three sit there as cross-site students. */
function emitGuests(desk: Desk, all: readonly Student[]): void {
  const { world, campus, faculty } = desk;
  const course = catalogue.find(({ name }) => name === 'Algebra I');
  const guests = all.filter(({ grade, until }) => grades[grade]?.name === '08' && until === null).slice(0, 6);
  if (course === undefined || guests.length === 0) return;
  const placement = { terms: ['S1', 'S2'], periodIDs: block(campus, 0, 1) };
  const teacher = faculty.teacherOf(campus, course.department);
  emitRosters(world, openSection(desk, course, placement, teacher, 0), campus.main.trialID, guests);
  for (const { personID } of guests.slice(0, 3)) {
    emitEnrollment(world, campus.main, { personID, grade: '08', serviceType: 'S' });
  }
}

/** A calendar in which every student has one class: last year's homeroom, summer school. */
function emitOneClassEach(
  world: World,
  calendar: CalendarPlan,
  teacher: number,
  students: readonly Student[],
  level: Level,
): void {
  const courses = catalogue.filter((course) => course.level === level && calendar.courses.has(course.number));
  chunk(students).forEach((group, index) => {
    const course = courses[index % courses.length];
    if (course === undefined) return;
    const periodIDs = [...calendar.periods.values()][0] ?? [];
    const sectionID = emitSection(world, {
      calendar,
      trialID: calendar.trialID,
      course,
      number: index + 1,
      roomID: null,
      terms: [...calendar.terms.keys()],
      periodIDs,
    });
    emitStaffRow(world, sectionID, calendar.trialID, teacher, 'P', null, null);
    for (const { personID } of group) {
      emitRoster(world, personID, sectionID, calendar.trialID, null, null);
    }
  });
}

/** The same courses once more in the draft trial, where the schedule is still being tried out. */
function emitDraft(desk: Desk, courses: readonly CatalogueCourse[], group: readonly Student[]): void {
  const { world, campus } = desk;
  courses.forEach((course, index) => {
    const sectionID = emitSection(world, {
      calendar: campus.main,
      trialID: campus.draftTrialID,
      course,
      number: 91,
      roomID: null,
      ...placementOf(campus, index, 0),
    });
    const teacher = desk.faculty.teacherOf(campus, course.department);
    emitStaffRow(world, sectionID, campus.draftTrialID, teacher, 'P', null, null);
    emitRosters(world, sectionID, campus.draftTrialID, group);
  });
}

/** A section of the active trial with its staff; returns its id. */
function openSection(
  desk: Desk,
  course: CatalogueCourse,
  placement: Pick<Seat, 'terms' | 'periodIDs'>,
  teacher: number,
  room: number,
): number {
  const { world, campus, faculty, counts } = desk;
  const number = (counts.get(course.number) ?? 0) + 1;
  counts.set(course.number, number);
  const { trialID } = campus.main;
  const roomID = world.random.chance(0.03)
    ? null
    : (campus.roomIDs[(room * 3 + number) % campus.roomIDs.length] ?? null);
  const sectionID = emitSection(world, {
    calendar: campus.main,
    trialID,
    course,
    number,
    roomID,
    ...placement,
  });
  const staff = (personID: number, type: 'P' | 'T' | 'S', start: string | null, end: string | null): void =>
    emitStaffRow(world, sectionID, trialID, personID, type, start, end);
  switch (world.random.weighted([72, 10, 10, 3, 4, 1])) {
    case 1:
      staff(teacher, 'P', stored('2026-08-17'), null);
      break;
    case 2:
      staff(teacher, 'P', null, null);
      staff(faculty.helperAt(campus, 'co-teacher'), 'T', null, null);
      break;
    case 3:
      // The first teacher left in September.
      staff(faculty.newTeacher(campus), 'P', null, stored('2026-09-11'));
      staff(teacher, 'P', stored('2026-09-14'), null);
      break;
    case 4:
      staff(teacher, 'P', null, null);
      staff(faculty.helperAt(campus, 'aide'), 'S', null, null);
      break;
    case 5:
      // Nobody closed the row of the first one, so there are two primary teachers.
      staff(faculty.helperAt(campus, 'co-teacher'), 'P', null, null);
      staff(teacher, 'P', stored('2026-09-14'), null);
      break;
    default:
      staff(teacher, 'P', null, null);
  }
  return sectionID;
}

function emitSection({ emit, next }: World, seat: Seat): number {
  const sectionID = next('Section');
  emit('Section', {
    sectionID,
    courseID: seat.calendar.courses.get(seat.course.number) ?? null,
    trialID: seat.trialID,
    number: seat.number,
    roomID: seat.roomID,
    homeroomSection: seat.course.kind === 'homeroom' ? 1 : 0,
    externalLMSExclude: 0,
    active: 1,
  });
  for (const term of seat.terms) {
    for (const periodID of seat.periodIDs) {
      const termID = seat.calendar.terms.get(term) ?? null;
      emit('SectionPlacement', { sectionID, trialID: seat.trialID, termID, periodID });
    }
  }
  return sectionID;
}

function emitStaffRow(
  { emit, next }: World,
  sectionID: number,
  trialID: number,
  personID: number,
  staffType: 'P' | 'T' | 'S',
  startDate: string | null,
  endDate: string | null,
): void {
  const historyID = next('SectionStaffHistory');
  emit('SectionStaffHistory', { historyID, sectionID, trialID, personID, staffType, startDate, endDate });
}

function emitRosters(world: World, sectionID: number, trialID: number, students: readonly Student[]): void {
  for (const { personID, since, until } of students) {
    // Who moved away and came back has both rows.
    if (since === stored('2026-09-28')) {
      emitRoster(world, personID, sectionID, trialID, null, stored('2026-09-11'));
    }
    emitRoster(world, personID, sectionID, trialID, since, until);
  }
}

function emitRoster(
  { emit, next }: World,
  personID: number,
  sectionID: number,
  trialID: number,
  startDate: string | null,
  endDate: string | null,
): void {
  emit('Roster', { rosterID: next('Roster'), personID, sectionID, trialID, startDate, endDate });
}

function chunk(students: readonly Student[]): readonly (readonly Student[])[] {
  const count = Math.ceil(students.length / CLASS_SIZE);
  const size = Math.ceil(students.length / Math.max(count, 1));
  return Array.from({ length: count }, (_, index) => students.slice(index * size, (index + 1) * size));
}
