/** `rules --preflight`: prints what preflight looks for in the data of a district. */
import { publishedJson } from '../model/published-json.js';
import { findings, SEVERITIES } from '../preflight/register.js';
import { columns, type Terminal } from './terminal.js';

export function findingsCommand(options: { readonly json?: boolean }, { out }: Terminal): void {
  const texts = SEVERITIES.flatMap((severity) =>
    findings
      .filter((finding) => finding.severity === severity)
      .map(({ code, scope, says, fixIn, source }) => ({ code, severity, scope, says, fixIn, source })),
  );
  if (options.json === true) {
    out(`${publishedJson({ findings: texts })}\n`);
    return;
  }
  out('What preflight looks for in the data. A finding excludes no record; rules do.\n\n');
  for (const { code, severity, says, fixIn, source } of texts) {
    const lines = [
      ['says', says],
      ['fix in', fixIn],
      ['source', source],
    ];
    out(`${code}  (${severity})\n${columns(lines, '  ')}\n`);
  }
}
