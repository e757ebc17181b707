import fc from 'fast-check';

/** As many code points as half a surrogate pair could have, from the first of them. */
const [FIRST_HALF, HALVES] = [0xd800, 0x800];

/**
 * Any code point but half a surrogate pair, as the unit of texts: what fast-check calls `binary`. That keeps a list of all 1.1 million of
 * them, 90 MB for the rest of the process, which each garbage collection of all later suites walks through.
 */
export const anyCharacter = fc.nat({ max: 0x10ffff - HALVES }).map(
  (place) => String.fromCodePoint(place < FIRST_HALF ? place : place + HALVES),
  (text) => {
    const point = typeof text === 'string' ? text.codePointAt(0) : undefined;
    if (point === undefined || String.fromCodePoint(point) !== text) throw new Error('not one character');
    return point < FIRST_HALF ? point : point - HALVES;
  },
);
