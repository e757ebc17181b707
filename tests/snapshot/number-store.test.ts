/** Numbers come back as they were written. */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NumberStore } from '../../src/snapshot/number-store.js';

it.each(['1234567', '0007', '0', '999999999999999', '1234567890123456', 'E-12', ' 7', '7.0'])(
  'gives %s back',
  (text) => {
    const store = new NumberStore();
    store.set(70_000, text);
    expect(store.get(70_000)).toBe(text);
  },
);

it('gives back whatever is written', () => {
  const store = new NumberStore();
  fc.assert(
    fc.property(fc.nat(), fc.oneof(fc.string(), fc.stringMatching(/^\d{1,17}$/)), (id, text) => {
      store.set(id, text);
      if (text !== '') expect(store.get(id)).toBe(text);
    }),
  );
});

it('has nothing for an id without a number', () => {
  const store = new NumberStore();
  store.set(1, null);
  store.set(2, '');
  expect([store.get(1), store.get(2), store.get(3)]).toEqual(['', '', '']);
});
