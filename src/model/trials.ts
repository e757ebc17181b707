/** The active trials of the schedule structures: each trial has sections of its own, so another one gives every class a new id. */

/** Active trialIDs in order, by structureID. */
export type ActiveTrials = Readonly<Record<string, readonly number[]>>;

/** Structures whose active trials are not those of `before`, in order. One that only one side has is no change. */
export function switchedStructures(before: ActiveTrials | undefined, now: ActiveTrials): readonly number[] {
  return Object.entries(before ?? {})
    .filter(
      ([structureID, trials]) => now[structureID] !== undefined && now[structureID].join() !== trials.join(),
    )
    .map(([structureID]) => Number(structureID))
    .sort((a, b) => a - b);
}

/** So many structures are named. */
const MOST_NAMED = 10;

export function trialsChanged(structures: readonly number[]): string {
  const more = structures.length - MOST_NAMED;
  const named = structures.slice(0, MOST_NAMED).join(', ');
  const of = structures.length === 1 ? `trial of structure ${named}` : `trials of structures ${named}`;
  return `the active ${of}${more > 0 ? ` and ${more} more` : ''} changed since the last bundle`;
}
