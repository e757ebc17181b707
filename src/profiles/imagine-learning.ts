import { filesRequired, only11, ROSTERING } from './demands.js';
import type { Profile } from './profile.js';

const FILES = 'https://support.imaginelearning.com/imagine-math/oneroster-11-file-specifications';

export const imagineLearning: Profile = {
  name: 'imagine-learning',
  title: 'Imagine Learning',
  demands: [only11(FILES), filesRequired(FILES, ...ROSTERING)],
};
