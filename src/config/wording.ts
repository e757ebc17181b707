/** The problems that the declaration finds, in plain words. Never the value itself. */
import type { z } from 'zod';

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list (one line per item, starting with a hyphen)',
  object: 'a group of settings (key: value)',
  record: 'a group of settings (key: value)',
};

type Issue = z.core.$ZodRawIssue;

/** What was wrong, from how the value should have been. */
export function explainIssue(issue: Issue): string {
  const demand = demandOf(issue);
  const value = issue.code === 'invalid_union' ? chosenBy(issue) : issue.input;
  if (value === undefined) {
    return issue.code === 'invalid_type' ? 'is missing' : `is missing: it ${demand}`;
  }
  return value === null ? `is empty: it ${demand}` : demand;
}

/** `must be "1.1" or "1.2"`, `must be one of IT, PR, PK`. Quotes only where the bare text would be a number. */
export function mustBeOneOf(values: readonly string[]): string {
  const shown = values.every((value) => !Number.isNaN(Number(value)))
    ? values.map((value) => `"${value}"`)
    : values;
  return shown.length > 2 ? `must be one of ${shown.join(', ')}` : `must be ${shown.join(' or ')}`;
}

function demandOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${EXPECTED[issue.expected] ?? 'something else'}`;
    case 'invalid_value':
      return mustBeOneOf(issue.values.map(String));
    case 'invalid_union':
      return mustBeOneOf('options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : []);
    case 'too_small':
      return issue.origin === 'array'
        ? 'must list at least one'
        : `must be at least ${String(issue.minimum)}`;
    case 'too_big':
      return `must be at most ${String(issue.maximum)}`;
    default:
      return 'is not in the right form';
  }
}

/** The key that decides which settings a group takes. */
function chosenBy(issue: Issue & { readonly code: 'invalid_union' }): unknown {
  const group: unknown = issue.input;
  const key = 'discriminator' in issue ? issue.discriminator : undefined;
  return typeof group === 'object' && group !== null && typeof key === 'string'
    ? (group as Readonly<Record<string, unknown>>)[key]
    : group;
}
