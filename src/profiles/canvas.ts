import type { Demand, Profile } from './profile.js';

const PRACTICE = 'https://guides.instructure.com/m/106633/l/1418004-rostering-configuration-best-practices';

const dated = (column: 'beginDate' | 'endDate'): Demand => ({
  kind: 'cell-required',
  table: 'enrollments',
  column,
  otherwise: 'fill-from-terms',
  severity: 'error',
  says: 'An enrollment has no begin or no end date.',
  source: PRACTICE,
});

export const canvas: Profile = {
  name: 'canvas',
  title: 'Canvas by Instructure',
  demands: [
    dated('beginDate'),
    dated('endDate'),
    {
      kind: 'one-enrollment',
      otherwise: 'drop-enrollment',
      severity: 'error',
      says: 'A user who left a class and returned has other enrollments in it besides the current one.',
      source: PRACTICE,
    },
  ],
};
