import type { Profile } from './profile.js';

const IMPORT = 'https://support.google.com/edu/classroom/answer/10495270';

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
      says: 'A student or teacher has no email address; it must be the Google account.',
      source: IMPORT,
    },
    {
      kind: 'unique',
      table: 'users',
      column: 'email',
      roles: ['student', 'teacher'],
      ignoreCase: true,
      otherwise: 'report',
      severity: 'warning',
      says: 'Two students or teachers share an email address, but a Google account belongs to one person.',
      source: IMPORT,
    },
  ],
};
