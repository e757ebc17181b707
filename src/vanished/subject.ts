/** What a sourcedId that vanished speaks of in the SIS: the records whose exclusion explains it, the likeliest first. */

export interface Subject {
  /** Of the exclusions list. */
  readonly kind: string;
  /** An id of the SIS, or a GUID that stands for one. */
  readonly id: string;
}

const ROLES = { s: 'student', t: 'teacher', a: 'aide', g: 'guardian', r: 'relative' } as const;
const ALL_ROLES = Object.values(ROLES);
const USER = /^([stagr])?-?(\d+|[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12})$/i;
const ROLE_ROW = /^(.+)\.(student|teacher|aide|guardian|relative)\.[^.]+$/;

/** Of a role row that names the role, only that one counts. */
function userSubjects(sourcedId: string, role?: string): readonly Subject[] {
  const [, letter, id] = USER.exec(sourcedId) ?? [];
  if (id === undefined) return [];
  const own = Object.entries(ROLES).find(([each]) => each === letter)?.[1];
  const kinds = role !== undefined ? [role] : own === undefined ? ALL_ROLES : [own];
  return kinds.map((kind) => ({ kind, id }));
}

const byFile: Readonly<Record<string, (sourcedId: string) => readonly Subject[]>> = {
  users: (sourcedId) => userSubjects(sourcedId),
  demographics: (sourcedId) => userSubjects(sourcedId, 'student'),
  roles: (sourcedId) => {
    const [, user = '', role] = ROLE_ROW.exec(sourcedId) ?? [];
    return userSubjects(user, role);
  },
  classes: (id) => [{ kind: 'section', id }],
  courses: (id) => [{ kind: 'course', id }],
  enrollments: (sourcedId) => [
    { kind: sourcedId.startsWith('t') ? 'sectionStaff' : 'roster', id: sourcedId.slice(1) },
  ],
  orgs: (id) => [
    { kind: 'school', id },
    { kind: 'district', id },
  ],
  academicSessions: (sourcedId) => {
    const school = /^(.+)-\d{4}$/.exec(sourcedId)?.[1];
    return school === undefined ? [{ kind: 'term', id: sourcedId }] : [{ kind: 'school', id: school }];
  },
};

export const subjectsOf = (file: string, sourcedId: string): readonly Subject[] =>
  byFile[file]?.(sourcedId) ?? [];
