/** The grade levels of a district, by calendar, schedule structure and name in any letters. */
import type { SisRow } from '../campus/tables.js';

type GradeLevel = SisRow<'GradeLevel'>;
type Place = Pick<SisRow<'Enrollment'>, 'calendarID' | 'structureID' | 'grade'>;
class ByName extends Map<string | null, GradeLevel | undefined> {}

export class GradeLevels {
  readonly #levels: ReadonlyMap<string, GradeLevel>;
  /** Those that were looked up, by structure, calendar and name as it is written: a key of text for each enrollment took five times as long. */
  readonly #known = new Map<number, Map<number, ByName>>();

  constructor(rows: Iterable<GradeLevel>) {
    this.#levels = new Map([...rows].map((row) => [keyOf({ ...row, grade: row.name }), row]));
  }

  /** Of an enrollment. */
  of(place: Place): GradeLevel | undefined {
    const names = this.#namesAt(place);
    const { grade } = place;
    const level = names.get(grade);
    if (level !== undefined || names.has(grade)) return level;
    const found = this.#levels.get(keyOf(place));
    names.set(grade, found);
    return found;
  }

  #namesAt({ calendarID, structureID }: Place): ByName {
    let calendars = this.#known.get(structureID);
    if (calendars === undefined) this.#known.set(structureID, (calendars = new Map<number, ByName>()));
    let names = calendars.get(calendarID);
    if (names === undefined) calendars.set(calendarID, (names = new ByName()));
    return names;
  }
}

const keyOf = ({ calendarID, structureID, grade }: Place): string =>
  `${calendarID} ${structureID} ${(grade ?? '').toLowerCase()}`;
