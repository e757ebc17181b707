/** Schools with their calendars: structures, terms, periods, trials, grade levels and the courses offered. */
import { catalog, clocks, grades, lastYearClock, summerClock, transitionGrade } from './curriculum.js';
import type { CatalogCourse, Clock, Grade, Level } from './curriculum.js';
import { lastYear, stored, thisYear } from './days.js';
import { places } from './names.js';
import type { World } from './world.js';

/** A calendar with one structure, its active trial, and what sections are placed with. */
export interface CalendarPlan {
  readonly calendarID: number;
  readonly structureID: number;
  readonly trialID: number;
  /** By name; names repeat in no structure. */
  readonly terms: ReadonlyMap<string, number>;
  /** By name: one id per day rotation. */
  readonly periods: ReadonlyMap<string, readonly number[]>;
  /** By course number of the catalog. */
  readonly courses: ReadonlyMap<string, number>;
}

export interface Campus {
  readonly level: Level;
  readonly schoolID: number;
  readonly number: string;
  readonly roomIDs: readonly number[];
  readonly main: CalendarPlan;
  /** A second trial of the main structure in which next semester is being tried out. */
  readonly draftTrialID: number;
  readonly summer: CalendarPlan | undefined;
  readonly last: CalendarPlan;
}

const suffixes: Readonly<Record<Level, string>> = {
  elementary: 'Elementary School',
  middle: 'Middle School',
  high: 'High School',
};

export function emitSchool(world: World, name: string, number: string): number {
  const schoolID = world.next('School');
  world.emit('School', {
    schoolID,
    districtID: world.districtID,
    name,
    number,
    schoolGUID: world.random.guid(),
    externalLMSExclude: 0,
  });
  return schoolID;
}

export function emitCampus(world: World, level: Level, cluster: number): Campus {
  const round = Math.floor(cluster / places.length);
  const place = `${places[cluster % places.length] ?? ''}${round === 0 ? '' : ` ${round + 1}`}`;
  const number = String((cluster + 1) * 10 + ['elementary', 'middle', 'high'].indexOf(level)).padStart(
    4,
    '0',
  );
  const schoolID = emitSchool(world, `${place} ${suffixes[level]}`, number);
  const gradeLevels = grades.filter((grade) => grade.level === level);
  // Eighth graders may take courses at the high school, so its calendar knows their grade.
  const visiting = level === 'high' ? [...grades.filter(({ name }) => name === '08'), transitionGrade] : [];
  const offered = catalog.filter((course) => course.level === level);
  const taught = offered.filter(({ kind }) => kind !== 'summer');
  const last = emitCalendar(
    world,
    schoolID,
    lastYear,
    lastYearClock,
    gradeLevels,
    offered.filter(isHomeroom),
  );
  const main = emitCalendar(world, schoolID, thisYear, clocks[level], [...gradeLevels, ...visiting], taught);
  const draftTrialID = emitTrial(world, main.calendarID, main.structureID, 0);
  const summerDays = {
    endYear: 2027,
    calendarStart: stored('2027-06-07'),
    calendarEnd: stored('2027-06-25'),
  };
  const summer =
    level === 'high'
      ? emitCalendar(
          world,
          schoolID,
          summerDays,
          summerClock,
          gradeLevels,
          offered.filter(({ kind }) => kind === 'summer'),
        )
      : undefined;
  return { level, schoolID, number, roomIDs: emitRooms(world, level), main, draftTrialID, summer, last };
}

function isHomeroom(course: CatalogCourse): boolean {
  return course.kind === 'homeroom';
}

interface CalendarDays {
  readonly endYear: number;
  readonly calendarStart: string;
  readonly calendarEnd: string;
}

function emitCalendar(
  world: World,
  schoolID: number,
  days: CalendarDays,
  clock: Clock,
  gradeLevels: readonly Grade[],
  offered: readonly CatalogCourse[],
): CalendarPlan {
  const { emit, next } = world;
  const calendarID = next('Calendar');
  const structureID = next('ScheduleStructure');
  emit('Calendar', {
    calendarID,
    schoolID,
    endYear: days.endYear,
    startDate: days.calendarStart,
    endDate: days.calendarEnd,
    externalLMSExclude: 0,
  });
  emit('ScheduleStructure', { structureID, calendarID, externalLMSExclude: 0 });
  for (const { name, stateGrade } of gradeLevels) {
    emit('GradeLevel', { calendarID, structureID, name, stateGrade, externalLMSExclude: null });
  }
  return {
    calendarID,
    structureID,
    trialID: emitTrial(world, calendarID, structureID, 1),
    terms: emitTerms(world, structureID, clock),
    periods: emitPeriods(world, clock),
    courses: emitCourses(world, calendarID, offered),
  };
}

function emitTrial(world: World, calendarID: number, structureID: number, active: 0 | 1): number {
  const trialID = world.next('Trial');
  world.emit('Trial', { trialID, calendarID, structureID, active });
  return trialID;
}

function emitTerms({ emit, next }: World, structureID: number, clock: Clock): ReadonlyMap<string, number> {
  const terms = new Map<string, number>();
  for (const schedule of clock.termSchedules) {
    const termScheduleID = next('TermSchedule');
    emit('TermSchedule', { termScheduleID, structureID });
    schedule.forEach(({ name, start, end }, index) => {
      const termID = next('Term');
      terms.set(name, termID);
      emit('Term', {
        termID,
        termScheduleID,
        name,
        seq: index + 1,
        startDate: stored(start),
        endDate: stored(end),
      });
    });
  }
  return terms;
}

function emitPeriods({ emit, next }: World, clock: Clock): ReadonlyMap<string, readonly number[]> {
  const periods = new Map<string, number[]>();
  clock.days.forEach(() => {
    clock.periods.forEach((name, index) => {
      const periodID = next('Period');
      periods.set(name, [...(periods.get(name) ?? []), periodID]);
      // Lunch was never given a place in the day.
      emit('Period', { periodID, name, seq: name === 'Lunch' ? null : index });
    });
  });
  return periods;
}

function emitCourses(
  world: World,
  calendarID: number,
  offered: readonly CatalogCourse[],
): ReadonlyMap<string, number> {
  const courses = new Map<string, number>();
  for (const { number, name, department, kind, sced, level } of offered) {
    const courseID = world.next('Course');
    courses.set(number, courseID);
    world.emit('Course', {
      courseID,
      calendarID,
      courseMasterID: world.courseMasterIDs.get(number) ?? null,
      number,
      name,
      active: kind === 'retired' ? 0 : 1,
      externalLMSExclude: 0,
      departmentID: world.departmentIDs.get(department) ?? null,
      homeroom: kind === 'homeroom' && level === 'elementary' ? 1 : 0,
      scedSubjectArea: sced?.[0] ?? null,
      scedCourseId: sced?.[1] ?? null,
    });
  }
  return courses;
}

function emitRooms({ emit, next }: World, level: Level): readonly number[] {
  const prefix = { elementary: 'Room ', middle: 'M-', high: 'H' }[level];
  const named = { elementary: 'Library', middle: 'Gym', high: 'Black Box Theater' }[level];
  const names = Array.from({ length: 24 }, (_, index) => `${prefix}${101 + index}`);
  return [...names, named].map((name) => {
    const roomID = next('Room');
    emit('Room', { roomID, name });
    return roomID;
  });
}
