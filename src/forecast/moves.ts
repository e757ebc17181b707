/** What leaves and joins from one judged day to another, counted by table, rule and school; each record may be listened to. */
import type { EnrollmentContext } from '../filter/enrollments.js';
import { ROLE } from '../filter/kept.js';
import {
  enrollmentSourcedId,
  roleSourcedId,
  userSourcedIds,
  type UserSourcedId,
} from '../map/sourced-ids.js';
import { ROLE_NAMES, type RoleName } from '../roster/roster.js';
import { IdSet, idsOfEither, type ByteMap } from '../snapshot/id-map.js';
import type { NO_RULE } from '../model/vanished.js';
import { hasSameRoles, roleRowsOf, type Judged, type RoleRow, type SchoolTally } from './judged.js';
import { noCounts, type ForecastTable, type Movement } from './model.js';

export interface Moved {
  readonly table: ForecastTable;
  readonly kind: Movement['kind'];
  /** A key of the SIS: personID with the letter of the role in 1.1, sectionID, `s` and rosterID, `t` and historyID, courseID. */
  readonly id: string;
  readonly rule: string;
}

/** Rules that time can lift. */
const LIFTED: readonly string[] = ['REL_NOT_STARTED', 'REL_GUARDIAN_WINS'];
const NOT_IN_CAMPUS = 'NOT_IN_CAMPUS' satisfies keyof typeof NO_RULE;

/** By kind of the exclusions list. */
const PARTS = {
  section: 'classes',
  course: 'courses',
  roster: 'rosters',
  sectionStaff: 'staffRows',
} as const satisfies Readonly<Record<string, keyof Judged>>;
type Part = (typeof PARTS)[keyof typeof PARTS];

const partOf = (kind: string): Part | undefined =>
  (PARTS as Readonly<Record<string, Part | undefined>>)[kind];

interface PartTable {
  readonly table: 'classes' | 'enrollments' | 'courses';
  readonly idOf: (id: number) => string;
}

const TABLE_OF: Readonly<Record<Part, PartTable>> = {
  classes: { table: 'classes', idOf: String },
  courses: { table: 'courses', idOf: String },
  rosters: { table: 'enrollments', idOf: (id) => enrollmentSourcedId('student', id) },
  staffRows: { table: 'enrollments', idOf: (id) => enrollmentSourcedId('teacher', id) },
};

export interface Reason {
  readonly rule: string;
  readonly schoolID: number | undefined;
}

const without = (rows: readonly RoleRow[], others: readonly RoleRow[]): readonly RoleRow[] =>
  rows.filter(
    ({ role, schoolID }) => !others.some((other) => other.role === role && other.schoolID === schoolID),
  );

export interface SchoolsById {
  readonly numberOf: (schoolID: number) => string;
  readonly guidOf: (schoolID: number) => string;
}

