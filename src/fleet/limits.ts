/** Deadlines and limits of the workers. */
import type { Limit } from '../model/limits.js';

export const FLEET_LIMITS = {
  attempts: {
    says: 'attempts at a refresh that ends with exit code 1, 4, 5 or 6; none after 2 or 3',
    most: 6,
    unit: 'attempts',
    error: 'a failed run in `fleet status`',
  },
  firstWait: {
    says: 'the wait before the second attempt; each further one doubles it',
    most: 30,
    unit: 'seconds',
    error: 'none',
  },
  longestWait: { says: 'the wait between two attempts', most: 15, unit: 'minutes', error: 'none' },
  plan: { says: 'between two looks for nights that have begun', most: 60, unit: 'seconds', error: 'none' },
  sweep: { says: 'between two looks for jobs of dead workers', most: 5, unit: 'seconds', error: 'none' },
  look: { says: 'between two looks of an idle worker for a job', most: 2, unit: 'seconds', error: 'none' },
  paused: {
    says: 'until a job of a paused district is looked at again',
    most: 60,
    unit: 'seconds',
    error: 'none',
  },
  held: {
    says: 'until a job of a district that another program works on is looked at again',
    most: 30,
    unit: 'seconds',
    error: 'none',
  },
} as const satisfies Readonly<Record<string, Limit>>;
