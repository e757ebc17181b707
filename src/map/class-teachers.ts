/** Columns of the primary teacher of each class, for values that name them. Holds a number per class and a few texts per teacher. */
import type { KeptPerson, Roster } from '../roster/roster.js';
import { IdSet } from '../snapshot/id-map.js';
import { OnePrimaryTeacher } from './one-primary-teacher.js';
import type { UserSubject } from './subjects.js';
import type { Tightening } from './tighten.js';
import { personCell, type TeacherCell } from './values.js';

export class ClassTeachers {
  readonly #primary: OnePrimaryTeacher;
  readonly #teachers = new IdSet();
  readonly #cells = new Map<number, readonly string[]>();

  /** `columns`: `Table.column` of each. A teacher whom the receiver does not get is not named to it. */
  constructor(
    roster: Roster,
    tight: Tightening,
    private readonly columns: readonly string[],
  ) {
    this.#primary = new OnePrimaryTeacher(roster.asOf);
    for (const enrollment of roster.enrollmentsAhead())
      if (enrollment.primary === true && tight.reasonAgainst(enrollment) === undefined)
        this.#primary.run(enrollment);
    for (const sectionID of roster.sectionIDs()) {
      const personID = this.#primary.personOf(sectionID);
      if (personID !== 0) this.#teachers.add(personID);
    }
  }

  /** Called with each person who is sent, before the classes. */
  meet({ person }: KeptPerson, users: readonly UserSubject[]): void {
    const user = users.find(({ roles }) => roles.includes('teacher'));
    if (user === undefined || !this.#teachers.has(person.personID)) return;
    this.#cells.set(
      person.personID,
      this.columns.map((column) => personCell(user, column)),
    );
  }

  readonly cell: TeacherCell = (sectionID, column) =>
    this.#cells.get(this.#primary.personOf(sectionID))?.[this.columns.indexOf(column)] ?? '';
}
