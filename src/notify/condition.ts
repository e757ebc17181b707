/** The state of one connection, or of the whole refresh, for notices. */

/** `expected`: not of this night; one of the coming ones would be on hold. */
export type ConditionState = 'good' | 'held' | 'refused' | 'failed' | 'late' | 'ended' | 'expected';

export interface Figures {
  readonly rows: number;
  readonly leftOut: number;
  /** Against the last good bundle, where there is one. */
  readonly change?: { readonly before: number; readonly gone: number; readonly added: number };
}

/** Codes, ids and counts only: it travels over other people's machines. */
export interface Condition {
  /** The name of a connection; empty for the whole refresh. */
  readonly about: string;
  readonly state: ConditionState;
  /** Of an expected one: the night, as a day. */
  readonly on?: string;
  /** Why: of errors, doubts or findings. */
  readonly codes: readonly string[];
  /** The same in words. */
  readonly says: readonly string[];
  /** What was made, where something was. */
  readonly bundle?: { readonly sha256: string; readonly rows: number };
  /** Counts of the first screen of the report. */
  readonly figures?: Figures;
  /** Path of the report below the home folder, with slashes. */
  readonly report?: string;
}

/** The last notice of a channel about one subject. */
export interface Told {
  readonly condition: string;
  /** When the condition began, as an instant. */
  readonly since: string;
}

/** Under which a channel's last notice is kept: what is expected is a subject beside the connection itself. */
export const subjectOf = ({ about, on }: Pick<Condition, 'about' | 'on'>): string =>
  on === undefined ? about : `${about} coming`;

/** Conditions with the same key are the same news. A coming night is news once, also when other reasons join. */
export function keyOf({ state, codes, on }: Condition): string {
  if (on !== undefined) return `${state} ${on}`;
  return [state, ...[...new Set(codes)].sort()].join(' ');
}

export interface News extends Condition {
  /** Differs from the last notice. */
  readonly isChange: boolean;
  readonly since: string;
}

/** Without an earlier notice, the last state counts as good. */
const NEVER_TOLD = 'good';

export function newsFor(
  conditions: readonly Condition[],
  told: ReadonlyMap<string, Told>,
  at: string,
): readonly News[] {
  return conditions.map((condition) => {
    const last = told.get(subjectOf(condition));
    const isChange = keyOf(condition) !== (last?.condition ?? NEVER_TOLD);
    return { ...condition, isChange, since: isChange ? at : (last?.since ?? at) };
  });
}
