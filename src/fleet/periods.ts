/** How often workers look, in milliseconds. */
export const PERIODS_MS = {
  /** For nights that have begun. */
  plan: 60_000,
  /** For jobs of dead workers. */
  sweep: 5_000,
  /** For a job, when idle. */
  look: 2_000,
  /** Again at a job of a paused district. */
  paused: 60_000,
  /** Again at a job of a district that another program works on. */
  held: 30_000,
} as const;
