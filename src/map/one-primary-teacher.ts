/** The one primary teacher of each class, for receivers that take no second one in the year. Holds three numbers per class. */
import type { LocalDate } from '../model/values.js';
import { primaryOrder } from '../roster/primary-teachers.js';
import type { KeptEnrollment } from '../roster/roster.js';
import { NumberMap } from '../snapshot/id-map.js';

export class OnePrimaryTeacher {
  readonly #order: ReturnType<typeof primaryOrder>;
  /** By sectionID: the historyID of the first one so far. */
  readonly #first = new NumberMap();
  /** By sectionID: its start as a number, 20261015; 0 for a blank one. */
  readonly #starts = new NumberMap();
  /** By sectionID. */
  readonly #people = new NumberMap();

  constructor(asOf: LocalDate) {
    this.#order = primaryOrder(asOf);
  }

  run({ primary, sectionID, id, personID, startDate }: KeptEnrollment): void {
    if (primary !== true) return;
    const first = this.#first.get(sectionID);
    const known = { id: first, startDate: dayOf(this.#starts.get(sectionID)), endDate: null };
    if (first !== 0 && this.#order(known, { id, startDate, endDate: null }) < 0) return;
    this.#first.set(sectionID, id);
    this.#people.set(sectionID, personID);
    this.#starts.set(sectionID, Number(startDate?.replaceAll('-', '') ?? 0));
  }

  /** 0 for a class without one. */
  personOf(sectionID: number): number {
    return this.#people.get(sectionID);
  }

  asTaken(enrollment: KeptEnrollment): KeptEnrollment {
    if (enrollment.primary !== true || this.#first.get(enrollment.sectionID) === enrollment.id)
      return enrollment;
    return { ...enrollment, primary: false };
  }
}

function dayOf(number: number): LocalDate | null {
  if (number === 0) return null;
  const text = String(number);
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` as LocalDate;
}
