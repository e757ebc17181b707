/** The OneRoster enrolment plugin for Moodle; its limits were seen by running it. */
import { CEDS_PATTERN } from './demands.js';
import type { Demand, Profile } from './profile.js';

const PLUGIN = 'https://github.com/catalyst/moodle-enrol_oneroster';

const plain = (table: string, column: string): Demand => ({
  kind: 'pattern',
  table,
  column,
  pattern: '^[A-Za-z0-9 .,-]*$',
  otherwise: table === 'users' ? 'drop-user' : 'withhold',
  severity: 'error',
  says: 'A name, title or username has other characters than letters, digits, blanks, dot, comma and hyphen.',
  source: PLUGIN,
});

export const moodle: Profile = {
  name: 'moodle',
  title: 'Moodle, OneRoster enrolment plugin',
  demands: [
    {
      kind: 'files-allowed',
      tables: ['academicSessions', 'classes', 'enrollments', 'orgs', 'users'],
      only: '1.1',
      severity: 'error',
      says: 'A file beside academicSessions, classes, enrollments, orgs and users makes the plugin refuse the zip.',
      source: PLUGIN,
    },
    plain('users', 'username'),
    plain('users', 'givenName'),
    plain('users', 'familyName'),
    plain('classes', 'title'),
    plain('orgs', 'name'),
    plain('academicSessions', 'title'),
    {
      kind: 'pattern',
      table: 'users',
      column: 'grades',
      pattern: CEDS_PATTERN,
      each: true,
      otherwise: 'withhold',
      severity: 'error',
      says: 'A grade is none of the CEDS list.',
      source: PLUGIN,
    },
  ],
};
