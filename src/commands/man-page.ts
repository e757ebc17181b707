/** The manual page, from the declarations of the commands: roff of the man macros. */
import type { Command } from 'commander';
import { EXAMPLES, leaves, nameOf, shownOptions } from './declare/examples.js';

/** A line that begins with a dot or an apostrophe would be a macro, and a bare hyphen is not one that can be copied. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&');

export function manPage(
  program: Command,
  exitCodes: readonly (readonly [code: string, means: string])[],
): string {
  const commands = leaves(program).map(commandSection);
  const codes = exitCodes.map(([code, means]) => `.TP\n${roff(code)}\n${roff(means)}`);
  return `.TH ONEROSTER\\-EXPORT 1
.SH NAME
oneroster\\-export \\- ${roff(program.description())}
.SH SYNOPSIS
.B oneroster\\-export
.I command
.RI [ options ]
.SH COMMANDS
${commands.join('\n')}
.SH EXIT STATUS
${codes.join('\n')}
.SH ENVIRONMENT
.TP
ONEROSTER_EXPORT_CONFIG
The config, where \\-\\-config is not given.
.TP
NO_COLOR, FORCE_COLOR
Output without color, or with color also without a terminal.
`;
}

function commandSection(command: Command): string {
  const options = shownOptions(command).map(
    ({ flags, description }) => `.TP\n.B ${roff(flags)}\n${roff(description)}`,
  );
  const examples = (EXAMPLES[nameOf(command)] ?? []).map(
    ([args, says]) => `.TP\n${roff(`oneroster-export ${args}`)}\n${roff(says)}`,
  );
  return [
    `.SS ${roff(`${nameOf(command)} ${command.usage()}`)}`,
    roff(command.description()),
    ...options,
    '.PP\nExamples:',
    ...examples,
  ].join('\n');
}
