/** Whether the schedule was switched to another trial since the last good bundle, for the guard and for people. */
import type { Staging } from '../assemble/assemble.js';
import type { Notice } from '../model/notices.js';
import { switchedStructures, trialsChanged } from '../model/trials.js';
import type { LastGood } from './last-good.js';

export interface SwitchedTrials {
  readonly switched: readonly number[];
  readonly notices: readonly Notice[];
}

export function switchedTrials(
  { trials }: Pick<Staging, 'trials'>,
  { lastTrials }: Pick<LastGood, 'lastTrials'>,
): SwitchedTrials {
  const switched = switchedStructures(lastTrials, trials);
  if (switched.length === 0) return { switched, notices: [] };
  const said = trialsChanged(switched);
  const message = `${said.charAt(0).toUpperCase()}${said.slice(1)}, so all of its classes have new ids.`;
  return {
    switched,
    notices: [{ code: 'active-trial-changed', severity: 'warning', message, count: switched.length }],
  };
}
