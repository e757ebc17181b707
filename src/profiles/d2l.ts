import { blankMeansEmpty, filesRequired, only11, ROSTERING } from './demands.js';
import type { Profile } from './profile.js';

const ABOUT = 'https://community.d2l.com/brightspace/kb/articles/23843-about-oneroster-csv';
const MAPPINGS = 'https://community.d2l.com/brightspace/kb/articles/23844-oneroster-csv-data-mappings';

export const d2l: Profile = {
  name: 'd2l',
  title: 'D2L Brightspace',
  demands: [only11(ABOUT), filesRequired(ABOUT, ...ROSTERING), blankMeansEmpty(MAPPINGS)],
};
