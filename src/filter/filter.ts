/**
 * Snapshot -> roster: the stages in order, each seeing what those before it kept. Takes the shared district, a connection's
 * settings and the as-of day; gives what the rules kept, and reports each record they left out with its reason.
 */
import type { SisRow } from '../campus/tables.js';
import { Notices } from '../model/notices.js';
import type { ConnectionSettings } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';
import type { KeptTerm, Roster } from '../roster/roster.js';
import { IdSet } from '../snapshot/id-map.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { filterAides } from './aides.js';
import { classSpans, keptClasses, keptCourses } from './classes.js';
import type { District } from './context.js';
import { filterEnrollments, type EnrollmentContext } from './enrollments.js';
import type { ReportExclusion } from './exclusions.js';
import { filterGuardians } from './guardians.js';
import type { OnKept } from './kept.js';
import { keptPeople } from './kept-people.js';
import { scopeSchools, type ScopedContext } from './schools.js';
import { isSentTerm, reportTerms } from './sections.js';
import { NOBODY_SHARES, SharedPeople } from './shared-ids.js';
import { keepClasses, select } from './select.js';
import { wantedOf, type Wanted } from './wanted.js';

export interface FilterRequest {
  readonly snapshot: Snapshot;
  readonly district: District;
  /** What the settings keep, where the caller made it for several days. */
  readonly wanted?: Wanted;
  readonly settings: ConnectionSettings;
  readonly asOf: LocalDate;
  readonly notices: Notices;
  readonly report: ReportExclusion;
  readonly onKept?: OnKept;
}

export function filter(request: FilterRequest): Roster {
  return rosterOf(request, decide(request));
}

/** Who and what is kept. Rows of enrollments are judged later, while they are walked. */
export function decide({
  snapshot,
  district,
  settings,
  asOf,
  notices,
  report,
  onKept,
  wanted = wantedOf(snapshot, district, settings, notices),
}: FilterRequest): EnrollmentContext {
  const base = { district, settings, asOf, wanted };
  noteUnknownSchools(base, notices);
  const scoped = { ...base, scope: scopeSchools(base, report), shared: NOBODY_SHARES };
  const unshared = select(snapshot, scoped);
  const shared = sharedPeople(snapshot, unshared);
  const context = shared === NOBODY_SHARES ? unshared : select(snapshot, { ...scoped, shared });
  reportTerms(context, report);
  return keep(snapshot, context, report, onKept);
}

function keep(
  snapshot: Snapshot,
  scoped: ScopedContext,
  report: ReportExclusion,
  onKept?: OnKept,
): EnrollmentContext {
  const context = keepClasses(snapshot, scoped, report, onKept);
  const { kept } = context;
  filterAides(snapshot, context, kept, report);
  filterGuardians(snapshot, context, report);
  return context;
}

/** Where people have one GUID and ids are made of it, all stages run once before, to learn which of them would be sent. */
function sharedPeople(snapshot: Snapshot, unshared: ScopedContext): SharedPeople {
  const { settings, district } = unshared;
  const groups = settings.ids === 'guid' ? district.guids.shared() : [];
  if (groups.length === 0) return NOBODY_SHARES;
  const { kept } = keep(snapshot, unshared, () => undefined);
  return new SharedPeople(groups, kept.roles, settings.version);
}

export function rosterOf(
  { snapshot, district, asOf, notices, report }: FilterRequest,
  context: EnrollmentContext,
): Roster {
  const { scope } = context;
  const marks = { filled: new IdSet(), used: new IdSet() };
  return {
    year: district.year,
    asOf,
    districts: [...scope.districts.values()],
    schools: [...scope.schools.values()],
    terms: keptTerms(context),
    personGuid: (personID) => district.guids.get(personID),
    schoolsOfStudent: (personID) => context.kept.studentSchools.get(personID),
    sectionIDs: () => context.sections.sections.ids(),
    classSpans: () => classSpans(snapshot, context),
    enrollmentsAhead: () =>
      filterEnrollments(snapshot, context, {
        filled: new IdSet(),
        notices: new Notices(),
        report: () => undefined,
      }),
    enrollments: () => filterEnrollments(snapshot, context, { filled: marks.filled, notices, report }),
    classes: () => keptClasses(snapshot, context, marks, report),
    courses: () => keptCourses(snapshot, context, marks.used, report),
    people: () => keptPeople(snapshot, context),
  };
}

/** All terms of the calendars that are sent; a blank date is the calendar's, else the year's. */
function keptTerms(context: ScopedContext): readonly KeptTerm[] {
  const { district, scope } = context;
  return [...district.terms.values()].flatMap((term) => {
    const calendar: SisRow<'Calendar'> | undefined = scope.activeCalendars.get(term.calendarID);
    const school = scope.schools.get(calendar?.schoolID ?? -1);
    if (!isSentTerm(term.termID, context) || school === undefined) return [];
    return {
      termID: term.termID,
      name: term.name,
      school,
      startDate: term.startDate ?? calendar?.startDate ?? district.year.start,
      endDate: term.endDate ?? calendar?.endDate ?? district.year.end,
    };
  });
}

/** A number that no school has is usually a typo, which excludes a whole school. */
function noteUnknownSchools(
  { settings, district }: Pick<FilterRequest, 'settings' | 'district'>,
  notices: Notices,
): void {
  if (settings.schools === 'all') return;
  const known = new Set([...district.schools.values()].map(({ number }) => number?.toLowerCase()));
  for (const number of settings.schools.filter((each) => !known.has(each.toLowerCase()))) {
    notices.add(
      'school-unknown',
      'warning',
      `No school has the number ${number}, which the connection lists.`,
    );
  }
}
