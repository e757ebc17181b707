/** Which trials of a school's schedule structures are active. */
import type { ActiveTrials } from '../model/trials.js';
import type { Snapshot } from './snapshot.js';

/** Of the structures of the active year. One without an active trial has an empty list. */
export function activeTrials(snapshot: Snapshot, isOfSchool: (schoolID: number) => boolean): ActiveTrials {
  const calendars = new Set(
    [...snapshot.rows('Calendar')]
      .filter(({ schoolID, endYear }) => endYear === snapshot.year.endYear && isOfSchool(schoolID))
      .map(({ calendarID }) => calendarID),
  );
  const trials: Partial<Record<string, number[]>> = {};
  for (const { calendarID, structureID, trialID, active } of snapshot.rows('Trial')) {
    if (!calendars.has(calendarID)) continue;
    const list = (trials[structureID] ??= []);
    if (active === 1) list.push(trialID);
  }
  return Object.fromEntries(
    Object.entries(trials).map(([structureID, list = []]) => [structureID, list.sort((a, b) => a - b)]),
  );
}
