/**
 * Roster -> rows per table, in a fixed order: what a bundle holds is decided here and nowhere else. Takes a roster and the
 * connection's settings; hands each row to `put`, walking every large table of the roster once, and calls `complete` with the
 * tables that get no more rows. People come before enrollments, so that their files can be judged while those are written.
 *
 * Order of rows: orgs districts by id, then schools; academicSessions school years by school, then terms by termID;
 * users and demographics by personID (in 1.1 with the role); roles by personID, role and school; enrollments students by
 * rosterID, then teachers by personID and historyID; classes by sectionID; courses by courseID.
 */
import { Notices } from '../model/notices.js';
import type { Config, ConnectionSettings } from '../model/settings.js';
import { versions, type VersionName } from '../oneroster/versions.js';
import type { Shape } from '../profiles/shape.js';
import type { KeptPerson, KeptRole, Roster } from '../roster/roster.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { PutRow } from './columns.js';
import { hideFields } from './least-data.js';
import { extender } from './metadata.js';
import { shapedPut } from './shaped-put.js';
import { SubjectMaker } from './subject-maker.js';
import type { UserSubject } from './subjects.js';
import { ClassTeachers } from './class-teachers.js';
import { Tightening, type ReportDropped } from './tighten.js';
import { v1p1 } from './v1p1.js';
import { v1p2 } from './v1p2.js';
import { teacherColumns, withValues, type OnOrigins } from './values.js';
import type { VersionRows } from './version-rows.js';

/** The register of versions: how each fills its tables. */
const rowsOfVersion: Readonly<Record<VersionName, VersionRows>> = { '1.1': v1p1, '1.2': v1p2 };

export interface MapRequest {
  readonly roster: Roster;
  readonly settings: ConnectionSettings;
  readonly grades: Config['grades'];
  readonly notices: Notices;
  /** What the receiver requires of the rows. */
  readonly shape: Shape;
  readonly report: ReportDropped;
  /** Has the values of extension columns; undefined leaves these columns out. */
  readonly snapshot?: Pick<Snapshot, 'metadata'>;
  /** Receives where the cells of `values` come from, before each row of their tables. */
  readonly onOrigins?: OnOrigins;
}

/** Complete once all people are written: none of these tables refers to a class. */
const PEOPLE_TABLES = ['orgs', 'academicSessions', 'users', 'roles', 'demographics'] as const;

export function map(
  request: MapRequest,
  put: PutRow,
  complete: (tables: readonly string[]) => void = () => undefined,
): void {
  const { roster, settings, grades, notices, shape } = request;
  const plain = rowsOfVersion[settings.version];
  const spans = shape.enrollmentDates === 'fill-from-terms' ? roster.classSpans() : undefined;
  const make = new SubjectMaker({ settings, grades, roster }, notices, spans);
  const tight = tighten(request);
  const teachers = classTeachers(request, tight);
  const { snapshot, onOrigins } = request;
  const rows = withValues({
    settings,
    rows: plain,
    notices,
    snapshot,
    onOrigins,
    ...(teachers && { teacherCell: teachers.cell }),
  });
  const place = hideFields(settings, notices, shapedPut(request, put));
  const extend = extender(settings, request.snapshot);
  for (const org of make.orgs()) place('orgs', extend('orgs', rows.orgs(org), org));
  for (const session of make.sessions())
    place('academicSessions', extend('academicSessions', rows.academicSessions(session), session));
  for (const each of roster.people()) {
    const person = withoutDropped(each, tight, roster);
    if (person === undefined) continue;
    const users = rows.usersOf(make, person);
    teachers?.meet(person, users);
    for (const user of users) place('users', extend('users', rows.users(user), user));
    if (rows.roles)
      for (const role of make.roles(person)) place('roles', extend('roles', rows.roles(role), role));
    for (const each of make.demographics(person))
      place('demographics', extend('demographics', rows.demographics(each), each));
  }
  complete(PEOPLE_TABLES);
  for (const kept of roster.enrollments()) {
    const reason = tight.reasonAgainst(kept);
    if (reason !== undefined) {
      tight.reportEnrollment(kept, reason);
      continue;
    }
    const enrollment = make.enrollment(tight.asTaken(kept));
    place('enrollments', extend('enrollments', rows.enrollments(enrollment), enrollment));
  }
  for (const kept of roster.classes()) {
    if (tight.dropsClass(kept.section.sectionID)) continue;
    const subject = make.class(kept);
    place('classes', extend('classes', rows.classes(subject), subject));
  }
  for (const kept of roster.courses()) {
    const subject = make.course(kept);
    place('courses', extend('courses', rows.courses(subject), subject));
  }
}

function classTeachers({ roster, settings }: MapRequest, tight: Tightening): ClassTeachers | undefined {
  const columns = teacherColumns(settings);
  return columns.length === 0 ? undefined : new ClassTeachers(roster, tight, columns);
}

/**
 * What the receiver's profile drops, decided without a row being written. What is required is required of the cells that the receiver
 * gets, so `values` count.
 */
export function tighten(request: Omit<MapRequest, 'notices' | 'onOrigins'>): Tightening {
  const { roster, settings, grades, shape, report, snapshot } = request;
  const { version } = settings;
  const plain = rowsOfVersion[version];
  let made: VersionRows['users'] | undefined;
  const userRow = (user: UserSubject): readonly string[] => {
    const values = (settings.values ?? []).filter(({ table }) => table === 'users');
    made ??= withValues({
      settings: { ...settings, values },
      rows: plain,
      notices: new Notices(),
      snapshot,
    }).users;
    return made(user);
  };
  // Its remarks would come twice: the rows are made again when they are written.
  const make = new SubjectMaker({ settings, grades, roster }, new Notices());
  const columns = versions[version].tables.find(({ name }) => name === 'users')?.columns ?? [];
  return new Tightening({
    roster,
    shape,
    version,
    usersOf: (person) => plain.usersOf(make, person),
    cellsOf: (user) => {
      const cells = userRow(user);
      return new Map(columns.map(({ name }, at) => [name, cells[at] ?? '']));
    },
    report,
  });
}

/** The person with the roles, agents and schools that the receiver gets; undefined when no role is left. */
function withoutDropped(person: KeptPerson, tight: Tightening, roster: Roster): KeptPerson | undefined {
  if (!tight.dropsUsers) return person;
  const { personID } = person.person;
  const roles = person.roles
    .filter(({ role }) => !tight.dropsRole(personID, role))
    .map((role) => withoutDroppedAgents(role, tight, roster));
  if (roles.length === 0) return undefined;
  const { student, ...rest } = person;
  return { ...rest, roles, ...(student && roles.some(({ role }) => role === 'student') && { student }) };
}

/** A contact of a student who is not sent is not sent at that student's schools either. */
function withoutDroppedAgents(role: KeptRole, tight: Tightening, roster: Roster): KeptRole {
  const agents = role.agents.filter((agent) => !tight.dropsRole(agent.personID, agent.role));
  if (agents.length === role.agents.length || role.role === 'student') return { ...role, agents };
  const schoolIDs = new Set(agents.flatMap(({ personID }) => roster.schoolsOfStudent(personID)));
  return { ...role, agents, schools: role.schools.filter(({ school }) => schoolIDs.has(school.schoolID)) };
}
