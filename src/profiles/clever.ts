/** Clever's own rules as an open generator names them, which tries its files against Clever. */
import { bulkOnly, filesRequired, only11, ROSTERING, zipNamed } from './demands.js';
import type { Profile } from './profile.js';

const GENERATOR = 'https://github.com/legertom/oneroster-data';

export const clever: Profile = {
  name: 'clever',
  title: 'Clever',
  demands: [
    only11(GENERATOR),
    bulkOnly(GENERATOR),
    filesRequired(GENERATOR, ...ROSTERING),
    zipNamed(GENERATOR, 'OneRoster.zip', 'warning'),
    {
      kind: 'class-in-future',
      otherwise: 'report',
      severity: 'warning',
      says: 'No session of the class has started: Clever drops the class and its enrollments until then.',
      source: GENERATOR,
    },
    {
      kind: 'session-type',
      types: ['term'],
      severity: 'warning',
      says: 'The class is in a session whose type is not term, which Clever maps less accurately.',
      source: GENERATOR,
    },
  ],
};
