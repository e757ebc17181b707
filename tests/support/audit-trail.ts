import type { AuditEntry } from '../../src/state/audit.js';
import type { State } from '../../src/state/state.js';

/** The whole of it, in the order in which it was written; nothing of a state that is not there. */
export async function auditTrail(state: State | undefined): Promise<readonly AuditEntry[]> {
  return ((await state?.newestAudit({ limit: 1_000_000 })) ?? []).toReversed();
}
