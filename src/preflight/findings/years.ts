/** Year, calendars, terms and trials: everything else depends on them. */
import type { SisRow } from '../../campus/tables.js';
import type { DistrictFinding, DistrictSurvey, Finder } from './finding.js';

const YEARS = 'Campus: OneRoster Prerequisites, School Year Dates and Active Year';
const YEAR_SCREEN = 'System Administration > Calendar > School Years';
const CALENDAR_SCREEN = 'System Administration > Calendar > Calendar';

type Calendar = SisRow<'Calendar'>;

const calendarsOf = ({ snapshot, year }: DistrictSurvey): readonly Calendar[] =>
  [...snapshot.rows('Calendar')].filter(({ endYear }) => endYear === year.endYear);

const foundCalendar = (finder: Finder, { calendarID, schoolID, startDate, endDate }: Calendar): void =>
  finder.found({ kind: 'calendar', id: calendarID, schoolID, facts: { startDate, endDate } });

/** The found calendars are those that fit. */
const calendarFinding = (
  text: Omit<DistrictFinding, 'scope' | 'look'>,
  fits: (survey: DistrictSurvey) => (calendar: Calendar) => boolean,
): DistrictFinding => ({
  ...text,
  scope: 'district',
  look: (survey, finder) => {
    for (const calendar of calendarsOf(survey).filter(fits(survey))) foundCalendar(finder, calendar);
  },
});

/** Without one active year there is nothing to look at, so the survey itself finds this one. */
export const notOneActiveYear: DistrictFinding = {
  code: 'year.not-one-active',
  severity: 'error',
  says: 'No school year, or more than one, is marked active; a refresh stops with exit code 4.',
  fixIn: `${YEAR_SCREEN} > Active`,
  source: YEARS,
  scope: 'district',
  look: () => undefined,
};

