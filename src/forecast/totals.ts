/** Sums and differences of what would be sent: of a part of the records, and of the rest that is the same on all days. */
import type { SchoolTally, Totals } from './judged.js';
import { noCounts, perTable } from './model.js';

export const NOTHING: Totals = { counts: noCounts(), schools: new Map() };

export const add = (one: Totals, other: Totals): Totals => combined(one, other, (a, b) => a + b);
export const subtract = (one: Totals, other: Totals): Totals => combined(one, other, (a, b) => a - b);

const NONE: SchoolTally = { users: 0, classes: 0, enrollments: 0 };

function combined(one: Totals, other: Totals, by: (a: number, b: number) => number): Totals {
  const counts = perTable((table) => by(one.counts[table], other.counts[table]));
  const schools = new Map<number, SchoolTally>();
  for (const schoolID of new Set([...one.schools.keys(), ...other.schools.keys()])) {
    const [a, b] = [one.schools.get(schoolID) ?? NONE, other.schools.get(schoolID) ?? NONE];
    schools.set(schoolID, {
      users: by(a.users, b.users),
      classes: by(a.classes, b.classes),
      enrollments: by(a.enrollments, b.enrollments),
    });
  }
  return { counts, schools };
}
