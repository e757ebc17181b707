import { ruleSays } from '../filter/register.js';
import { NO_RULE } from '../model/vanished.js';

/** The sentence of a code in a list of vanished records: a rule, or what stands in the place of one; empty for an unknown code. */
export const whyVanished = (code: string): string =>
  (NO_RULE as Readonly<Record<string, string>>)[code] ?? ruleSays(code);
