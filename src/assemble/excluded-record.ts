/** What a clerk needs to find an excluded record in Campus: the numbers on its screens, its school, and the rule in words. No names of people. */
import type { District } from '../filter/context.js';
import type { ExcludedKind, Whereabouts } from '../filter/exclusions.js';
import { allRules } from '../filter/register.js';
import { NumberMap } from '../snapshot/id-map.js';
import { NumberStore } from '../snapshot/number-store.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { ClerkCells } from '../write/exclusions-file.js';

type Pair = readonly [string, string];

const NONE: Pair = ['', ''];
const RULES: ReadonlyMap<string, Pair> = new Map(
  allRules.map(({ code, says, fixIn }) => [code, [says, fixIn]]),
);

/** Kinds whose id is that of a person. */
const PEOPLE: ReadonlySet<string> = new Set<ExcludedKind>([
  'student',
  'teacher',
  'aide',
  'guardian',
  'relative',
]);

const PERSON_NUMBERS = ['personID', 'studentNumber', 'staffNumber'] as const;
const COURSE_NUMBER = ['courseID', 'calendarID', 'number'] as const;
const SECTION_NUMBER = ['sectionID', 'courseID', 'number'] as const;

export class ExcludedRecords {
  readonly #schools: ReadonlyMap<number, Pair>;
  readonly #students = new NumberStore();
  readonly #staff = new NumberStore();
  readonly #sections = new NumberStore();
  readonly #courseOfSection = new NumberMap();
  readonly #schoolOfCourse = new NumberMap();
  readonly #courses = new NumberStore();

  constructor(snapshot: Snapshot, { schools, calendars }: Pick<District, 'schools' | 'calendars'>) {
    this.#schools = new Map([...schools].map(([id, { number, name }]) => [id, [number ?? '', name ?? '']]));
    for (const [personID, student, staff] of snapshot.cells('Person', PERSON_NUMBERS)) {
      this.#students.set(personID, student);
      this.#staff.set(personID, staff);
    }
    for (const [courseID, calendarID, number] of snapshot.cells('Course', COURSE_NUMBER)) {
      this.#courses.set(courseID, number);
      this.#schoolOfCourse.set(courseID, calendars.get(calendarID)?.schoolID ?? 0);
    }
    for (const [sectionID, courseID, number] of snapshot.cells('Section', SECTION_NUMBER)) {
      this.#sections.set(sectionID, number);
      this.#courseOfSection.set(sectionID, courseID);
    }
  }

  /** In the order of the columns. */
  readonly cellsOf = (
    kind: string,
    id: number | string,
    code: string,
    { schoolID, personID, sectionID }: Whereabouts = {},
  ): ClerkCells => {
    const person = personID ?? (PEOPLE.has(kind) ? Number(id) : -1);
    const section = sectionID ?? (kind === 'section' ? Number(id) : -1);
    const course = this.#courseOfSection.get(section);
    const [schoolNumber, schoolName] =
      this.#schools.get(schoolID ?? this.#schoolOfCourse.get(course)) ?? NONE;
    const [sentence, screen] = RULES.get(code) ?? NONE;
    return [
      this.#students.get(person),
      this.#staff.get(person),
      kind === 'course'
        ? this.#courses.get(Number(id))
        : classCode(this.#courses.get(course), this.#sections.get(section)),
      schoolNumber,
      schoolName,
      sentence,
      screen,
    ];
  };
}

const classCode = (course: string, section: string): string =>
  course === '' && section === '' ? '' : `${course}-${section}`;
