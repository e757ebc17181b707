import { filesRequired, only11, ROSTERING, zipNamed } from './demands.js';
import type { Profile } from './profile.js';

const PREPARING =
  'https://my.amplify.com/help/en/articles/6293124-amplify-oneroster-preparing-your-amplify-oneroster-csv-files';

export const amplify: Profile = {
  name: 'amplify',
  title: 'Amplify',
  demands: [
    only11(PREPARING),
    filesRequired(PREPARING, ...ROSTERING),
    zipNamed(PREPARING, 'OneRoster.zip', 'warning'),
    {
      kind: 'class-size',
      most: 80,
      otherwise: 'report',
      severity: 'warning',
      says: 'A class has more than 80 students.',
      source: PREPARING,
    },
  ],
};
