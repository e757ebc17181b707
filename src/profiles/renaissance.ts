import { bulkOnly, filesRequired, only11, ROSTERING } from './demands.js';
import type { Profile } from './profile.js';

const SETUP = 'https://help2.renaissance.com/setup/22162';
const ALL = [...ROSTERING, 'demographics'];

export const renaissance: Profile = {
  name: 'renaissance',
  title: 'Renaissance',
  demands: [
    only11(SETUP),
    bulkOnly(SETUP),
    filesRequired(SETUP, ...ALL),
    {
      kind: 'header-only',
      tables: ALL,
      severity: 'error',
      says: 'All eight files are required; files without rows have only the header.',
      source: SETUP,
    },
  ],
};
