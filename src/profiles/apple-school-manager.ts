import { bulkOnly, filesRequired, only11 } from './demands.js';
import type { Profile } from './profile.js';

const TEMPLATES = 'https://support.apple.com/guide/apple-school-manager/axm46d50f6bf/web';
const UPLOAD = 'https://support.apple.com/guide/apple-school-manager/axmca6a10439/web';
const USERS = 'https://support.apple.com/guide/apple-school-manager/axm82e7767fc/web';
const ENROLLMENTS = 'https://support.apple.com/guide/apple-school-manager/axma09e81c4d/web';
const ENCODING = 'https://support.apple.com/guide/apple-school-manager/tes46d50f6bf/web';

export const appleSchoolManager: Profile = {
  name: 'apple-school-manager',
  title: 'Apple School Manager',
  demands: [
    only11(TEMPLATES),
    bulkOnly(UPLOAD),
    filesRequired(UPLOAD, 'users', 'courses', 'classes', 'enrollments', 'orgs'),
    {
      kind: 'line-end',
      lineEnd: 'lf',
      severity: 'error',
      says: 'Lines end in CR LF; Apple requires LF.',
      source: ENCODING,
    },
    {
      kind: 'quoting',
      quoting: 'minimal',
      severity: 'warning',
      says: 'A value has unnecessary quotes.',
      source: TEMPLATES,
    },
    {
      kind: 'roles-kept',
      roles: ['student', 'teacher'],
      otherwise: 'drop-user',
      severity: 'error',
      says: 'A user or an enrollment has a role that is not student or teacher.',
      source: USERS,
    },
    {
      kind: 'one-primary-teacher',
      otherwise: 'send-as-teacher',
      severity: 'error',
      says: 'A class has more than one primary teacher.',
      source: ENROLLMENTS,
    },
    {
      kind: 'cell-required',
      table: 'users',
      column: 'email',
      otherwise: 'report',
      severity: 'warning',
      says: 'A user has no email address, which federated accounts require.',
      source: USERS,
    },
    {
      kind: 'unique',
      table: 'users',
      column: 'email',
      ignoreCase: true,
      otherwise: 'report',
      severity: 'warning',
      says: 'Two users share an email address, which federated accounts do not allow.',
      source: USERS,
    },
  ],
};
