/** A command of a fleet in this process, and what it printed. */
import type { FleetCall } from '../../../src/commands/fleet/call.js';
import type { FleetSite } from '../../support/fleet-site.js';

export interface Called {
  readonly call: FleetCall;
  /** What was printed since the last look. */
  readonly printed: () => string;
}

export function calledOn({ folder }: FleetSite, now = new Date()): Called {
  let text = '';
  const out = (part: string): void => {
    text += part;
  };
  return {
    call: { folder, env: {}, now, terminal: { out, err: () => undefined, isWatched: false } },
    printed: () => {
      const found = text;
      text = '';
      return found;
    },
  };
}
