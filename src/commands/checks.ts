/** `rules --checks`: prints the catalog of bundle checks. */
import { checks } from '../verify/catalogue/checks.js';
import { columns, type Terminal } from './terminal.js';

export function checksCommand(options: { readonly json?: boolean }, { out }: Terminal): void {
  if (options.json === true) {
    out(`${JSON.stringify({ checks }, undefined, 2)}\n`);
    return;
  }
  out(
    'Checks of a bundle. Errors withhold it. Run `profiles` for what receivers require beyond these checks.\n\n',
  );
  for (const { code, severity, says, source } of checks) {
    out(`${code}  (${severity})\n`);
    out(
      columns(
        [
          ['says', says],
          ['source', source],
        ],
        '  ',
      ),
    );
    out('\n');
  }
}
