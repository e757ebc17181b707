/** Findings that are the records some rule leaves out. */
import type { ConnectionFinding } from './finding.js';

const PEOPLE: readonly string[] = ['student', 'teacher', 'aide', 'guardian', 'relative'];

interface ByRule extends Omit<ConnectionFinding, 'scope' | 'watch'> {
  readonly rules: readonly string[];
  /** Present: only these kinds of record. */
  readonly kinds?: readonly string[];
  /** The list of records has the code of the rule. */
  readonly listsRule?: true;
}

export function byRule({ rules, kinds, listsRule, ...text }: ByRule): ConnectionFinding {
  return {
    ...text,
    scope: 'connection',
    watch: (_survey, finder) => ({
      leftOut: (kind, id, { code, facts }) => {
        if (!rules.includes(code) || (kinds !== undefined && !kinds.includes(kind))) return;
        const listed = listsRule === true ? { rule: code, ...facts } : facts;
        finder.found({ kind, id, facts: listed, ...(PEOPLE.includes(kind) && { personID: Number(id) }) });
      },
    }),
  };
}
