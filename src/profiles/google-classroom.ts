import type { Profile } from './profile.js';

export const googleClassroom: Profile = {
  name: 'google-classroom',
  title: 'Google Classroom',
  demands: [
    {
      kind: 'cell-required',
      table: 'users',
      column: 'email',
      roles: ['student', 'teacher'],
      otherwise: 'drop-user',
      severity: 'error',
      says: 'A student or teacher has no e-mail address, which has to be the Google account.',
      source: 'https://support.google.com/edu/classroom/answer/10495270',
    },
  ],
};
