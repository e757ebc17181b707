/** Tests of which a run of the night tests tries some, each day others: see share.ts. */
import { it } from '@jest/globals';
import { describeWith } from './needs.js';
import { current, groupInTurn, isTurnOf, tell, type Share } from './share.js';

/** What the tests of a group need of the machine. */
interface Needs {
  readonly isHere: boolean;
  readonly tool: string;
}

export const ANYWHERE: Needs = { isHere: true, tool: '' };

/** Groups of tests, each with a set-up of its own, of which a run tries one: see `groupInTurn`. `share`: that of the group in turn. */
export function groupsInTurn(
  list: string,
  ...titles: readonly string[]
): { readonly share: Share; readonly group: (title: string, needs: Needs, body: () => void) => void } {
  const { groups, share } = groupInTurn(list, titles);
  return {
    share,
    group: (title, { isHere, tool }, body) => {
      if (!titles.includes(title)) throw new Error(`${title} would never have its turn.`);
      if (groups.includes(title)) describeWith(isHere, tool)(title, body);
      else it.skip(`${title}: on other days`, () => undefined);
    },
  };
}

export interface Turns {
  /** For a test that also needs something of the machine: what runs it, or skips it on other days. */
  readonly inTurn: (run: typeof it.skip) => typeof it.skip;
  readonly it: (title: string, body: () => Promise<void> | void, timeout?: number) => void;
}

/** One in `every` is tried, in the order in which they stand; the others are skipped. `share`: that of their group. */
export function inTurns(list: string, every: number, share = current()): Turns {
  let [tried, of] = [0, 0];
  const isTurn = (): boolean => {
    const isTried = isTurnOf(share, every, of);
    of += 1;
    if (isTried) tried += 1;
    tell({ list, tried, of });
    return isTried;
  };
  return {
    inTurn: (run) => (isTurn() ? run : it.skip),
    it: (title, body, timeout) => {
      if (isTurn()) it(title, body, timeout);
      else it.skip(title, body, timeout);
    },
  };
}
