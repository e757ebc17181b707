/**
 * Which primary teacher of a class comes first. The standard allows one at a time, so rows whose periods overlap compete, and those
 * of other periods do not. An empty start or end is open, and an end date is inclusive.
 */
import type { LocalDate } from '../model/values.js';

/** A period as primary teacher. */
export interface Tenure {
  readonly id: number;
  readonly startDate: LocalDate | null;
  readonly endDate: LocalDate | null;
}

/**
 * Sorts the first one to the front: those that have begun (latest start, then highest id) before those to come (earliest start, then
 * highest id).
 */
export function primaryOrder(asOf: LocalDate): (one: Tenure, other: Tenure) => number {
  return (one, other) => {
    const [start, otherStart] = [one.startDate ?? '', other.startDate ?? ''];
    const [isToCome, isOtherToCome] = [start > asOf, otherStart > asOf];
    if (isToCome !== isOtherToCome) return isToCome ? 1 : -1;
    if (start === otherStart) return other.id - one.id;
    return start < otherStart === isToCome ? -1 : 1;
  };
}

/** By the id of each tenure that has to step back: the id of the one that it overlaps. */
export function steppingBack(tenures: readonly Tenure[], asOf: LocalDate): ReadonlyMap<number, number> {
  const staying: Tenure[] = [];
  const back = new Map<number, number>();
  for (const tenure of [...tenures].sort(primaryOrder(asOf))) {
    const rival = staying.find((each) => overlap(each, tenure));
    if (rival === undefined) staying.push(tenure);
    else back.set(tenure.id, rival.id);
  }
  return back;
}

function overlap(one: Tenure, other: Tenure): boolean {
  return startsBeforeEnd(one, other) && startsBeforeEnd(other, one);
}

const startsBeforeEnd = ({ startDate }: Tenure, { endDate }: Tenure): boolean =>
  startDate === null || endDate === null || startDate <= endDate;
