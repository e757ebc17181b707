import { bulkOnly, filesRequired, looseFiles, only12 } from './demands.js';
import type { Profile } from './profile.js';

const FORMAT = 'https://learn.microsoft.com/en-us/schooldatasync/sds-v2.1-csv-file-format';
const ONEROSTER = 'https://learn.microsoft.com/en-us/schooldatasync/data-ingestion-wiith-oneroster-1.2-csv';

export const microsoftSds: Profile = {
  name: 'microsoft-sds',
  title: 'Microsoft School Data Sync',
  demands: [
    only12(ONEROSTER),
    bulkOnly(FORMAT),
    filesRequired(FORMAT, 'orgs', 'users', 'roles'),
    looseFiles(FORMAT),
    {
      kind: 'pattern',
      table: 'users',
      column: 'email',
      pattern: '^[^A-Z]*$',
      otherwise: 'lower-case',
      severity: 'error',
      says: 'An email address has uppercase letters.',
      source: FORMAT,
    },
    {
      kind: 'pattern',
      table: 'users',
      column: 'phone',
      pattern: '^\\+[1-9][0-9]{1,14}$',
      otherwise: 'report',
      severity: 'warning',
      says: 'A phone number is not written in E.164, as in +15550100.',
      source: FORMAT,
    },
  ],
};
