/** A reason to put a bundle on hold, as the guard gives it. */
import type { SchoolNames } from './school-names.js';

/** Why a verified bundle is on hold. */
export interface HoldReason {
  readonly code: string;
  readonly says: string;
  /** Where it is about one school. */
  readonly school?: SchoolNames;
}
