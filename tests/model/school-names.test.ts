import { describe, expect, it } from '@jest/globals';
import { schoolLabel, schoolsById } from '../../src/model/school-names.js';

describe('the label of a school', () => {
  it.each([
    [{ name: 'Adams High', number: '0014', sourcedId: 'AB-1' }, 'Adams High (number 0014, id AB-1)'],
    [{ name: 'Adams High', number: null, sourcedId: 'AB-1' }, 'Adams High (id AB-1)'],
    [{ name: ' ', number: '0014', sourcedId: 'AB-1' }, 'number 0014, id AB-1'],
    [{ name: null, number: null, sourcedId: null }, '(unknown)'],
    [{ name: 'A; B\u001b[31m', number: '1', sourcedId: null }, 'A, B\\u001b[31m (number 1)'],
  ])('of %j', (school, label) => {
    expect(schoolLabel(school)).toBe(label);
  });
});

it('the newest list names a school; an older one names those that are gone', () => {
  const now = [{ name: 'New name', number: '1', sourcedId: 'A' }];
  const before = [
    { name: 'Old name', number: '1', sourcedId: 'A' },
    { name: 'Closed', number: '2', sourcedId: 'B' },
    { name: 'No id', number: '3', sourcedId: null },
  ];
  expect([...schoolsById(now, before)].map(([id, { name }]) => [id, name])).toEqual([
    ['A', 'New name'],
    ['B', 'Closed'],
  ]);
});
