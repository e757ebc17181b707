import { bulkOnly, filesRequired, noMetadata, only11, ROSTERING } from './demands.js';
import type { Profile } from './profile.js';

const QUESTIONS = 'https://www.mheducation.com/prek-12/support/knowledge/oneroster-faq.html';
const INSTRUCTIONS = 'https://info.5y1.org/mcgraw-hill-education-website_1_db2016.html';

export const mcgrawHill: Profile = {
  name: 'mcgraw-hill',
  title: 'McGraw Hill',
  demands: [
    only11(INSTRUCTIONS),
    bulkOnly(QUESTIONS),
    filesRequired(INSTRUCTIONS, ...ROSTERING),
    noMetadata(INSTRUCTIONS),
    {
      kind: 'tighten',
      code: 'package.foreign-entry',
      severity: 'error',
      says: 'The zip has no other files.',
      source: INSTRUCTIONS,
    },
  ],
};
