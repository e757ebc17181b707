/** What `only` of a connection keeps, in the form in which the rules look it up: made once, before the rules run. */
import { STAFF_ROLES, type SisRow } from '../campus/tables.js';
import type { Notices } from '../model/notices.js';
import { nearest } from '../model/nearest.js';
import { CEDS_GRADES } from '../oneroster/table.js';
import type { ConnectionSettings, OnlySettings, WantedGrades } from '../model/settings.js';
import { IdSet } from '../snapshot/id-map.js';
import type { Snapshot } from '../snapshot/snapshot.js';

/** Known only after the rules ran once without them: who is in a class, which classes have a teacher, who is in the pilot. */
export interface Selected {
  readonly inClass?: IdSet;
  readonly taught?: IdSet;
  readonly pilot?: { readonly students: IdSet; readonly sections: IdSet; readonly courses: IdSet };
  /** Whether the other person is among the first contacts of the student. */
  readonly firstContacts?: (pair: ContactPair) => boolean;
}

export type ContactPair = Pick<SisRow<'RelatedPair'>, 'personID1' | 'personID2' | 'seq'>;

/** Every part is absent where the connection does not filter by it. */
export interface Wanted extends Selected {
  /** By personID. */
  readonly students?: IdSet;
  readonly grades?: ReadonlySet<string>;
  readonly enrollmentTypes?: ReadonlySet<string>;
  readonly courses?: (number: string | null) => boolean;
  readonly departments?: ReadonlySet<number>;
  readonly subjects?: ReadonlySet<string>;
  readonly roles?: readonly StaffBox[];
  readonly staffSchools?: ReadonlySet<number>;
  /** In lowercase. */
  readonly relationships?: ReadonlySet<string>;
}

export const STAFF_BOXES = ['teacher', ...STAFF_ROLES] as const;
export type StaffBox = (typeof STAFF_BOXES)[number];

export const WANTS_ALL: Wanted = {};

interface District {
  readonly schools: ReadonlyMap<number, { readonly schoolID: number; readonly number: string | null }>;
}

/** Notes each listed value that nothing in the district has, with the nearest one: it is usually a typo. */
export function wantedOf(
  snapshot: Snapshot,
  district: District,
  settings: ConnectionSettings,
  notices: Notices,
): Wanted {
  const { only } = settings;
  if (only === undefined) return WANTS_ALL;
  const note = unknownNotice(notices);
  return {
    ...wantedStudents(snapshot, only.students, note),
    ...wantedSections(snapshot, only.sections, note),
    ...wantedStaff(district, only.staff, note),
    ...wantedContacts(snapshot, only.contacts, note),
  };
}

type Note = (key: string, listed: readonly string[], known: Iterable<string | null>) => void;

const lower = (text: string | null): string => (text ?? '').trim().toLowerCase();

/** Exact in other letters, or with `*` for any characters. */
export function matcherOf(listed: readonly string[]): (value: string | null) => boolean {
  const exact = new Set(listed.filter((each) => !each.includes('*')).map(lower));
  const patterns = listed
    .filter((each) => each.includes('*'))
    .map((each) => new RegExp(`^${lower(each).split('*').map(literal).join('.*')}$`, 'u'));
  return (value) => {
    const text = lower(value);
    return exact.has(text) || patterns.some((pattern) => pattern.test(text));
  };
}

const literal = (text: string): string => text.replaceAll(/[\\^$.|?+()[\]{}/-]/g, '\\$&');

function unknownNotice(notices: Notices): Note {
  return (key, listed, known) => {
    const values = [...new Set([...known].flatMap((each) => (each === null ? [] : [each.trim()])))];
    for (const each of listed) {
      if (values.some(matcherOf([each]))) continue;
      const near = nearest(each, values);
      const hint = near === undefined ? '' : ` The nearest known value is ${near}.`;
      notices.add(
        'only-unknown',
        'warning',
        `only.${key} lists ${each}, which nothing in the district has.${hint}`,
      );
    }
  };
}

