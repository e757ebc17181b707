/** `npm test`: the quick tests. Those of tests/night are run by `npm run test:night` (jest.night.config.js). */
import { useMemoryDisk } from './memory-disk.js';

useMemoryDisk();

/** What both runs share. */
export const shared = {
  rootDir: '..',
  testRunner: '<rootDir>/.config/in-node.js',
  injectGlobals: false,
  transform: {},
  maxWorkers: 2,
  workerIdleMemoryLimit: '1GB',
  testTimeout: 300_000,
  globalSetup: '<rootDir>/.config/own-temporary-folder.js',
  globalTeardown: '<rootDir>/.config/nothing-left.js',
  testSequencer: '<rootDir>/.config/slowest-first.js',
  reporters: ['default', '<rootDir>/.config/suite-times.js'],
};

export default {
  ...shared,
  roots: ['<rootDir>/build/tests'],
  testMatch: ['**/*.test.js'],
};
