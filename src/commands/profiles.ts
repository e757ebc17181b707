/** `profiles`: prints what each receiver requires beyond the standard, with sources. */
import { profiles } from '../profiles/index.js';
import type { Demand } from '../profiles/profile.js';
import { columns, type Terminal } from './terminal.js';

export function profilesCommand(options: { readonly json?: boolean }, { out }: Terminal): void {
  if (options.json === true) {
    out(`${JSON.stringify({ profiles }, undefined, 2)}\n`);
    return;
  }
  out('What receivers require beyond the standard. Errors withhold a bundle; warnings are shown.\n');
  for (const { name, title, demands } of profiles) {
    out(`\n${name}  (${title})\n`);
    for (const demand of demands) {
      out(`  ${demand.kind}${settingOf(demand)}\n`);
      out(
        columns(
          [
            [demand.severity, demand.says],
            ['source', demand.source],
          ],
          '    ',
        ),
      );
    }
  }
}

const IN_WORDS = ['kind', 'says', 'source', 'severity'];

/** What a demand is set to, such as `most=49`. */
function settingOf(demand: Demand): string {
  const settings = Object.entries(demand).filter(([key]) => !IN_WORDS.includes(key));
  return settings
    .map(([key, value]) => `  ${key}=${Array.isArray(value) ? value.join(',') : String(value)}`)
    .join('');
}
