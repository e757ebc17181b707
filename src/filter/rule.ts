/** What a rule is: a named reason to leave one record out. Rules are data; the few functions that run them are here. */

/** What a rule saw: ids, codes, dates, flags and counts; never a name, an address or a number that reaches a person. */
export type Facts = Readonly<Record<string, Fact>>;

export type Fact = string | number | boolean | null;

/** A rule without the functions that apply it. */
export interface RuleText {
  /** A promise to readers of history: never renamed, never reused. */
  readonly code: string;
  /** One sentence: what is found when the rule leaves a record out. */
  readonly says: string;
  /** Its source. */
  readonly source: string;
  /** The numbers of the prerequisites that it applies; the register prints them and a test holds it to all of them. */
  readonly applies: readonly number[];
  /** The Campus screen and field where to fix it. */
  readonly fixIn: string;
}

export interface Rule<Subject, Context> extends RuleText {
  /** The facts that leave the record out, or undefined to keep it. */
  readonly excludes: (subject: Subject, context: Context) => Facts | undefined;
  /** What decides, whatever the verdict: columns by their names, and what was looked up. Only `explain` reads it. */
  readonly saw: (subject: Subject, context: Context) => Facts;
}

export type Rules<Subject, Context> = readonly Rule<Subject, Context>[];

/** Why a record is out. */
export interface Exclusion {
  readonly code: string;
  readonly facts: Facts;
}

/** The first rule that excludes gives the recorded reason: the order of a list is policy. */
export function firstExclusion<Subject, Context>(
  rules: Rules<Subject, Context>,
  subject: Subject,
  context: Context,
): Exclusion | undefined {
  for (const rule of rules) {
    const facts = rule.excludes(subject, context);
    if (facts !== undefined) return { code: rule.code, facts };
  }
  return undefined;
}

/** The rows of one person that no rule leaves out, and the reason of each of the others. */
export interface Sifted<Row> {
  readonly kept: readonly Row[];
  readonly out: readonly { readonly row: Row; readonly exclusion: Exclusion }[];
}

export function sift<Row, Context>(
  rules: Rules<Row, Context>,
  rows: readonly Row[],
  context: Context,
): Sifted<Row> {
  const kept: Row[] = [];
  const out: { row: Row; exclusion: Exclusion }[] = [];
  for (const row of rows) {
    const exclusion = firstExclusion(rules, row, context);
    if (exclusion === undefined) kept.push(row);
    else out.push({ row, exclusion });
  }
  return { kept, out };
}

/**
 * Why a person without kept rows is excluded: the reason of the row that passed most rules, as if the rules
 * narrowed the rows one after the other.
 */
export function furthestExclusion<Row, Context>(
  rules: Rules<Row, Context>,
  sifted: Sifted<Row>,
): Exclusion | undefined {
  const depth = (exclusion: Exclusion): number => rules.findIndex((rule) => rule.code === exclusion.code);
  return sifted.out
    .map(({ exclusion }) => exclusion)
    .reduce<Exclusion | undefined>(
      (deepest, next) => (deepest === undefined || depth(next) > depth(deepest) ? next : deepest),
      undefined,
    );
}
