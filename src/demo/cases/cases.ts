/**
 * Hand-placed records, numbered 900001 and up, in the first high school of a generated district: at least one
 * for every reason for which a record can be left out, mostly beside one that just stays in. Takes the anchors that
 * `generateDistrict` returns; promises that each record is wrong in one way only.
 */
import { openDesk } from './desk.js';
import type { Expectation } from './desk.js';
import { placeClassCases } from './classes.js';
import { placeFamilyCases } from './families.js';
import { placeSchoolCases } from './schools.js';
import { placeAideCases, placeTeacherCases } from './staff.js';
import { placeStudentCases } from './students.js';
import type { Anchors } from '../generate.js';
import { emitTo } from '../rows.js';
import type { Sink } from '../rows.js';

export type { Expectation, ExpectedKind } from './desk.js';

/** Writes the cases and returns the outcome of each on the demo's as-of date. */
export function placeCases(anchors: Anchors, sink: Sink): readonly Expectation[] {
  const found: Expectation[] = [];
  const desk = openDesk(anchors, emitTo(sink), found);
  placeSchoolCases(desk);
  placeStudentCases(desk);
  placeClassCases(desk);
  placeTeacherCases(desk);
  placeAideCases(desk);
  placeFamilyCases(desk);
  return found;
}
