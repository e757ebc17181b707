/** Whether a district is so small that a thread would take longer to load its program than the work itself takes. */
import { statSync } from 'node:fs';

/**
 * Of a snapshot: about 2,000 students. At 1,200 students and two connections a refresh in one thread took two thirds of the CPU time
 * of one with threads.
 */
export const SMALL_BYTES = 2 * 1024 * 1024;

/** `snapshot`: path of the sealed snapshot. */
export function isSmall(snapshot: string, smallBytes = SMALL_BYTES): boolean {
  return (statSync(snapshot, { throwIfNoEntry: false })?.size ?? 0) < smallBytes;
}
