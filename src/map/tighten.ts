/**
 * What a receiver's profile, or an empty required value, excludes from a roster, decided before anything is written, so that records that depend on a dropped
 * user are dropped too. Holds a byte per person and a few bytes per class and enrollment, and only for demands that need them.
 */
import { profileReasons, type ProfileReason } from '../profiles/reasons.js';
import { cellMatcher, rolesIn } from '../profiles/profile.js';
import { dropsByCells, dropsClasses, dropsEnrollments, dropsUsers, type Shape } from '../profiles/shape.js';
import type { VersionName } from '../oneroster/versions.js';
import {
  ROLE_NAMES,
  type KeptEnrollment,
  type KeptPerson,
  type RoleName,
  type Roster,
} from '../roster/roster.js';
import { ByteMap, IdSet, NumberMap } from '../snapshot/id-map.js';
import { RepeatSieve } from '../snapshot/repeat-sieve.js';
import { OnePrimaryTeacher } from './one-primary-teacher.js';
import type { UserSubject } from './subjects.js';

export type ReportDropped = (
  kind: string,
  id: number,
  exclusion: { readonly code: string; readonly facts: Readonly<Record<string, string | number>> },
  /** Of an enrollment. */
  at?: { readonly schoolID: number; readonly personID: number; readonly sectionID: number },
) => void;

export interface TightenRequest {
  readonly roster: Roster;
  readonly shape: Shape;
  readonly version: VersionName;
  readonly usersOf: (person: KeptPerson) => readonly UserSubject[];
  /** The cells of a user by column name. */
  readonly cellsOf: (user: UserSubject) => ReadonlyMap<string, string>;
  readonly report: ReportDropped;
}

const bit = (role: RoleName): number => 1 << ROLE_NAMES.indexOf(role);
const enrollmentKind = ({ role }: KeptEnrollment): string => (role === 'student' ? 'roster' : 'sectionStaff');

export class Tightening {
  readonly #dropped = new ByteMap();
  readonly #droppedClasses = new IdSet();
  /** Of those who have several enrollments in one class: the one that stays. A few others stand here with their only one. */
  readonly #chosen = new Map<string, KeptEnrollment>();
  readonly #request: TightenRequest;
  /** True for most receivers: then none of a million enrollments is looked at. */
  readonly #dropsNothing: boolean;
  readonly #patterns: readonly UserPattern[];
  readonly #primary: OnePrimaryTeacher | undefined;

  constructor(request: TightenRequest) {
    this.#request = request;
    this.dropsUsers = dropsUsers(request.shape);
    this.#dropsNothing = !this.dropsUsers && !dropsEnrollments(request.shape);
    this.#patterns = userPatterns(request.shape);
    this.#decideUsers();
    this.#decideAgents();
    this.#decideEnrollments();
    this.#primary = this.#decidePrimary();
  }

  /** Whether a user can have been dropped at all. */
  readonly dropsUsers: boolean;

  dropsRole(personID: number, role: RoleName): boolean {
    return this.#dropped.has(personID, bit(role));
  }

  dropsClass(sectionID: number): boolean {
    return this.#droppedClasses.has(sectionID);
  }

  /** In the receiver's form: if a class can have only one primary teacher, the others are teachers. */
  asTaken(enrollment: KeptEnrollment): KeptEnrollment {
    return this.#primary === undefined ? enrollment : this.#primary.asTaken(enrollment);
  }

