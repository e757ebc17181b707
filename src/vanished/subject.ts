/** What a sourcedId that vanished speaks of in the SIS: the records whose exclusion explains it, the likeliest first. */
import { personOfUser, rowOfEnrollment, schoolOfYear, userOfRole } from '../map/sourced-ids.js';
import { ROLE_NAMES, type RoleName } from '../roster/roster.js';

export interface Subject {
  /** Of the exclusions list. */
  readonly kind: string;
  /** An id of the SIS, or a GUID that stands for one. */
  readonly id: string;
}

/** Of a row that names the role, only that one counts. */
function userSubjects(sourcedId: string, role?: RoleName): readonly Subject[] {
  const person = personOfUser(sourcedId);
  if (person === undefined) return [];
  const own = role ?? person.role;
  return (own === undefined ? ROLE_NAMES : [own]).map((kind) => ({ kind, id: person.id }));
}

const byFile: Readonly<Record<string, (sourcedId: string) => readonly Subject[]>> = {
  users: (sourcedId) => userSubjects(sourcedId),
  demographics: (sourcedId) => userSubjects(sourcedId, 'student'),
  roles: (sourcedId) => {
    const row = userOfRole(sourcedId);
    return row === undefined ? [] : userSubjects(row.user, row.role);
  },
  classes: (id) => [{ kind: 'section', id }],
  courses: (id) => [{ kind: 'course', id }],
  enrollments: (sourcedId) => {
    const row = rowOfEnrollment(sourcedId);
    return row === undefined
      ? []
      : [{ kind: row.role === 'teacher' ? 'sectionStaff' : 'roster', id: row.id }];
  },
  orgs: (id) => [
    { kind: 'school', id },
    { kind: 'district', id },
  ],
  academicSessions: (sourcedId) => {
    const school = schoolOfYear(sourcedId);
    return [school === undefined ? { kind: 'term', id: sourcedId } : { kind: 'school', id: school }];
  },
};

export const subjectsOf = (file: string, sourcedId: string): readonly Subject[] =>
  byFile[file]?.(sourcedId) ?? [];
