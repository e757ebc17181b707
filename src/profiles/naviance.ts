import { filesRequired, only11, zipNamed } from './demands.js';
import type { Profile } from './profile.js';

const IMPORT = 'https://ps.powerschool-docs.com/naviance/latest/oneroster-users-import-fields';

export const naviance: Profile = {
  name: 'naviance',
  title: 'Naviance',
  demands: [
    only11(IMPORT),
    filesRequired(IMPORT, 'orgs', 'users'),
    zipNamed(IMPORT, 'NavianceOneRoster.zip'),
    {
      kind: 'largest-zip',
      bytes: 2 ** 30,
      severity: 'error',
      says: 'The zip is larger than 1 GB.',
      source: IMPORT,
    },
    {
      kind: 'roles-kept',
      roles: ['student', 'administrator', 'teacher'],
      otherwise: 'drop-user',
      severity: 'error',
      says: 'A user has a role that is not student, administrator or teacher.',
      source: IMPORT,
    },
  ],
};
