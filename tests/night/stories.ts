/** Proofs that are one long story each, of which a run tries one. */
import { groupsInTurn } from '../support/turns.js';

export const storiesInTurn = (): ReturnType<typeof groupsInTurn> =>
  groupsInTurn(
    'long stories',
    'from each step of the school year',
    'the demo exported for a receiver',
    'a school year',
    'every record of the demo that was left out',
  );
