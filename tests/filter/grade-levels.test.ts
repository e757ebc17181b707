import { describe, expect, it } from '@jest/globals';
import type { SisRow } from '../../src/campus/tables.js';
import { GradeLevels } from '../../src/filter/grade-levels.js';

const aLevel = (
  calendarID: number,
  structureID: number,
  name: string | null,
  stateGrade: string,
): SisRow<'GradeLevel'> => ({ calendarID, structureID, name, stateGrade, externalLMSExclude: 0 });

const levels = new GradeLevels([
  aLevel(1, 10, 'kg', 'KG'),
  aLevel(1, 11, 'KG', 'PK'),
  aLevel(2, 10, 'KG', '01'),
  aLevel(1, 10, null, 'UG'),
]);

describe('grade levels', () => {
  it.each([
    [1, 10, 'KG', 'KG'],
    [1, 10, 'kg', 'KG'],
    [1, 11, 'Kg', 'PK'],
    [2, 10, 'kg', '01'],
    [1, 10, null, 'UG'],
    [1, 10, '', 'UG'],
    [1, 10, '01', undefined],
    [2, 11, 'KG', undefined],
  ])('calendar %i, structure %i, grade %j is %j, once and again', (calendarID, structureID, grade, state) => {
    const found = [1, 2].map(() => levels.of({ calendarID, structureID, grade })?.stateGrade);
    expect(found).toEqual([state, state]);
  });
});
