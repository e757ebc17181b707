/** What may be wrong with a district of a fleet, as filters of lists. */
export const DISTRICT_PROBLEMS = ['hold', 'late', 'failed', 'paused'] as const;

export type DistrictProblem = (typeof DISTRICT_PROBLEMS)[number];
