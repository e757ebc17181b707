/** Who has which class when: groups by grade, high school electives, summer school, drafts, last year. */
import type { CalendarPlan, Campus } from './campuses.js';
import { catalog, grades } from './curriculum.js';
import type { CatalogCourse, Level } from './curriculum.js';
import { stored } from './days.js';
import { emitRoster, emitRosters, emitSection, emitStaffRow, openSection } from './sections.js';
import type { Desk, Seat } from './sections.js';
import type { Faculty } from './staff.js';
import { emitEnrollment } from './students.js';
import type { Campuses, Student } from './students.js';
import type { World } from './world.js';

const CLASS_SIZE = 24;

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
    const courses = catalog.filter(
      (course) => course.grade === name && (course.kind === 'homeroom' || course.kind === 'core'),
    );
    chunk(inGrade).forEach((group, number) => emitGroup(desk, courses, group, number));
    if (name === '09') emitDraft(desk, courses, inGrade.slice(0, CLASS_SIZE));
  });
}

function emitGroup(
  desk: Desk,
  courses: readonly CatalogCourse[],
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
  const electives = catalog.filter(({ kind }) => kind === 'elective');
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
  const course = catalog.find(({ name }) => name === 'Algebra I');
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
  const courses = catalog.filter((course) => course.level === level && calendar.courses.has(course.number));
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
function emitDraft(desk: Desk, courses: readonly CatalogCourse[], group: readonly Student[]): void {
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

function chunk(students: readonly Student[]): readonly (readonly Student[])[] {
  const count = Math.ceil(students.length / CLASS_SIZE);
  const size = Math.ceil(students.length / Math.max(count, 1));
  return Array.from({ length: count }, (_, index) => students.slice(index * size, (index + 1) * size));
}
