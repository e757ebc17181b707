/** The result of each rule of a list for one record: unlike in a refresh, the rules continue after the first exclusion. */
import type { Facts, Rules, RuleText } from '../filter/rule.js';

/** `not-asked`: the record was already excluded, and the rule applies only to kept records. */
export type RulingVerdict = 'keep' | 'out' | 'not-asked';

export interface Ruling {
  readonly code: string;
  readonly verdict: RulingVerdict;
  readonly says: string;
  readonly fixIn: string;
  /** The ids, dates, flags and codes that the rule looked at, with those it reports. */
  readonly saw: Facts;
  /** What it reports, when it leaves the record out. */
  readonly facts?: Facts;
  /** The first rule that leaves this row or record out. */
  readonly isFirst: boolean;
}

export function askAll<Subject, Context>(
  rules: Rules<Subject, Context>,
  subject: Subject,
  context: Context,
): readonly Ruling[] {
  return markFirst(
    rules.map(({ code, says, fixIn, excludes, saw }) => {
      const facts = excludes(subject, context);
      return {
        code,
        verdict: facts === undefined ? 'keep' : 'out',
        says,
        fixIn,
        saw: { ...saw(subject, context), ...facts },
        ...(facts && { facts }),
        isFirst: false,
      };
    }),
  );
}

/** A reason that is found elsewhere than by a rule of a list, with what was reported of the record. */
export type Reason = Pick<RuleText, 'code' | 'says' | 'fixIn'>;

/** Reasons in the order in which they are looked for: what comes after the one that was found was not looked for. */
export function askedInTurn(
  reasons: readonly Reason[],
  reported: { readonly code: string; readonly facts: Facts } | undefined,
  isOutBefore = false,
): readonly Ruling[] {
  const at = reasons.findIndex(({ code }) => code === reported?.code);
  return reasons.map(({ code, says, fixIn }, index) => {
    const verdict = index === at ? 'out' : isOutBefore || (at >= 0 && index > at) ? 'not-asked' : 'keep';
    const facts = verdict === 'out' ? reported?.facts : undefined;
    return { code, verdict, says, fixIn, saw: {}, ...(facts && { facts }), isFirst: verdict === 'out' };
  });
}

export function markFirst(rulings: readonly Ruling[]): readonly Ruling[] {
  const first = rulings.findIndex(({ verdict }) => verdict === 'out');
  return rulings.map((ruling, at) => ({ ...ruling, isFirst: at === first }));
}
