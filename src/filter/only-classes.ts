/** The filters of a connection for courses and classes, as rules. */
import type { Context } from './context.js';
import { filterText, lower, PILOT } from './only.js';
import type { Rule } from './rule.js';
import { named } from './saw.js';

interface Course {
  readonly courseID: number;
  readonly number: string | null;
  readonly departmentID: number | null;
  readonly scedSubjectArea: string | null;
}

export const onlyCourses: readonly Rule<Course, Context>[] = [
  {
    ...filterText('ONLY_COURSE', 'sections.courses', 'The connection does not get courses with this number.'),
    excludes: ({ courseID, number }, { wanted: { courses } }) =>
      courses === undefined || courses(number) ? undefined : { courseID, number },
    saw: ({ courseID, number }) => ({ courseID, number }),
  },
  {
    ...filterText(
      'ONLY_DEPARTMENT',
      'sections.departments',
      'The connection does not get courses of this department.',
    ),
    excludes: ({ courseID, departmentID }, { wanted: { departments } }) =>
      departments === undefined || (departmentID !== null && departments.has(departmentID))
        ? undefined
        : { courseID, departmentID },
    saw: ({ courseID, departmentID }) => ({ courseID, departmentID }),
  },
  {
    ...filterText(
      'ONLY_SUBJECT',
      'sections.subjects',
      'The connection does not get courses of this SCED subject area.',
    ),
    excludes: ({ courseID, scedSubjectArea }, { wanted: { subjects } }) =>
      subjects === undefined || subjects.has(lower(scedSubjectArea))
        ? undefined
        : { courseID, scedSubjectArea },
    saw: ({ courseID, scedSubjectArea }) => ({ courseID, scedSubjectArea }),
  },
  {
    ...PILOT,
    excludes: ({ courseID }, { wanted: { pilot } }) =>
      pilot === undefined || pilot.courses.has(courseID) ? undefined : { courseID },
    saw: ({ courseID }) => ({ courseID }),
  },
];

interface Section {
  readonly section: { readonly sectionID: number; readonly courseID: number };
  readonly isHomeroom: boolean;
  /** Of its placements that count. */
  readonly termIDs: readonly number[];
}

const termOf = (termID: number, { district }: Context) => district.terms.get(termID);
const calendarOf = (termID: number, context: Context) =>
  context.district.calendars.get(termOf(termID, context)?.calendarID ?? -1);

/** Blank dates of a term are its calendar's, else the year's. */
function hasBegun(termID: number, context: Context): boolean {
  const start = termOf(termID, context)?.startDate ?? calendarOf(termID, context)?.startDate;
  return (start ?? context.district.year.start) <= context.asOf;
}

function isOver(termID: number, context: Context): boolean {
  const end = termOf(termID, context)?.endDate ?? calendarOf(termID, context)?.endDate;
  return (end ?? context.district.year.end) < context.asOf;
}

/** The one that explanations show. */
const lastTerm = ({ termIDs }: Section, context: Context): number =>
  termIDs.findLast((id) => termOf(id, context) !== undefined) ?? -1;

export const onlySections: readonly Rule<Section, Context>[] = [
  {
    ...filterText(
      'ONLY_HOMEROOM',
      'sections.homeroom',
      'The connection gets only homerooms, or no homerooms.',
    ),
    excludes: ({ section, isHomeroom }, { settings }) => {
      const { homeroom } = settings.only?.sections ?? {};
      return homeroom === undefined || isHomeroom === (homeroom === 'only')
        ? undefined
        : { courseID: section.courseID, isHomeroom };
    },
    saw: ({ isHomeroom, section }, { settings }) => ({
      isHomeroom,
      ...named('section', section, 'courseID'),
      ...(settings.only?.sections &&
        named('settings.only', { homeroom: null, ...settings.only.sections }, 'homeroom')),
    }),
  },
  {
    ...filterText(
      'ONLY_TERM',
      'sections.terms',
      'No term of the class contains the as-of date, or none has started.',
    ),
    excludes: (subject, context) => {
      const { terms } = context.settings.only?.sections ?? {};
      if (terms === undefined) return undefined;
      const isWanted = subject.termIDs.some(
        (id) => hasBegun(id, context) && (terms === 'started' || !isOver(id, context)),
      );
      return isWanted ? undefined : { asOf: context.asOf, termID: lastTerm(subject, context) };
    },
    saw: (subject, context) => ({
      asOf: context.asOf,
      'settings.only.terms': context.settings.only?.sections?.terms ?? null,
      termID: lastTerm(subject, context),
      ...named('term', termOf(lastTerm(subject, context), context), 'startDate', 'endDate', 'calendarID'),
      ...named('calendar', calendarOf(lastTerm(subject, context), context), 'startDate', 'endDate'),
      ...named('year', context.district.year, 'start', 'end'),
    }),
  },
  {
    ...filterText('ONLY_TAUGHT', 'sections.teachers', 'The class has no exported teacher.'),
    excludes: ({ section: { sectionID, courseID } }, { wanted: { taught } }) =>
      taught === undefined || taught.has(sectionID) ? undefined : { courseID },
    saw: ({ section: { sectionID, courseID } }, { wanted: { taught } }) => ({
      sectionID,
      courseID,
      ...(taught && { 'section.taught': taught.has(sectionID) }),
    }),
  },
  {
    ...PILOT,
    excludes: ({ section: { sectionID, courseID } }, { wanted: { pilot } }) =>
      pilot === undefined || pilot.sections.has(sectionID) ? undefined : { courseID },
    saw: ({ section: { sectionID, courseID } }) => ({ sectionID, courseID }),
  },
];