export class Moves {
  readonly #counts = new Map<string, Movement & { count: number }>();
  /** Of people who were sent, by role and personID. */
  readonly #reasons = new Map<string, Reason>();
  /** Roles that a rule of `LIFTED` left out on this day. */
  readonly waiting = new Map<string, string>();
  /** Records that left, by schoolID. */
  readonly left = new Map<number, SchoolTally>();
  readonly #gone = {
    classes: new IdSet(),
    courses: new IdSet(),
    rosters: new IdSet(),
    staffRows: new IdSet(),
  };
  readonly totals = { leave: noCounts(), join: noCounts() };

  /** By personID, whatever ids the connection has. */
  readonly #userId: UserSourcedId;

  constructor(
    private readonly version: '1.1' | '1.2',
    private readonly schools: SchoolsById,
    private readonly waitedBefore: ReadonlyMap<string, string> = new Map(),
    private readonly onMove: (moved: Moved) => void = () => undefined,
  ) {
    this.#userId = userSourcedIds({ version, ids: 'legacy' }, { personGuid: () => undefined });
  }

  noteExclusion(
    kind: string,
    id: number | string,
    { rule, schoolID }: Reason,
    before: Judged | undefined,
  ): void {
    const role = ROLE_NAMES.find((name) => name === kind);
    if (role !== undefined) {
      if (LIFTED.includes(rule)) this.waiting.set(`${role}${id}`, rule);
      if (before?.users.has(Number(id), ROLE[role]) === true)
        this.#reasons.set(`${role}${id}`, { rule, schoolID });
      return;
    }
    const part = partOf(kind);
    if (before === undefined || part === undefined || typeof id !== 'number') return;
    if (before[part].has(id)) this.#leavePart(part, id, rule, schoolID);
  }

  join(table: ForecastTable, id: string, rule: string, schoolID: number | undefined): void {
    this.#count({ table, kind: 'join', id, rule }, schoolID);
  }

  /** After everything was judged: users, whose other roles may have kept them, and what vanished without a word. */
  settle(before: Judged, now: Judged, context: EnrollmentContext): void {
    this.#settleUsers(before, now, context);
    this.#settleFollowers(before, now, context);
    this.#settleSmall('orgs', before.orgs, now.orgs);
    this.#settleSmall('academicSessions', before.academicSessions, now.academicSessions);
    const { sections } = context;
    for (const id of now.classes.ids())
      if (!before.classes.has(id)) this.join('classes', `${id}`, '', sections.sections.schoolOf(id));
    for (const id of now.courses.ids())
      if (!before.courses.has(id)) this.join('courses', `${id}`, '', sections.courses.schoolOf(id));
    // Records of a year that is no longer the active one are not reported one by one.
    for (const part of Object.values(PARTS))
      for (const id of before[part].ids())
        if (!now[part].has(id) && !this.#gone[part].has(id))
          this.#leavePart(part, id, NOT_IN_CAMPUS, undefined);
  }

  #leavePart(part: Part, id: number, rule: string, schoolID: number | undefined): void {
    if (this.#gone[part].has(id)) return;
    this.#gone[part].add(id);
    const { table, idOf } = TABLE_OF[part];
    this.#count({ table, kind: 'leave', id: idOf(id), rule }, schoolID);
    if (table !== 'courses') this.#countLeft(table, schoolID);
  }

  list(): readonly Movement[] {
    return [...this.#counts.values()].sort(
      (a, b) =>
        b.count - a.count ||
        (`${a.table} ${a.rule} ${a.school}` < `${b.table} ${b.rule} ${b.school}` ? -1 : 1),
    );
  }

  #settleUsers(before: Judged, now: Judged, { kept }: EnrollmentContext): void {
    for (const personID of before.users.ids()) {
      for (const role of this.#records(before.users.get(personID), now.users.get(personID))) {
        const { rule = NOT_IN_CAMPUS, schoolID } = this.#reasons.get(`${role}${personID}`) ?? {};
        this.#count({ table: 'users', kind: 'leave', id: this.#userId(personID, role), rule }, schoolID);
        if (role === 'student') this.#countLeft('users', schoolID);
      }
    }
    for (const personID of now.users.ids()) {
      for (const role of this.#records(now.users.get(personID), before.users.get(personID))) {
        const rule = this.waitedBefore.get(`${role}${personID}`) ?? '';
        this.join('users', this.#userId(personID, role), rule, kept.studentSchools.get(personID)[0]);
      }
    }
  }

  /** Rows of demographics and roles, which follow the users and are not listed by rule and school. */
  #settleFollowers(before: Judged, now: Judged, { scope }: EnrollmentContext): void {
    const guidOf = (schoolID: number): string =>
      scope.schools.get(schoolID)?.schoolGUID ?? this.schools.guidOf(schoolID);
    for (const personID of idsOfEither(before.users, now.users)) {
      if (now.hasDemographics) this.#settleDemographics(personID, before.users, now.users);
      if (hasSameRoles(before, now, personID)) continue;
      const [had, has] = [roleRowsOf(before, personID), roleRowsOf(now, personID)];
      for (const row of without(had, has)) this.#followRole('leave', personID, row, guidOf);
      for (const row of without(has, had)) this.#followRole('join', personID, row, guidOf);
    }
  }

  #settleDemographics(personID: number, before: ByteMap, now: ByteMap): void {
    const wasStudent = before.has(personID, ROLE.student);
    if (wasStudent === now.has(personID, ROLE.student)) return;
    const kind = wasStudent ? 'leave' : 'join';
    const rule = wasStudent ? (this.#reasons.get(`student${personID}`)?.rule ?? NOT_IN_CAMPUS) : '';
    this.#follow({ table: 'demographics', kind, id: this.#userId(personID, 'student'), rule });
  }

  #followRole(
    kind: Movement['kind'],
    personID: number,
    { role, schoolID }: RoleRow,
    guidOf: (schoolID: number) => string,
  ): void {
    const id = roleSourcedId(this.#userId(personID, role), role, guidOf(schoolID));
    const rule = kind === 'leave' ? (this.#reasons.get(`${role}${personID}`)?.rule ?? '') : '';
    this.#follow({ table: 'roles', kind, id, rule });
  }

  #settleSmall(
    table: 'orgs' | 'academicSessions',
    before: ReadonlySet<string>,
    now: ReadonlySet<string>,
  ): void {
    for (const id of before)
      if (!now.has(id)) this.#follow({ table, kind: 'leave', id, rule: NOT_IN_CAMPUS });
    for (const id of now) if (!before.has(id)) this.#follow({ table, kind: 'join', id, rule: '' });
  }

  #follow(moved: Moved): void {
    this.totals[moved.kind][moved.table] += 1;
    this.onMove(moved);
  }

  /** The roles whose user records are of the first bits and not of the others: each in 1.1, one for the person in 1.2. */
  #records(bits: number, others: number): readonly RoleName[] {
    if (bits === others) return [];
    const own = ROLE_NAMES.filter((role) => (bits & ~others & ROLE[role]) !== 0);
    if (this.version === '1.1') return own;
    return others === 0 ? own.slice(0, 1) : [];
  }

  #countLeft(table: keyof SchoolTally, schoolID: number | undefined): void {
    if (schoolID === undefined) return;
    const left = this.left.get(schoolID) ?? { users: 0, classes: 0, enrollments: 0 };
    this.left.set(schoolID, left);
    left[table] += 1;
  }

  #count(moved: Moved, schoolID: number | undefined): void {
    const { table, kind, rule } = moved;
    this.totals[kind][table] += 1;
    const school = schoolID === undefined ? '' : this.schools.numberOf(schoolID);
    const key = `${table} ${kind} ${rule} ${school}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { table, kind, rule, school, count: 1 });
    else known.count += 1;
    this.onMove(moved);
  }
}
