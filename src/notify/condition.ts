/** How things stand with one connection, or with the refresh as a whole, as far as people want to be told about it. */

export type ConditionState = 'good' | 'held' | 'refused' | 'failed' | 'late' | 'ended';

/** Codes, ids and counts only: it travels over other people's machines. */
export interface Condition {
  /** The name of a connection; blank for the refresh as a whole. */
  readonly about: string;
  readonly state: ConditionState;
  /** Why: of errors, doubts or findings. */
  readonly codes: readonly string[];
  /** The same in words. */
  readonly says: readonly string[];
  /** What was made, where something was. */
  readonly bundle?: { readonly sha256: string; readonly rows: number };
}

/** What was told last to a channel about one subject. */
export interface Told {
  readonly condition: string;
  /** When the condition began, as an instant. */
  readonly since: string;
}

/** Conditions with the same key are the same news. */
export function keyOf({ state, codes }: Condition): string {
  return [state, ...[...new Set(codes)].sort()].join(' ');
}

export interface News extends Condition {
  /** Differs from what was told last. */
  readonly isChange: boolean;
  readonly since: string;
}

/** Who was never told of anything takes it that all is well. */
const NEVER_TOLD = 'good';

export function newsFor(
  conditions: readonly Condition[],
  told: ReadonlyMap<string, Told>,
  at: string,
): readonly News[] {
  return conditions.map((condition) => {
    const last = told.get(condition.about);
    const isChange = keyOf(condition) !== (last?.condition ?? NEVER_TOLD);
    return { ...condition, isChange, since: isChange ? at : (last?.since ?? at) };
  });
}
