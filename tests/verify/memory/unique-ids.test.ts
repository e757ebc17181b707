/** Whether an id came before is answered as a Set would, in whatever form it is kept. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IdIndex } from '../../../src/verify/memory/ids.js';
import { UniqueIds, type KnownParts } from '../../../src/verify/memory/unique-ids.js';
import { arrayBufferBytes } from '../../support/memory.js';
import { bytesOf, id, ids } from './id-arbitraries.js';

const indexOf = (texts: Iterable<string>): IdIndex => {
  const index = new IdIndex();
  for (const text of texts) index.add(...bytesOf(text));
  return index;
};

/** The first id whose answer is not that of a Set, or undefined. */
function firstWrong(texts: Iterable<string>, parts?: KnownParts): string | undefined {
  const unique = new UniqueIds(parts);
  const model = new Set<string>();
  for (const text of texts) {
    const expected = model.has(text) ? -1 : model.size;
    model.add(text);
    if (unique.add(...bytesOf(text)) !== expected) return text;
  }
  return undefined;
}

function* sequence(count: number, make: (number: number) => string): Generator<string> {
  for (let number = 0; number < count; number++) yield make(number);
}

describe('UniqueIds', () => {
  it('answers like a Set, whatever the ids are', () => {
    fc.assert(fc.property(ids, (texts) => expect(firstWrong(texts)).toBeUndefined()));
  });

  it('answers like a Set when ids are those of another table, or made of them', () => {
    fc.assert(
      fc.property(ids, fc.array(id), fc.array(id), (texts, first, last) => {
        const [a, b] = [indexOf(first), indexOf(last)];
        const joint = first.flatMap((head) =>
          last
            .slice(0, 5)
            .flatMap((tail) => [`${head}.${tail}`, `${head}.student.${tail}`, `${head}..${tail}`]),
        );
        const all = [...texts, ...joint, ...first, ...joint.slice(0, 20), ...last];
        expect(firstWrong(all, { first: a, last: b })).toBeUndefined();
        expect(firstWrong(all, { whole: a, first: a, last: b })).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  it('tells numbers apart by their leading zeros, their length and the text before them', () => {
    const texts = ['1', '01', '001', 's1', 's01', 's-1', '0', '00', 's', 's0', '1000000000', '11000000000'];
    const near = ['123456789', '0123456789', '1123456789', '11123456789', '1.1', '1.10', '10', '100'];
    const all = [...texts, ...near];
    expect(firstWrong([...all, ...all])).toBeUndefined();
  });

  it('stays right when numbers lie so far apart, and have so many texts before them, that bits would waste memory', () => {
    const far = [...sequence(60_000, (n) => `s${(n * 7_919_777) % 1_000_000_000}`)];
    const dense = [...sequence(200_000, (n) => `s${n}`)];
    expect(firstWrong([...far, ...dense, ...far])).toBeUndefined();
    const prefixes = [...sequence(3_000, (n) => `p${n}-1`)];
    expect(firstWrong([...prefixes, ...prefixes])).toBeUndefined();
  });

  it('stays right when joint ids have more middles than are told apart by number', () => {
    const parts = { first: indexOf(['u.1', 'u']), last: indexOf(['o', '1.o']) };
    const texts = [...sequence(600, (n) => `u.m${n}.o`), 'u.o', 'u.1.o', 'u.1.1.o', 'u..o'];
    expect(firstWrong([...texts, ...texts], parts)).toBeUndefined();
  });

  it('answers like a Set for roles in any order, with more words for them than there are bits', () => {
    const parts = { first: indexOf(sequence(4, (n) => `u${n}`)), last: indexOf(sequence(3, (n) => `o${n}`)) };
    const role = fc
      .tuple(fc.nat(4), fc.nat(20), fc.nat(3))
      .map(([user, word, org]) => `u${user}.role${word}.o${org}`);
    fc.assert(
      fc.property(fc.array(role, { maxLength: 300 }), (texts) =>
        expect(firstWrong([...texts, ...texts], parts)).toBeUndefined(),
      ),
    );
  });

  it('takes less than 6 bytes for a role, when one user in six has roles at two orgs', () => {
    const [users, orgs] = [100_000, 300];
    const parts = {
      first: indexOf(sequence(users, (n) => `u${n}`)),
      last: indexOf(sequence(orgs, (n) => `o${n}`)),
    };
    const unique = new UniqueIds(parts);
    const before = arrayBufferBytes();
    const row = Buffer.alloc(40);
    let count = 0;
    const add = (text: string): number => unique.add(row, 0, row.write(text));
    for (let n = 0; n < users; n++) {
      for (const org of n % 6 === 0 ? [n % orgs, (n + 1) % orgs] : [n % orgs]) {
        if (add(`u${n}.guardian.o${org}`) === count) count++;
      }
    }
    expect(count).toBe(users + Math.ceil(users / 6));
    expect((arrayBufferBytes() - before) / count).toBeLessThan(6);
    expect(add('u0.guardian.o1')).toBe(-1);
    expect(add('u0.guardian.o2')).toBe(count);
  });

  it('takes a bit for an id that is a number, whatever its order', () => {
    const before = arrayBufferBytes();
    const unique = new UniqueIds();
    const count = 1_000_000;
    const row = Buffer.alloc(16);
    for (let n = 0; n < count; n++) unique.add(row, 0, row.write(`s${(n * 7_919) % 1_000_003}`));
    expect((arrayBufferBytes() - before) / count).toBeLessThan(1);
    expect(unique.add(...bytesOf('s7919'))).toBe(-1);
  });
});
