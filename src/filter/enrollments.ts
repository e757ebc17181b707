/**
 * Which roster and staff rows are sent, decided while they are walked: nothing of the largest tables is kept in memory. Returns rows in
 * a fixed order (students by rosterID, then teachers by personID and historyID) and marks the sections they fill.
 */
import type { SisRow } from '../campus/tables.js';
import type { KeptEnrollment } from '../roster/roster.js';
import { steppingBack, type Tenure } from '../roster/primary-teachers.js';
import { IdSet } from '../snapshot/id-map.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { Notices } from '../model/notices.js';
import { hasEnded } from './context.js';
import type { ReportExclusion } from './exclusions.js';
import { ROLE, type Kept } from './kept.js';
import { GUID_SHARED, TRIAL_NOT_ACTIVE } from './reasons.js';
import { firstExclusion, type Rules } from './rule.js';
import { named, sawExported, sawSection, sawTrial } from './saw.js';
import { repeatedFacts } from './shared-ids.js';
import { isInActiveTrial, staffRowRules, type TeacherContext } from './teachers.js';

type Roster = SisRow<'Roster'>;
type StaffRow = SisRow<'SectionStaffHistory'>;

/** Rules of enrollments see the students, teachers and sections that were kept. */
export interface EnrollmentContext extends TeacherContext {
  readonly kept: Kept;
}

const RESOLVES = 'OneRoster CSV binding, enrollments.csv: every reference resolves';

export const rosterRules: Rules<Roster, EnrollmentContext> = [
  {
    ...TRIAL_NOT_ACTIVE,
    excludes: (row, context) => (isInActiveTrial(row, context) ? undefined : { trialID: row.trialID }),
    saw: sawTrial,
  },
  {
    code: 'ROSTER_STUDENT_NOT_EXPORTED',
    says: 'The student of the roster row is not exported.',
    source: RESOLVES,
    applies: [30, 55],
    fixIn: 'Run `explain person <id>` to see why the student is excluded',
    excludes: ({ personID }, { kept }) => (kept.roles.has(personID, ROLE.student) ? undefined : { personID }),
    saw: ({ personID }, context) => ({ personID, ...sawExported(personID, 'student', context) }),
  },
  {
    code: 'ROSTER_SECTION_NOT_EXPORTED',
    says: 'The section of the roster row is not exported.',
    source: RESOLVES,
    applies: [30, 55],
    fixIn: 'Run `explain section <id>` to see why the section is excluded',
    excludes: ({ sectionID }, { sections }) => (sections.sections.has(sectionID) ? undefined : { sectionID }),
    saw: sawSection,
  },
  {
    code: 'ROSTER_ENDED',
    says: 'The roster row ended before the as-of date, and the connection drops such rows.',
    source: 'connection setting endedRosters',
    applies: [31],
    fixIn: 'Scheduling & Courses > Courses > Sections > Roster > End Date',
    excludes: (row, { settings, asOf }) =>
      settings.endedRosters === 'drop' && hasEnded(row, asOf)
        ? { sectionID: row.sectionID, endDate: row.endDate }
        : undefined,
    saw: ({ endDate }, { settings, asOf }) => ({
      asOf,
      ...named('settings', settings, 'endedRosters'),
      endDate,
    }),
  },
  {
    ...GUID_SHARED,
    excludes: ({ rosterID }, { district }) => repeatedFacts(district, 'Roster', ['rosterID', rosterID]),
    saw: ({ rosterID }) => ({ rosterID }),
  },
];

export const teacherEnrollmentRules: Rules<StaffRow, EnrollmentContext> = [
  ...staffRowRules,
  {
    code: 'TEACHER_NOT_EXPORTED',
    says: 'The teacher of the Section Staff History row is not exported.',
    source: RESOLVES,
    applies: [37, 55],
    fixIn: 'Run `explain person <id>` to see why the teacher is excluded',
    excludes: ({ personID }, { kept }) => (kept.roles.has(personID, ROLE.teacher) ? undefined : { personID }),
    saw: ({ personID }, context) => ({ personID, ...sawExported(personID, 'teacher', context) }),
  },
  {
    code: 'NO_HISTORY_ID',
    says: 'The Section Staff History row has no id, which is required for the enrollment id.',
    source: 'OneRoster CSV binding: sourcedId is required',
    applies: [55],
    fixIn: 'Campus Support (SectionStaffHistory.historyID)',
    excludes: ({ historyID, sectionID }) => (historyID === null ? { sectionID } : undefined),
    saw: ({ historyID, sectionID }) => ({ historyID, sectionID }),
  },
  {
    ...GUID_SHARED,
    excludes: ({ historyID }, { district }) =>
      repeatedFacts(district, 'SectionStaffHistory', ['historyID', historyID]),
    saw: ({ historyID }) => ({ historyID }),
  },
];

/** Where the walk puts what it finds beside the rows. */
interface EnrollmentOutlets {
  /** Sections with at least one row. */
  readonly filled: IdSet;
  readonly notices: Notices;
  readonly report: ReportExclusion;
}

