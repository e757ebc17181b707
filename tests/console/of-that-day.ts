/** What a console starts, on the day of the small district: the console itself has no date to choose. */
import { AS_OF } from '../refresh/small-day.js';

const JUDGES: readonly string[] = ['refresh', 'explain', 'preflight', 'forecast'];

export const ofThatDay = ([command = '', ...more]: readonly string[]): readonly string[] => [
  command,
  ...(JUDGES.includes(command) ? ['--as-of', AS_OF] : []),
  ...more,
];
