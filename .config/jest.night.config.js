/** `npm run test:night`: proofs that take minutes, such as a kill at each step of a refresh. */
import { shared } from './jest.config.js';

export default {
  ...shared,
  roots: ['<rootDir>/build/tests/night'],
  testMatch: ['**/*.night.js'],
};