  #decidePrimary(): OnePrimaryTeacher | undefined {
    const { shape, roster } = this.#request;
    if (!shape.onePrimaryTeacher) return undefined;
    const primary = new OnePrimaryTeacher(roster.asOf);
    for (const enrollment of roster.enrollmentsAhead())
      if (this.reasonAgainst(enrollment) === undefined) primary.run(enrollment);
    return primary;
  }

  /** Why the enrollment is not sent, or undefined if it is. */
  reasonAgainst(enrollment: KeptEnrollment): ProfileReason | undefined {
    if (this.#dropsNothing) return undefined;
    const { role, personID, sectionID, id } = enrollment;
    if (this.dropsRole(personID, role)) return profileReasons.userDropped;
    if (this.dropsClass(sectionID)) return profileReasons.classDropped;
    if (!this.#isAtOwnSchool(enrollment)) return profileReasons.sameSchool;
    const chosen = this.#chosen.size === 0 ? undefined : this.#chosen.get(placeOf(enrollment));
    return chosen !== undefined && chosen.id !== id ? profileReasons.oneEnrollment : undefined;
  }

  /** Lists the enrollment among what was left out; once for each. */
  reportEnrollment(enrollment: KeptEnrollment, { code }: ProfileReason): void {
    const { personID, sectionID, id, school } = enrollment;
    const at = { personID, sectionID, schoolID: school.schoolID };
    this.#request.report(enrollmentKind(enrollment), id, { code, facts: { personID, sectionID } }, at);
  }

  #isAtOwnSchool({ role, personID, school }: KeptEnrollment): boolean {
    const { shape, roster } = this.#request;
    return (
      !shape.sameSchool || role !== 'student' || roster.schoolsOfStudent(personID).includes(school.schoolID)
    );
  }

  #decideUsers(): void {
    const { roster, usersOf } = this.#request;
    if (!this.dropsUsers) return;
    for (const person of roster.people()) {
      for (const user of usersOf(person)) {
        const unwanted = user.roles.filter((role) => !this.#takesRole(role));
        for (const role of unwanted) this.#drop(person.person.personID, role, profileReasons.role, { role });
        const wanted = user.roles.filter((role) => !unwanted.includes(role));
        const lack = wanted.length === 0 ? undefined : this.#lackOf(user);
        if (lack === undefined) continue;
        for (const role of wanted)
          this.#drop(person.person.personID, role, lack.reason, { column: lack.column });
      }
    }
  }

  #takesRole(role: RoleName): boolean {
    const { shape, version } = this.#request;
    if (shape.rolesKept === undefined) return true;
    const token = version === '1.1' && role === 'aide' ? 'administrator' : role;
    return rolesIn(version, shape.rolesKept).includes(token);
  }

  #lackOf(user: UserSubject): { readonly reason: ProfileReason; readonly column: string } | undefined {
    const { shape, cellsOf } = this.#request;
    if (!dropsByCells(shape)) return undefined;
    const cells = cellsOf(user);
    const missing = shape.cellsRequired.find(
      ({ column, roles, otherwise }) =>
        otherwise === 'drop-user' &&
        (roles === undefined || user.roles.some((role) => (roles as readonly string[]).includes(role))) &&
        cells.get(column) === '',
    );
    if (missing !== undefined) return { reason: profileReasons.cell, column: missing.column };
    const empty = shape.valuesRequired.find((column) => cells.get(column) === '');
    if (empty !== undefined) return { reason: profileReasons.value, column: empty };
    const unfit = this.#patterns.find(({ column, fits }) => !fits(cells.get(column) ?? ''));
    return unfit && { reason: profileReasons.pattern, column: unfit.column };
  }

  /** A guardian or relative none of whose students is left. */
  #decideAgents(): void {
    if (!this.dropsUsers || !(this.#takesRole('guardian') || this.#takesRole('relative'))) return;
    for (const { person, roles } of this.#request.roster.people()) {
      for (const { role, agents } of roles) {
        if ((role !== 'guardian' && role !== 'relative') || this.dropsRole(person.personID, role)) continue;
        if (agents.every((agent) => this.dropsRole(agent.personID, agent.role))) {
          this.#drop(person.personID, role, profileReasons.agent, { students: agents.length });
        }
      }
    }
  }

  #drop(
    personID: number,
    role: RoleName,
    { code }: ProfileReason,
    facts: Readonly<Record<string, string | number>>,
  ): void {
    this.#dropped.add(personID, bit(role));
    this.#request.report(role, personID, { code, facts });
  }

  #decideEnrollments(): void {
    const { shape } = this.#request;
    if (dropsClasses(shape) || shape.oneEnrollment) {
      const { students, taught, repeated } = this.#countEnrollments();
      this.#decideClasses(students, taught);
      if (repeated.size > 0) this.#choose(repeated);
    }
  }

  /** How many students a class has, whether it has a teacher, and the places that may have several enrollments. */
  #countEnrollments(): {
    readonly students: NumberMap;
    readonly taught: IdSet;
    readonly repeated: ReadonlySet<string>;
  } {
    const { shape } = this.#request;
    const [students, taught, repeated] = [new NumberMap(), new IdSet(), new Set<string>()];
    const sieves = { student: new RepeatSieve(), teacher: new RepeatSieve() };
    for (const enrollment of this.#candidates()) {
      const { role, personID, sectionID } = enrollment;
      if (role === 'teacher') taught.add(sectionID);
      else students.set(sectionID, students.get(sectionID) + 1);
      if (shape.oneEnrollment && sieves[role].repeats(sectionID, personID)) repeated.add(placeOf(enrollment));
    }
    return { students, taught, repeated };
  }

  /** Enrollments of those who stay, at schools where they may be enrolled. */
  *#candidates(): Generator<KeptEnrollment> {
    for (const enrollment of this.#request.roster.enrollmentsAhead()) {
      const { role, personID } = enrollment;
      if (!this.dropsRole(personID, role) && this.#isAtOwnSchool(enrollment)) yield enrollment;
    }
  }

  #decideClasses(students: NumberMap, taught: IdSet): void {
    const { shape, roster, report } = this.#request;
    if (!dropsClasses(shape)) return;
    const most = shape.classSize?.otherwise === 'drop-class' ? shape.classSize.most : Infinity;
    const wantsTeacher = shape.classNeedsTeacher?.otherwise === 'drop-class';
    for (const sectionID of roster.sectionIDs()) {
      const size = students.get(sectionID);
      const reason =
        size > most
          ? profileReasons.classSize
          : wantsTeacher && !taught.has(sectionID)
            ? profileReasons.classTeacher
            : undefined;
      if (reason === undefined) continue;
      this.#droppedClasses.add(sectionID);
      report('section', sectionID, { code: reason.code, facts: { students: size } });
    }
  }

  /** A second walk, so that the million who have one enrollment in a class are never held. */
  #choose(repeated: ReadonlySet<string>): void {
    const { asOf } = this.#request.roster;
    for (const enrollment of this.#candidates()) {
      const place = placeOf(enrollment);
      if (!repeated.has(place)) continue;
      const other = this.#chosen.get(place);
      if (other === undefined || rankOf(enrollment, asOf) > rankOf(other, asOf))
        this.#chosen.set(place, enrollment);
    }
  }
}

/** The current one before an ended or a future one, then the latest start, then the highest id. */
function rankOf({ startDate, endDate, id }: KeptEnrollment, asOf: string): string {
  const isCurrent = (startDate ?? '') <= asOf && (endDate === null || endDate >= asOf);
  return `${isCurrent ? 1 : 0} ${startDate ?? ''.padEnd(10)} ${String(id).padStart(12, '0')}`;
}

interface UserPattern {
  readonly column: string;
  readonly fits: (cell: string) => boolean;
}

function userPatterns({ patterns }: Shape): readonly UserPattern[] {
  return patterns
    .filter(({ otherwise }) => otherwise === 'drop-user')
    .map((demand) => ({ column: demand.column, fits: cellMatcher(demand) }));
}

const placeOf = ({ role, personID, sectionID }: KeptEnrollment): string => `${role} ${personID} ${sectionID}`;
