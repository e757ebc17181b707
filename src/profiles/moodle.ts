/**
 * The OneRoster enrollment plugin for Moodle. Its importer gives each column a type and refuses the whole zip when a value does
 * not fit (`get_file_datatypes` and the `is_…` functions of classes/local/csv_client_helper.php).
 */
import { CEDS_PATTERN, only11 } from './demands.js';
import type { Demand, Profile } from './profile.js';

const PLUGIN = 'https://github.com/catalyst/moodle-enrol_oneroster';
const IMPORTER = `${PLUGIN} (classes/local/csv_client_helper.php)`;

/** Letters and digits of every script, and little else (`is_valid_human_readable_string`). */
const READABLE = '^[\\p{L}\\p{N}\\s.,-]+$';
/** What PHP's FILTER_VALIDATE_INT takes. */
const INTEGER = '^-?(0|[1-9][0-9]{0,17})$';
/** At least as narrow as PHP's FILTER_VALIDATE_EMAIL. */
const EMAIL =
  "^(?!\\.)(?!.*\\.[.@])[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$";

const READABLE_SAYS = 'has characters that are not letters, digits, spaces, periods, commas or hyphens';

const nameOfUser = (column: string): Demand => ({
  kind: 'pattern',
  table: 'users',
  column,
  pattern: READABLE,
  otherwise: 'drop-user',
  severity: 'error',
  says: `A username or the name of a user ${READABLE_SAYS}.`,
  source: IMPORTER,
});

const required = (table: string, column: string): Demand => ({
  kind: 'pattern',
  table,
  column,
  pattern: READABLE,
  otherwise: 'withhold',
  severity: 'error',
  says: `A required name or title ${READABLE_SAYS}.`,
  source: IMPORTER,
});

const optional = (
  table: string,
  column: string,
  { pattern, says, each }: { readonly pattern: string; readonly says: string; readonly each?: true } = {
    pattern: READABLE,
    says: `An optional value ${READABLE_SAYS}.`,
  },
): Demand => ({
  kind: 'pattern',
  table,
  column,
  pattern,
  ...(each && { each }),
  otherwise: 'empty-cell',
  severity: 'error',
  says,
  source: IMPORTER,
});

export const moodle: Profile = {
  name: 'moodle',
  title: 'Moodle, OneRoster enrollment plugin',
  demands: [
    only11(`${PLUGIN} (README: OneRoster 1.2 is planned)`),
    {
      kind: 'files-allowed',
      tables: ['academicSessions', 'classes', 'enrollments', 'orgs', 'users'],
      severity: 'error',
      says: 'The plugin rejects a zip with files that are not academicSessions, classes, enrollments, orgs or users.',
      source: IMPORTER,
    },
    nameOfUser('username'),
    nameOfUser('givenName'),
    nameOfUser('familyName'),
    required('academicSessions', 'title'),
    required('orgs', 'name'),
    required('classes', 'title'),
    // Only branches that take a courses file have a type for its columns.
    required('courses', 'title'),
    optional('orgs', 'identifier'),
    optional('classes', 'classCode'),
    optional('classes', 'location'),
    optional('courses', 'courseCode'),
    optional('courses', 'subjects'),
    optional('users', 'middleName'),
    optional('users', 'identifier'),
    optional('users', 'phone'),
    optional('users', 'sms'),
    optional('classes', 'periods', { pattern: INTEGER, each: true, says: 'A period is not an integer.' }),
    optional('users', 'email', { pattern: EMAIL, says: 'PHP does not accept the email address as valid.' }),
    optional('users', 'userIds', {
      pattern: '^\\{[A-Za-z0-9]+:[A-Za-z0-9]+\\}$',
      each: true,
      says: 'An entry of userIds has characters that are not letters or digits.',
    }),
    optional('users', 'grades', {
      pattern: CEDS_PATTERN,
      says: 'The cell does not have exactly one grade of the CEDS list.',
    }),
  ],
};
