import { bulkOnly, filesRequired, only11 } from './demands.js';
import type { Profile } from './profile.js';

const STARTED = 'https://digitalsupport.greatminds.org/s/article/getting-started-with-oneroster';
const USERS = 'https://digitalsupport.greatminds.org/s/article/oneroster-file-specifications-users-csv';

export const greatMinds: Profile = {
  name: 'great-minds',
  title: 'Great Minds',
  demands: [
    only11(STARTED),
    bulkOnly(STARTED),
    filesRequired(STARTED, 'orgs', 'users', 'classes', 'enrollments'),
    {
      kind: 'id-pattern',
      pattern: '^[A-Za-z0-9._-]{1,100}$',
      severity: 'error',
      says: 'A sourcedId has more than 100 characters, or others than letters, digits, hyphen, underscore and dot.',
      source: USERS,
    },
  ],
};
