/** One line for a connection whose bundle was withheld: why, and what to do. Codes and counts only. */
import type { RefreshResult } from '../refresh/refresh.js';

const MOST_SHOWN = 3;

export function withheldLine(result: RefreshResult['connections'][number]): string | undefined {
  const { settings, outcome, holds, findings, report } = result;
  if (outcome !== 'withheld') return undefined;
  const { name } = settings;
  const page = report === undefined ? '' : ` Report: ${report}`;
  if (holds.length > 0) {
    const why = shown(holds.map(({ says }) => says.replace(/\.$/, '')));
    return `${name}: on hold; the last good bundle stays: ${why}. Decide with: oneroster-export release ${name} --reason TEXT, or discard.${page}\n`;
  }
  const errors = findings.filter(({ severity }) => severity === 'error');
  const why = shown(errors.map(({ code, count }) => `${code} (${count})`));
  return `${name}: refused by verification; the last good bundle stays: ${why}. Fix these in Campus or the config, then run the refresh again.${page}\n`;
}

function shown(all: readonly string[]): string {
  const more = all.length > MOST_SHOWN ? `; and ${all.length - MOST_SHOWN} more` : '';
  return all.slice(0, MOST_SHOWN).join('; ') + more;
}
