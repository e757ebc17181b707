import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Secret } from '../../src/anonymize/secret.js';

const replaced = (secret: Secret, text: string): string => {
  const bytes = Buffer.from(text);
  secret.replace(bytes, 0, bytes.length);
  return bytes.toString();
};
/** What kind of character stands where. */
const formatOf = (text: string): string =>
  text
    .replace(/\p{Ll}/gu, 'a')
    .replace(/\p{Lu}/gu, 'A')
    .replace(/[\p{Lo}\p{Lm}]/gu, 'l')
    .replace(/[1-9]|(?![0-9])\p{N}/gu, '9');

describe('a secret', () => {
  const secret = new Secret('one');

  it.each([
    ['of one digit', Array.from({ length: 10 }, (_, n) => String(n))],
    ['of up to four digits', Array.from({ length: 10_000 }, (_, n) => String(n))],
    ['of six digits, all used', Array.from({ length: 30_000 }, (_, n) => String(100_000 + n * 30))],
    ['with a letter', Array.from({ length: 20_000 }, (_, n) => `s${100_000 + n}`)],
    ['with leading zeros', Array.from({ length: 10_000 }, (_, n) => String(n).padStart(6, '0'))],
    ['of names', Array.from({ length: 20_000 }, (_, n) => `user.${n.toString(26)}@x`)],
    [
      'of UUIDs',
      Array.from({ length: 20_000 }, (_, n) => `0DBC40E5-254B-4643-A987-${String(n).padStart(12, '0')}`),
    ],
  ])('gives different texts for different ids %s, and none to itself', (_title, ids) => {
    const others = ids.map((id) => replaced(secret, id));
    expect(new Set(others).size).toBe(ids.length);
    expect(ids.filter((id, n) => id === others[n] && /[1-9A-Za-z]/.test(id))).toEqual([]);
    expect(others.map((other) => other.length)).toEqual(ids.map((id) => id.length));
  });

  it('keeps the kind of every character, its length in UTF-8, and case differences', () => {
    const letters = fc.string({
      unit: fc.constantFrom(...Array.from('aZ09é ÉßñŠł李田한жЖ.-_@{}"\'\u0301٣あア')),
      maxLength: 40,
    });
    fc.assert(
      fc.property(letters, (text) => {
        const other = replaced(secret, text);
        expect(Buffer.byteLength(other)).toBe(Buffer.byteLength(text));
        expect(formatOf(other).replace(/[09]/g, '9')).toBe(formatOf(text).replace(/[09]/g, '9'));
        expect(replaced(secret, text.toLowerCase())).toBe(
          text.toLowerCase() === text ? other : other.toLowerCase(),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('leaves broken UTF-8 as broken', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        const text = Buffer.from(bytes);
        const other = Buffer.from(bytes);
        secret.replace(other, 0, other.length);
        const shape = (from: Buffer): string => from.toString('utf8').replace(/[^\ufffd]/gu, 'x');
        expect(shape(other)).toBe(shape(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps the word NULL, makes none, and keeps UUIDs in larger ids', () => {
    expect(replaced(secret, 'NULL')).toBe('NULL');
    const all = Array.from({ length: 26 ** 2 }, (_, n) => `nu${n.toString(26).padStart(2, 'a')}`);
    expect(all.filter((text) => text !== 'null' && replaced(secret, text).toLowerCase() === 'null')).toEqual(
      [],
    );
    const id = '0DBC40E5-254B-4643-A987-34298FC1EEB3';
    expect(replaced(secret, `${id}.student.${id}`).split('.')[0]).toBe(replaced(secret, id));
    expect(replaced(secret, id)).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-A[0-9A-F]{3}-[0-9A-F]{12}$/);
  });

  it('is another each time without a seed, and the same with one', () => {
    expect(replaced(new Secret(), 'student-12345')).not.toBe(replaced(new Secret(), 'student-12345'));
    expect(replaced(new Secret('a'), 'student-12345')).toBe(replaced(new Secret('a'), 'student-12345'));
  });

  it('spreads ids that follow each other', () => {
    const numbers = Array.from({ length: 2000 }, (_, n) => Number(replaced(secret, String(100_000 + n))));
    const ascents = numbers.filter((number, n) => number > (numbers[n - 1] ?? 0)).length;
    expect(ascents).toBeGreaterThan(850);
    expect(ascents).toBeLessThan(1150);
    expect(new Set(numbers.map((number) => Math.floor(number / 10_000))).size).toBe(90);
  });
});
