/** `npm run test:night`: proofs that take minutes, such as kills at the steps of a refresh. Of long lists a run tries a share. */
import { shared } from './jest.config.js';

export default {
  ...shared,
  roots: ['<rootDir>/build/tests/night'],
  testMatch: ['**/*.night.js'],
  maxWorkers: 3, // some wait for minutes: for a server that hangs, or for the end of a lease
  reporters: [...shared.reporters, '<rootDir>/.config/night-share.js'],
};
