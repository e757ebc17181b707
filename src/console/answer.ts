import type { Explanation } from '../explain/explain.js';

/** What `explain --json` prints. */
export type Answer = Explanation & { readonly found: boolean };
