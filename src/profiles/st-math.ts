import { filesRequired, only11, ROSTERING, zipNamed } from './demands.js';
import type { Profile } from './profile.js';

const PROVISIONING = 'https://help.stmath.com/hc/en-us/articles/1500009812561-OneRoster-Roster-Provisioning';

export const stMath: Profile = {
  name: 'st-math',
  title: 'ST Math',
  demands: [
    only11(PROVISIONING),
    filesRequired(PROVISIONING, ...ROSTERING),
    zipNamed(PROVISIONING, 'OneRoster.zip'),
    {
      kind: 'cell-required',
      table: 'users',
      column: 'grades',
      roles: ['student'],
      otherwise: 'drop-user',
      severity: 'error',
      says: 'A student has no grade.',
      source: PROVISIONING,
    },
    {
      kind: 'pattern',
      table: 'users',
      column: 'grades',
      pattern: '^(-[12]|0?[0-9]|1[0-2]|[Pp][Kk]|[Tt][Kk]|[Kk][Gg])$',
      each: true,
      otherwise: 'report',
      severity: 'warning',
      says: 'A grade is not between -2 and 12, PK, TK or KG.',
      source: PROVISIONING,
    },
  ],
};