export const yearFindings: readonly DistrictFinding[] = [
  notOneActiveYear,
  {
    code: 'year.dates-blank',
    severity: 'warning',
    says: 'The active school year has no start or no end date; January 1 of its first calendar year or December 31 of its last one is used.',
    fixIn: `${YEAR_SCREEN} > Start Date, End Date`,
    source: YEARS,
    scope: 'district',
    look: ({ snapshot, year }, finder) => {
      for (const { endYear, active, startDate, endDate } of snapshot.rows('SchoolYear')) {
        if (active !== 1 || (startDate !== null && endDate !== null)) continue;
        finder.found({ kind: 'schoolYear', id: endYear, facts: { start: year.start, end: year.end } });
      }
    },
  },
  {
    code: 'year.does-not-hold-today',
    severity: 'warning',
    says: 'The as-of date is outside the active school year; the wrong year may be marked active.',
    fixIn: `${YEAR_SCREEN} > Active`,
    source: YEARS,
    scope: 'district',
    look: ({ year: { endYear, start, end }, asOf }, finder) => {
      if (asOf < start || asOf > end)
        finder.found({ kind: 'schoolYear', id: endYear, facts: { start, end, asOf } });
    },
  },
  {
    code: 'calendar.none',
    severity: 'error',
    says: 'No school has a calendar in the active year, so no one can be sent.',
    fixIn: CALENDAR_SCREEN,
    source: YEARS,
    scope: 'district',
    look: (survey, finder) => {
      if (calendarsOf(survey).length === 0) finder.found({ kind: 'schoolYear', id: survey.year.endYear });
    },
  },
  {
    code: 'school.no-calendar',
    severity: 'info',
    says: 'The school has no calendar in the active year, so all of it is excluded. This is normal for offices.',
    fixIn: CALENDAR_SCREEN,
    source: 'Campus: OneRoster Prerequisites, Additional Census Records > Non-Teacher Staff',
    scope: 'district',
    look: (survey, finder) => {
      const withCalendar = new Set(calendarsOf(survey).map(({ schoolID }) => schoolID));
      for (const { schoolID } of survey.snapshot.rows('School')) {
        if (!withCalendar.has(schoolID)) finder.found({ kind: 'school', id: schoolID, schoolID });
      }
    },
  },
  calendarFinding(
    {
      code: 'calendar.dates-blank',
      severity: 'warning',
      says: 'The calendar has no start or no end date; students whose enrollment ends with it would be dropped after the last day.',
      fixIn: `${CALENDAR_SCREEN} > Start Date, End Date`,
      source: 'Campus: OneRoster Prerequisites, Students > Enrollments > End Date',
    },
    () => (calendar) => calendar.startDate === null || calendar.endDate === null,
  ),
  calendarFinding(
    {
      code: 'calendar.outside-year',
      severity: 'warning',
      says: 'The calendar begins before the school year or ends after it.',
      fixIn: `${YEAR_SCREEN} > Start Date, End Date (at least the first and the last day of school district-wide)`,
      source: YEARS,
    },
    ({ year }) =>
      ({ startDate, endDate }) =>
        (startDate !== null && startDate < year.start) || (endDate !== null && endDate > year.end),
  ),
  calendarFinding(
    {
      code: 'calendar.no-terms',
      severity: 'error',
      says: 'The calendar has no terms, so its sections cannot be placed.',
      fixIn: `${CALENDAR_SCREEN} > Terms`,
      source: 'OneRoster CSV binding, classes.csv: termSourcedIds is required',
    },
    ({ snapshot }) => {
      const structureOf = new Map(
        [...snapshot.rows('TermSchedule')].map((row) => [row.termScheduleID, row.structureID]),
      );
      const calendarOf = new Map(
        [...snapshot.rows('ScheduleStructure')].map((row) => [row.structureID, row.calendarID]),
      );
      const withTerms = new Set(
        [...snapshot.rows('Term')].map((term) => calendarOf.get(structureOf.get(term.termScheduleID) ?? -1)),
      );
      return ({ calendarID }) => !withTerms.has(calendarID);
    },
  ),
  calendarFinding(
    {
      code: 'calendar.no-active-trial',
      severity: 'error',
      says: 'No schedule trial of the calendar is active, so none of its sections is sent.',
      fixIn: 'Scheduling & Courses > Schedule Wizard > Trials',
      source: 'Campus: Scheduling, Trials (a draft schedule is not the schedule)',
    },
    ({ snapshot }) => {
      const active = new Set(
        [...snapshot.rows('Trial')].filter((trial) => trial.active === 1).map(({ calendarID }) => calendarID),
      );
      return ({ calendarID }) => !active.has(calendarID);
    },
  ),
  {
    code: 'calendar.several-active-trials',
    severity: 'warning',
    says: 'More than one schedule trial of a schedule structure is active; the sections of all of them are sent.',
    fixIn: 'Scheduling & Courses > Schedule Wizard > Trials',
    source: 'Campus: Scheduling, Trials (a draft schedule is not the schedule)',
    scope: 'district',
    look: ({ snapshot }, finder) => {
      const active = new Map<number, number>();
      for (const { structureID, active: isActive } of snapshot.rows('Trial'))
        if (isActive === 1) active.set(structureID, (active.get(structureID) ?? 0) + 1);
      for (const [structureID, trials] of active)
        if (trials > 1) finder.found({ kind: 'scheduleStructure', id: structureID, facts: { trials } });
    },
  },
  {
    code: 'term.dates-blank',
    severity: 'info',
    says: 'The term has no start or no end date; the date of its calendar is sent.',
    fixIn: `${CALENDAR_SCREEN} > Terms > Start Date, End Date`,
    source: 'OneRoster CSV binding, academicSessions.csv: both dates are required',
    scope: 'district',
    look: ({ snapshot }, finder) => {
      for (const { termID, startDate, endDate } of snapshot.rows('Term')) {
        if (startDate === null || endDate === null)
          finder.found({ kind: 'term', id: termID, facts: { startDate, endDate } });
      }
    },
  },
];
