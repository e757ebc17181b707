/** Findings that are the records some rule leaves out. */
import type { ConnectionFinding } from './finding.js';

const PEOPLE: readonly string[] = ['student', 'teacher', 'aide', 'guardian', 'relative'];

interface ByRule extends Omit<ConnectionFinding, 'scope' | 'watch'> {
  readonly rules: readonly string[];
  /** Present: only these kinds of record. */
  readonly kinds?: readonly string[];
}

export function byRule({ rules, kinds, ...text }: ByRule): ConnectionFinding {
  return {
    ...text,
    scope: 'connection',
    watch: (_survey, finder) => ({
      leftOut: (kind, id, { code, facts }) => {
        if (!rules.includes(code) || (kinds !== undefined && !kinds.includes(kind))) return;
        finder.found({ kind, id, facts, ...(PEOPLE.includes(kind) && { personID: Number(id) }) });
      },
    }),
  };
}
