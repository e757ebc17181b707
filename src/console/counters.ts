/** How often something may happen within a minute, for each caller. */

const MINUTE = 60_000;
const MOST_CALLERS = 10_000;

export interface Limiter {
  /** Undefined if it may happen now; else the seconds until it may. */
  take(caller: string): number | undefined;
}

/** All counts are dropped when their minute ends. Beyond 10,000 callers within a minute, new ones are refused. */
export function perMinute(most: number, now: () => number): Limiter {
  let started = now();
  let counts = new Map<string, number>();
  return {
    take: (caller) => {
      const at = now();
      if (at - started >= MINUTE) {
        started = at;
        counts = new Map();
      }
      const count = counts.get(caller) ?? 0;
      const isFull = count === 0 && counts.size >= MOST_CALLERS;
      if (count >= most || isFull) return Math.ceil((started + MINUTE - at) / 1000);
      counts.set(caller, count + 1);
      return undefined;
    },
  };
}
