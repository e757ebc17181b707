/**
 * Enrollments that end with the last term but before their calendar does. The rule for "ended with the calendar" is literal: such
 * a student counts as gone on the next day.
 */
import type { SisRow } from '../campus/tables.js';
import type { LocalDate } from '../model/values.js';
import type { Snapshot } from './snapshot.js';

export interface EarlyEnd {
  readonly enrollment: SisRow<'Enrollment'>;
  readonly schoolID: number;
  readonly endDate: LocalDate;
  /** Of the calendar. */
  readonly calendarEnd: LocalDate;
}

/** In the order of the enrollments. No Shows and LMS-excluded ones are not there. */
export function* earlyEnds(snapshot: Snapshot): Generator<EarlyEnd> {
  const calendars = new Map([...snapshot.rows('Calendar')].map((row) => [row.calendarID, row]));
  const lastTerms = lastTermDays(snapshot);
  for (const enrollment of snapshot.rows('Enrollment')) {
    const { endDate, structureID, noShow, externalLMSExclude } = enrollment;
    const calendar = calendars.get(enrollment.calendarID);
    if (endDate === null || noShow === 1 || externalLMSExclude === 1 || calendar === undefined) continue;
    const { endDate: calendarEnd, schoolID } = calendar;
    if (calendarEnd !== null && endDate < calendarEnd && endDate === lastTerms.get(structureID))
      yield { enrollment, schoolID, endDate, calendarEnd };
  }
}

/** By structureID. */
function lastTermDays(snapshot: Snapshot): ReadonlyMap<number, LocalDate> {
  const structureOf = new Map(
    [...snapshot.rows('TermSchedule')].map((row) => [row.termScheduleID, row.structureID]),
  );
  const days = new Map<number, LocalDate>();
  for (const { termScheduleID, endDate } of snapshot.rows('Term')) {
    const structureID = structureOf.get(termScheduleID);
    if (structureID === undefined || endDate === null) continue;
    const known = days.get(structureID);
    if (known === undefined || known < endDate) days.set(structureID, endDate);
  }
  return days;
}
