import { filesRequired, only11, ROSTERING, zipNamed } from './demands.js';
import type { Profile } from './profile.js';

const PAGE = 'https://www.lab-aids.com/oneroster-csv';

export const labAids: Profile = {
  name: 'lab-aids',
  title: 'Lab-Aids',
  demands: [only11(PAGE), filesRequired(PAGE, ...ROSTERING), zipNamed(PAGE, 'OneRosterv1p1BaseCSV.zip')],
};
