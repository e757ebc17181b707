/** One section at a time: its placements, who teaches it and who sits in it. */
import type { CalendarPlan, Campus } from './campuses.js';
import type { CatalogCourse } from './curriculum.js';
import { stored } from './days.js';
import type { Faculty } from './staff.js';
import type { Student } from './students.js';
import type { World } from './world.js';

export interface Seat {
  readonly calendar: CalendarPlan;
  readonly trialID: number;
  readonly course: CatalogCourse;
  readonly number: number;
  readonly roomID: number | null;
  readonly terms: readonly string[];
  readonly periodIDs: readonly number[];
}

export interface Desk {
  readonly world: World;
  readonly campus: Campus;
  readonly faculty: Faculty;
  /** How many sections of a course there are so far. */
  readonly counts: Map<string, number>;
}

/** A section of the active trial with its staff; returns its id. */
export function openSection(
  desk: Desk,
  course: CatalogCourse,
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
      // The row of the first one was never closed, so there are two primary teachers.
      staff(faculty.helperAt(campus, 'co-teacher'), 'P', null, null);
      staff(teacher, 'P', stored('2026-09-14'), null);
      break;
    default:
      staff(teacher, 'P', null, null);
  }
  return sectionID;
}

export function emitSection({ emit, next }: World, seat: Seat): number {
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

export function emitStaffRow(
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

export function emitRosters(
  world: World,
  sectionID: number,
  trialID: number,
  students: readonly Student[],
): void {
  for (const { personID, since, until } of students) {
    // Who moved away and came back has both rows.
    if (since === stored('2026-09-28')) {
      emitRoster(world, personID, sectionID, trialID, null, stored('2026-09-11'));
    }
    emitRoster(world, personID, sectionID, trialID, since, until);
  }
}

export function emitRoster(
  { emit, next }: World,
  personID: number,
  sectionID: number,
  trialID: number,
  startDate: string | null,
  endDate: string | null,
): void {
  emit('Roster', { rosterID: next('Roster'), personID, sectionID, trialID, startDate, endDate });
}
