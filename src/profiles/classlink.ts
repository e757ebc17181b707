import { bulkOnly, filesRequired, looseFiles, only11, ROSTERING } from './demands.js';
import type { Profile } from './profile.js';

const FILES = 'https://support.classlink.com/hc/en-us/articles/115002517753';
const IMPORT = 'https://support.classlink.com/hc/en-us/articles/115002523614-Import-Rosters-International';

export const classlink: Profile = {
  name: 'classlink',
  title: 'ClassLink Roster Server',
  demands: [
    only11(FILES),
    bulkOnly(IMPORT),
    filesRequired(FILES, ...ROSTERING),
    looseFiles(IMPORT),
    {
      kind: 'tighten',
      code: 'cell.grade-code',
      severity: 'error',
      says: 'A grade outside the CEDS list is an error since September 2018.',
      source: 'ClassLink release note of 28 September 2018 (https://support.classlink.com)',
    },
  ],
};