export function* filterEnrollments(
  snapshot: Snapshot,
  context: EnrollmentContext,
  { filled, notices, report }: EnrollmentOutlets,
): IterableIterator<KeptEnrollment> {
  for (const row of snapshot.rows('Roster')) {
    const exclusion = firstExclusion(rosterRules, row, context);
    if (exclusion !== undefined) {
      report('roster', row.rosterID, exclusion, whereabouts(row, context));
      continue;
    }
    const school = schoolOf(row, context);
    if (school === undefined) continue; // the rules above let only rows of exported sections through
    filled.add(row.sectionID);
    // Field by field here and below: a spread of the row took 1.2 µs, and there are a million.
    const { rosterID: id, personID, sectionID, startDate, endDate } = row;
    yield { role: 'student', id, personID, sectionID, school, startDate, endDate };
  }
  const primary = primaryTeachers(snapshot, context);
  notePrimaries(primary, notices);
  for (const row of snapshot.rows('SectionStaffHistory')) {
    const exclusion = firstExclusion(teacherEnrollmentRules, row, context);
    if (exclusion !== undefined) {
      const id = row.historyID ?? `${row.sectionID}-${row.personID}`;
      report('sectionStaff', id, exclusion, whereabouts(row, context));
      continue;
    }
    const school = schoolOf(row, context);
    if (school === undefined) continue;
    filled.add(row.sectionID);
    const { personID, sectionID, startDate, endDate } = row;
    const id = row.historyID ?? 0;
    const isPrimary = primary.has(row);
    yield { role: 'teacher', id, personID, sectionID, school, primary: isPrimary, startDate, endDate };
  }
}

/** The class's school is the section's, also for a student of another school. */
function schoolOf({ sectionID }: { readonly sectionID: number }, { sections, scope }: EnrollmentContext) {
  return scope.schools.get(sections.sections.schoolOf(sectionID) ?? -1);
}

const whereabouts = (
  { personID, sectionID }: Pick<Roster, 'personID' | 'sectionID'>,
  context: EnrollmentContext,
) => ({ personID, sectionID, schoolID: schoolOf({ sectionID }, context)?.schoolID });

/** Which staff rows are sent as primary. Holds the ids of the few that step back. */
export interface PrimaryTeachers {
  has(row: StaffRow): boolean;
  /** By historyID of a row that is not sent as primary: the historyID of the overlapping primary row. */
  readonly steppingBack: ReadonlyMap<number, number>;
}

export function primaryTeachers(snapshot: Snapshot, context: EnrollmentContext): PrimaryTeachers {
  const [led, contested] = [new IdSet(), new IdSet()];
  for (const { sectionID } of primaryRows(snapshot, context)) {
    if (led.has(sectionID)) contested.add(sectionID);
    led.add(sectionID);
  }
  const back = new Map<number, number>();
  for (const tenures of tenuresOf(contested, primaryRows(snapshot, context)).values())
    for (const [id, rival] of steppingBack(tenures, context.asOf)) back.set(id, rival);
  return { has: (row) => isPrimaryType(row) && !back.has(row.historyID ?? 0), steppingBack: back };
}

const isPrimaryType = ({ staffType }: StaffRow): boolean => staffType?.toUpperCase() === 'P';

/** Those that are sent. */
function* primaryRows(snapshot: Snapshot, context: EnrollmentContext): Generator<StaffRow> {
  for (const row of snapshot.rows('SectionStaffHistory'))
    if (isPrimaryType(row) && firstExclusion(teacherEnrollmentRules, row, context) === undefined) yield row;
}

function tenuresOf(sections: IdSet, rows: Iterable<StaffRow>): ReadonlyMap<number, readonly Tenure[]> {
  const tenures = new Map<number, Tenure[]>();
  for (const { sectionID, historyID, startDate, endDate } of rows) {
    if (!sections.has(sectionID)) continue;
    const tenure = { id: historyID ?? 0, startDate, endDate };
    const known = tenures.get(sectionID);
    if (known === undefined) tenures.set(sectionID, [tenure]);
    else known.push(tenure);
  }
  return tenures;
}

/** How a row is sent, for explanations; undefined if it is not sent. */
export function primaryFacts(
  row: StaffRow,
  primary: PrimaryTeachers,
  context: EnrollmentContext,
): { readonly primary?: boolean; readonly overlapsHistoryID?: number } {
  if (firstExclusion(teacherEnrollmentRules, row, context) !== undefined) return {};
  const rival = primary.steppingBack.get(row.historyID ?? 0);
  return { primary: primary.has(row), ...(rival !== undefined && { overlapsHistoryID: rival }) };
}

function notePrimaries({ steppingBack: back }: PrimaryTeachers, notices: Notices): void {
  if (back.size === 0) return;
  notices.add(
    'several-primary-teachers',
    'warning',
    'Primary teachers of a section overlap in time: the current one with the latest start stays primary; the others are sent as teachers. Fix in: Scheduling & Courses > Courses > Sections > Staff History.',
    back.size,
  );
}
