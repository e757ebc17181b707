import type { Explanation } from '../explain/explain.js';
import type { SubjectKind } from '../explain/search/subject.js';

/** What `explain --json` prints. */
export type Answer = Explanation & { readonly kind: SubjectKind; readonly found: boolean };
