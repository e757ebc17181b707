/** What is shown of an unexpected error: its kind and its place. Its text may hold a child's data. */
import { describe, expect, it } from '@jest/globals';
import { asExportError } from '../../src/faults/as-export-error.js';

const NAME = 'Canary O’Brien';
const LIKE_A_CALL = 'at Canary.js:1:1\n    at Canary (Canary.ts:1:1)';

function aFault(more: Readonly<Record<string, unknown>> = {}, text = NAME): Error {
  return Object.assign(new TypeError(text), more);
}

describe('an unexpected error shows nothing of', () => {
  it.each([
    ['its text', aFault()],
    ['a text that looks like a place', aFault({}, LIKE_A_CALL)],
    ['a text without a stack', aFault({ stack: undefined })],
    ['a code that is no code', aFault({ code: NAME })],
    ['a name that is no name', aFault({ name: NAME })],
    ['a name that was changed after the stack was made', aFault({ name: 'Other' }, 'at Canary.js:1:1')],
    ['name and text that look like places', aFault({ name: LIKE_A_CALL }, LIKE_A_CALL)],
    ['a thrown text', NAME],
    ['a thrown object', { name: NAME, code: NAME, message: NAME, stack: NAME }],
    ['the error that caused it', new Error('outer', { cause: aFault() })],
  ])('%s', (_what, cause) => {
    const { code, message, problems } = asExportError(cause, '/home');
    expect({ code, problems }).toEqual({ code: 'unexpected', problems: [] });
    expect(message).toMatch(/^Unexpected error \(\w+ at .+\)\. Please report it with this line\.$/);
    expect(message).not.toMatch(/canary|brien/i);
  });
});

it('an unexpected error keeps its kind, its code and its place', () => {
  expect(asExportError(aFault({ code: 'ERR_INVALID_ARG' }), '/home').message).toMatch(
    /^Unexpected error \(TypeError ERR_INVALID_ARG at test\.ts:\d+:\d+\)/,
  );
  expect(asExportError(aFault({ code: 17 }), '/home').message).toMatch(/\(TypeError 17 at /);
});
