/** What is wrong with a district, as filters of `fleet status`. Loads nothing: `--help` lists them. */
import type { DistrictOverview } from '../../fleet/overview.js';

export const PROBLEMS = ['hold', 'late', 'failed', 'paused'] as const;
export type ProblemKind = (typeof PROBLEMS)[number];

export function has(
  { isOnHold, isLate, isFailed, district }: DistrictOverview,
  problem: ProblemKind,
): boolean {
  return { hold: isOnHold, late: isLate, failed: isFailed, paused: district.pausedAt !== null }[problem];
}
