import { describe, expect, it } from '@jest/globals';
import { publishedJson, readPublishedJson } from '../../src/model/published-json.js';

const value = { a: 1, rules: [{ code: 'X', fixIn: 'Census', facts: null }], day: '2026-10-15' };

describe('published JSON', () => {
  it('has the published keys, in place, at every depth', () => {
    expect(publishedJson(value, 0)).toBe(
      '{"a":1,"rules":[{"code":"X","mend":"Census","facts":null}],"day":"2026-10-15"}',
    );
  });

  it('is read back under the names of today', () => {
    expect(readPublishedJson(publishedJson(value))).toEqual(value);
  });

  it('without such keys is that of JSON.stringify', () => {
    const plain = { list: [1, null, 'mend'], of: { nothing: undefined } };
    expect(publishedJson(plain)).toBe(JSON.stringify(plain, undefined, 2));
  });
});
