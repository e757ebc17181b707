/** `rules`: prints the register of rules. */
import { publishedJson } from '../model/published-json.js';
import { policies } from '../filter/policies.js';
import { allRules } from '../filter/register.js';
import { columns, type Terminal } from './terminal.js';

export function rulesCommand(options: { readonly json?: boolean }, { out }: Terminal): void {
  if (options.json === true) {
    out(`${publishedJson({ rules: allRules, policies })}\n`);
    return;
  }
  out('Rules that exclude a record, in policy order; the first one that applies is the recorded reason.\n\n');
  for (const { code, kinds, says, source, fixIn } of allRules) {
    out(`${code}  (${kinds.join(', ')})\n`);
    out(
      columns(
        [
          ['says', says],
          ['source', source],
          ['fix in', fixIn],
        ],
        '  ',
      ),
    );
    out('\n');
  }
  out('Policies that exclude no records by themselves.\n\n');
  for (const { code, says, source } of policies) {
    out(
      `${code}\n${columns(
        [
          ['says', says],
          ['source', source],
        ],
        '  ',
      )}\n`,
    );
  }
}
