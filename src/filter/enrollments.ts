/**
 * Which roster and staff rows are sent, decided while they are walked: nothing of the largest tables is held. Gives rows in
 * a fixed order (students by rosterID, then teachers by personID and historyID) and marks the sections they fill.
 */
import type { SisRow } from '../campus/tables.js';
import type { LocalDate } from '../model/values.js';
import type { KeptEnrollment } from '../roster/roster.js';
import { IdSet, NumberMap } from '../snapshot/id-map.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { Notices } from '../model/notices.js';
import { hasEnded } from './context.js';
import type { ReportExclusion } from './exclusions.js';
import { ROLE, type Kept } from './kept.js';
import { firstExclusion, type Rules } from './rule.js';
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
    code: 'TRIAL_NOT_ACTIVE',
    says: 'The record belongs to a schedule trial that is not the active one.',
    source: 'Campus: Scheduling, Trials (a draft schedule is not the schedule)',
    applies: [45],
    mend: 'Scheduling & Courses > Schedule Wizard > Trials',
    excludes: (row, context) => (isInActiveTrial(row, context) ? undefined : { trialID: row.trialID }),
  },
  {
    code: 'ROSTER_STUDENT_NOT_EXPORTED',
    says: 'The student of the roster row is not exported.',
    source: RESOLVES,
    applies: [30, 55],
    mend: 'The student: ask why he is out',
    excludes: ({ personID }, { kept }) => (kept.roles.has(personID, ROLE.student) ? undefined : { personID }),
  },
  {
    code: 'ROSTER_SECTION_NOT_EXPORTED',
    says: 'The section of the roster row is not exported.',
    source: RESOLVES,
    applies: [30, 55],
    mend: 'The section: ask why it is out',
    excludes: ({ sectionID }, { sections }) => (sections.sections.has(sectionID) ? undefined : { sectionID }),
  },
  {
    code: 'ROSTER_ENDED',
    says: 'The roster row ended before the as-of date, and the connection drops such rows.',
    source: 'connection setting endedRosters',
    applies: [31],
    mend: 'Scheduling & Courses > Courses > Sections > Roster > End Date',
    excludes: (row, { settings, asOf }) =>
      settings.endedRosters === 'drop' && hasEnded(row, asOf)
        ? { sectionID: row.sectionID, endDate: row.endDate }
        : undefined,
  },
];

export const teacherEnrollmentRules: Rules<StaffRow, EnrollmentContext> = [
  ...staffRowRules,
  {
    code: 'TEACHER_NOT_EXPORTED',
    says: 'The teacher of the Section Staff History row is not exported.',
    source: RESOLVES,
    applies: [37, 55],
    mend: 'The teacher: ask why he is out',
    excludes: ({ personID }, { kept }) => (kept.roles.has(personID, ROLE.teacher) ? undefined : { personID }),
  },
  {
    code: 'NO_HISTORY_ID',
    says: 'The Section Staff History row has no id, and the enrollment id is made of it.',
    source: 'OneRoster CSV binding: sourcedId is required',
    applies: [55],
    mend: 'Campus Support (SectionStaffHistory.historyID)',
    excludes: ({ historyID, sectionID }) => (historyID === null ? { sectionID } : undefined),
  },
];

export function* filterEnrollments(
  snapshot: Snapshot,
  context: EnrollmentContext,
  filled: IdSet,
  notices: Notices,
  report: ReportExclusion,
): IterableIterator<KeptEnrollment> {
  for (const row of snapshot.rows('Roster')) {
    const exclusion = firstExclusion(rosterRules, row, context);
    if (exclusion !== undefined) {
      report('roster', row.rosterID, exclusion, schoolOf(row, context)?.schoolID);
      continue;
    }
    const school = schoolOf(row, context);
    if (school === undefined) continue; // the rules above let only rows of exported sections through
    filled.add(row.sectionID);
    // Field by field here and below: a spread of the row took 1.2 µs, and there are a million.
    const { rosterID: id, personID, sectionID, startDate, endDate } = row;
    yield { role: 'student', id, personID, sectionID, school, startDate, endDate };
  }
  const leaders = primaryTeachers(snapshot, context, notices);
  for (const row of snapshot.rows('SectionStaffHistory')) {
    const exclusion = firstExclusion(teacherEnrollmentRules, row, context);
    if (exclusion !== undefined) {
      const id = row.historyID ?? `${row.sectionID}-${row.personID}`;
      report('sectionStaff', id, exclusion, schoolOf(row, context)?.schoolID);
      continue;
    }
    const school = schoolOf(row, context);
    if (school === undefined) continue;
    filled.add(row.sectionID);
    const { personID, sectionID, startDate, endDate } = row;
    const id = row.historyID ?? 0;
    const primary = leaders.leads(row);
    yield { role: 'teacher', id, personID, sectionID, school, primary, startDate, endDate };
  }
}

/** The class's school is the section's, also for a student of another school. */
function schoolOf({ sectionID }: { readonly sectionID: number }, { sections, scope }: EnrollmentContext) {
  return scope.schools.get(sections.sections.schoolOf(sectionID) ?? -1);
}

/** One primary teacher per section: of several, the one with the latest start (a blank one is earliest), then the highest id. */
class PrimaryTeachers {
  readonly #led = new IdSet();
  readonly #historyIDs = new NumberMap();
  /** As numbers, 20261015; 0 for a blank one. */
  readonly #starts = new NumberMap();

  /** False: another row has run for the same section before. */
  run({ sectionID, historyID, startDate }: StaffRow): boolean {
    const isFirst = !this.#led.has(sectionID);
    const [id, start] = [historyID ?? 0, dayNumber(startDate)];
    const [otherID, otherStart] = [this.#historyIDs.get(sectionID), this.#starts.get(sectionID)];
    if (isFirst || (start === otherStart ? id > otherID : start > otherStart)) {
      this.#led.add(sectionID);
      this.#historyIDs.set(sectionID, id);
      this.#starts.set(sectionID, start);
    }
    return isFirst;
  }

  leads({ sectionID, historyID }: StaffRow): boolean {
    return this.#led.has(sectionID) && this.#historyIDs.get(sectionID) === (historyID ?? 0);
  }
}

const dayNumber = (day: LocalDate | null): number => Number(day?.replaceAll('-', '') ?? 0);

function primaryTeachers(snapshot: Snapshot, context: EnrollmentContext, notices: Notices): PrimaryTeachers {
  const leaders = new PrimaryTeachers();
  const contested = new Set<number>();
  for (const row of snapshot.rows('SectionStaffHistory')) {
    if (row.staffType?.toUpperCase() !== 'P') continue;
    if (firstExclusion(teacherEnrollmentRules, row, context) !== undefined) continue;
    if (!leaders.run(row)) contested.add(row.sectionID);
  }
  if (contested.size > 0) {
    notices.add(
      'several-primary-teachers',
      'warning',
      'Sections with several current primary teachers: the latest start stays primary, the others are sent as teachers.',
      contested.size,
    );
  }
  return leaders;
}