function wantedStudents(snapshot: Snapshot, only: OnlySettings['students'], note: Note): Partial<Wanted> {
  const { grades, enrollmentTypes, ids } = only ?? {};
  if (grades !== undefined) noteGrades(snapshot, grades, note);
  return {
    ...(grades && { grades: new Set(Object.values(grades.keys).flat()) }),
    ...(enrollmentTypes && { enrollmentTypes: new Set(enrollmentTypes.map(lower)) }),
    ...(ids && { students: peopleWith(snapshot, ids, note) }),
  };
}

function noteGrades(snapshot: Snapshot, { by, keys }: WantedGrades, note: Note): void {
  const levels = [...snapshot.rows('GradeLevel')];
  const names = levels.map(({ name, stateGrade }) => (by === 'local' ? name : stateGrade));
  const has = new Set(names.map(lower));
  const lost = Object.keys(keys).filter((grade) => keys[grade]?.every((key) => !has.has(key)) !== false);
  note(
    'students.grades',
    lost,
    by === 'local' ? names : CEDS_GRADES.filter((grade) => !lost.includes(grade)),
  );
}

/** Student numbers are never repeated in a notice. */
function peopleWith(snapshot: Snapshot, ids: readonly string[], note: Note): IdSet {
  const wanted = new Set(ids.map(lower));
  const found = new IdSet();
  const numbers = new Set<string>();
  for (const [personID, studentNumber] of snapshot.cells('Person', ['personID', 'studentNumber'])) {
    const number = lower(studentNumber);
    if (number === '' || !wanted.has(number)) continue;
    found.add(personID);
    numbers.add(number);
  }
  const lost = wanted.size - numbers.size;
  if (lost > 0) note('students.ids', [`${lost} of ${wanted.size} student numbers`], []);
  return found;
}

function wantedSections(snapshot: Snapshot, only: OnlySettings['sections'], note: Note): Partial<Wanted> {
  const { courses, departments, subjects } = only ?? {};
  const rows = courses || subjects ? [...snapshot.cells('Course', ['number', 'scedSubjectArea'])] : [];
  if (courses)
    note(
      'sections.courses',
      courses,
      rows.map(([number]) => number),
    );
  if (subjects)
    note(
      'sections.subjects',
      subjects,
      rows.map(([, area]) => area),
    );
  const all = departments ? [...snapshot.rows('Department')] : [];
  if (departments)
    note(
      'sections.departments',
      departments,
      all.map(({ name }) => name),
    );
  const isWanted = matcherOf(departments ?? []);
  return {
    ...(courses && { courses: matcherOf(courses) }),
    ...(subjects && { subjects: new Set(subjects.map(lower)) }),
    ...(departments && {
      departments: new Set(all.filter(({ name }) => isWanted(name)).map(({ departmentID }) => departmentID)),
    }),
  };
}

function wantedStaff({ schools }: District, only: OnlySettings['staff'], note: Note): Partial<Wanted> {
  const { roles, schools: listed } = only ?? {};
  if (roles) note('staff.roles', roles, STAFF_BOXES);
  if (listed)
    note(
      'staff.schools',
      listed,
      [...schools.values()].map(({ number }) => number),
    );
  const isWanted = matcherOf(listed ?? []);
  const isRole = matcherOf(roles ?? []);
  return {
    ...(roles && { roles: STAFF_BOXES.filter((box) => isRole(box)) }),
    ...(listed && {
      staffSchools: new Set(
        [...schools.values()].filter(({ number }) => isWanted(number)).map(({ schoolID }) => schoolID),
      ),
    }),
  };
}

function wantedContacts(snapshot: Snapshot, only: OnlySettings['contacts'], note: Note): Partial<Wanted> {
  const { relationships } = only ?? {};
  if (relationships === undefined) return {};
  const known = new Map<string, string>();
  for (const [name] of snapshot.cells('RelatedPair', ['name']))
    if (name !== null && !known.has(lower(name))) known.set(lower(name), name);
  note('contacts.relationships', relationships, known.values());
  const isWanted = matcherOf(relationships);
  return { relationships: new Set([...known.keys()].filter(isWanted)) };
}
