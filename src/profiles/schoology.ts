import type { Profile } from './profile.js';

export const schoology: Profile = {
  name: 'schoology',
  title: 'Schoology',
  demands: [
    {
      kind: 'pattern',
      table: 'users',
      column: 'username',
      pattern: '^[^ ]*$',
      otherwise: 'report',
      severity: 'warning',
      says: 'A username contains a space; such a user never syncs.',
      source:
        'https://support.schoology.com/hc/en-us/articles/360002689693-Infinite-Campus-Implementation-and-Configuration-Guide',
    },
  ],
};
