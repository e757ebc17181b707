/** Ids in every form that is kept in its own way, few enough of each that they come twice. */
import fc from 'fast-check';

/** An id inside a row, as it is handed on. */
export const bytesOf = (text: string): readonly [Buffer, number, number] => {
  const bytes = Buffer.from(`,${text},`);
  return [bytes, 1, bytes.length - 1];
};

const number = fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 10 ** 10 }));
const guid = fc
  .tuple(fc.nat({ max: 20 }), fc.constantFrom('A', 'f', '0'))
  .map(([end, digit]) => `0a1b2c3d-0000-4000-8000-${String(end).padStart(11, '0')}${digit}`);
const inCases = fc
  .tuple(guid, fc.constantFrom(0, 1, 2))
  .map(([id, how]) => (how === 0 ? id.toUpperCase() : how === 1 ? id.toLowerCase() : id));

export const id = fc.oneof(
  fc.string({ minLength: 1, maxLength: 6 }),
  fc.string({ minLength: 14, maxLength: 18 }),
  fc
    .tuple(fc.constantFrom('', 's', 's-', 's0', 'x1', 'a long prefix '), number)
    .map((parts) => parts.join('')),
  inCases,
  fc
    .tuple(fc.oneof(inCases, fc.constantFrom('a', 'a.b')), fc.constantFrom('.', '.student.', '..'), inCases)
    .map((parts) => parts.join('')),
);

export const ids = fc.array(id, { maxLength: 300 });
