import { filesRequired, noMetadata, only11, zipNamed } from './demands.js';
import type { Profile } from './profile.js';

const STRUCTURE = 'https://help.explorelearning.com/en/articles/9000284-oneroster-file-structure';

export const exploreLearning: Profile = {
  name: 'explore-learning',
  title: 'ExploreLearning',
  demands: [
    only11(STRUCTURE),
    filesRequired(STRUCTURE, 'users', 'classes', 'enrollments', 'orgs', 'academicSessions'),
    noMetadata(STRUCTURE),
    zipNamed(STRUCTURE, 'OneRoster.zip'),
  ],
};
