/** What the stages kept, in a few bytes per person: enough to decide on dependent records, and to write it later. */
import type { SisRow } from '../campus/tables.js';
import type { RoleName } from '../roster/roster.js';
import type { ByteMap } from '../snapshot/id-map.js';
import { IdSet, NumberMap, WordMap } from '../snapshot/id-map.js';

/** The roles in which a person is exported, one bit each. */
export const ROLE = { student: 1, teacher: 2, aide: 4, guardian: 8, relative: 16 } as const satisfies Record<
  RoleName,
  number
>;

/**
 * Sets of schools, each stored once: nearly all people share one of a few hundred sets, so a person needs two bytes and
 * not a list. Number 0 is the empty set.
 */
export class SchoolSets {
  readonly #sets: (readonly number[])[] = [[]];
  readonly #numbers = new Map<string, number>([['', 0]]);
  readonly #byPerson = new WordMap();
  readonly #beyond = new Map<number, readonly number[]>();

  set(personID: number, schoolIDs: readonly number[]): void {
    const schools = schoolIDs.length < 2 ? schoolIDs : [...new Set(schoolIDs)].sort((a, b) => a - b);
    const key = schools.join();
    let number = this.#numbers.get(key);
    if (number === undefined && this.#sets.length < 0xffff) {
      number = this.#sets.push(schools) - 1;
      this.#numbers.set(key, number);
    }
    if (number === undefined) this.#beyond.set(personID, schools);
    else this.#beyond.delete(personID);
    this.#byPerson.set(personID, number ?? 0);
  }

  get(personID: number): readonly number[] {
    return this.#beyond.get(personID) ?? this.#sets[this.#byPerson.get(personID)] ?? [];
  }
}

/**
 * Records whose own rules kept them, with their schools, in a few bytes each: a large district has hundreds of thousands of
 * sections. Their rows are read again from the snapshot where they are wanted.
 */
export class SentRecords {
  readonly #sent = new IdSet();
  readonly #schools = new NumberMap();

  add(id: number, schoolID: number): void {
    this.#sent.add(id);
    this.#schools.set(id, schoolID);
  }

  has(id: number): boolean {
    return this.#sent.has(id);
  }

  schoolOf(id: number): number | undefined {
    return this.has(id) ? this.#schools.get(id) : undefined;
  }

  /** In growing order. */
  ids(): Iterable<number> {
    return this.#sent.ids();
  }
}

export class SentSections extends SentRecords {
  readonly #trials = new NumberMap();

  addSection({ sectionID, trialID }: SisRow<'Section'>, schoolID: number): void {
    this.add(sectionID, schoolID);
    this.#trials.set(sectionID, trialID);
  }

  trialOf(sectionID: number): number | undefined {
    return this.has(sectionID) ? this.#trials.get(sectionID) : undefined;
  }
}

/** What may be sent; whether a section stays can depend on its enrollments (`emptyClasses: drop`). */
export interface KeptSections {
  readonly courses: SentRecords;
  readonly sections: SentSections;
}

/** Hears of each person who is kept in a role, with the schools at which; some may stand twice. */
export type OnKept = (role: RoleName, personID: number, schoolIDs: readonly number[]) => void;

export interface Kept {
  /** ROLE bits by personID. */
  readonly roles: ByteMap;
  readonly studentSchools: SchoolSets;
  readonly onKept?: OnKept;
}
