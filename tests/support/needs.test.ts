import { expect, it } from '@jest/globals';
import { hasTool } from './needs.js';

it('a tool that is missing skips tests, but fails them in CI', () => {
  expect(hasTool(true, 'hammer', true)).toBe(true);
  expect(hasTool(false, 'hammer', false)).toBe(false);
  expect(() => hasTool(false, 'hammer', true)).toThrow('Install hammer');
});
