/** `completion`: a script for a shell, from the declarations of the commands. Values that only a run would know are left to files. */
import type { Command, Option } from 'commander';
import { SUBJECT_WORDS } from '../explain/search/subject.js';
import { ExportError } from '../model/errors.js';
import { nameOf, shownOptions } from './declare/examples.js';
import { posixQuoted } from '../platform/names.js';

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

interface Flag {
  readonly name: string;
  readonly says: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** A command, or a group of them. */
interface Entry {
  /** `hold release`; empty for the program. */
  readonly name: string;
  readonly below: readonly { readonly name: string; readonly says: string }[];
  readonly flags: readonly Flag[];
  /** Of the first argument. */
  readonly choices: readonly string[];
}

export function completionScript(program: Command, shell: string): string {
  const writer = Object.hasOwn(WRITERS, shell) ? WRITERS[shell as (typeof SHELLS)[number]] : undefined;
  if (writer === undefined)
    throw new ExportError(
      'usage',
      `There is no completion for ${shell}. It must be one of ${SHELLS.join(', ')}.`,
    );
  return writer(entriesOf(program));
}

function entriesOf(command: Command): readonly Entry[] {
  const below = command.commands.filter((each) => each.name() !== 'help');
  const own: Entry = {
    name: nameOf(command),
    below: below.map((each) => ({ name: each.name(), says: each.description() })),
    flags: [...shownOptions(command).map(flagOf), HELP],
    choices: FIRST_ARGUMENTS[nameOf(command)] ?? [],
  };
  return [own, ...below.flatMap(entriesOf)];
}

const HELP: Flag = { name: '--help', says: 'display help for command', takesValue: false, choices: [] };

const flagOf = ({ long, short, description, required, optional, argChoices = [] }: Option): Flag => ({
  name: long ?? short ?? '',
  says: description,
  takesValue: required || optional,
  choices: argChoices,
});

const FIRST_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  explain: SUBJECT_WORDS,
  completion: SHELLS,
};

const wordsOf = ({ below, choices }: Entry): readonly string[] => [
  ...below.map(({ name }) => name),
  ...choices,
];

const PROGRAM = 'oneroster-export';

/** The entries whose name is not empty, for finding the command in what is typed so far. */
const named = (entries: readonly Entry[]): readonly string[] =>
  entries.map(({ name }) => name).filter((name) => name !== '');

/** Cases by the command and the option before the cursor: what completes the option's value. */
const valueCases = (
  entries: readonly Entry[],
  reply: (choices: readonly string[]) => string,
): readonly string[] =>
  entries.flatMap(({ name, flags }) =>
    flags
      .filter(({ takesValue }) => takesValue)
      .map((flag) => `    ${posixQuoted(`${name} ${flag.name}`)}) ${reply(flag.choices)}; return ;;`),
  );

function bash(entries: readonly Entry[]): string {
  const values = valueCases(entries, (choices) => {
    const from = choices.length > 0 ? `-W '${choices.join(' ')}'` : '-f';
    return `COMPREPLY=($(compgen ${from} -- "$cur"))`;
  });
  const words = entries.map(
    (entry) =>
      `    '${entry.name}') flags='${entry.flags.map(({ name }) => name).join(' ')}'; words='${wordsOf(entry).join(' ')}' ;;`,
  );
  return `# bash completion for ${PROGRAM}, made by: ${PROGRAM} completion bash
_oneroster_export() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path='' flags='' words='' at next
  for ((at = 1; at < COMP_CWORD; at++)); do
    next="\${path:+$path }\${COMP_WORDS[at]}"
    case "$next" in
      ${named(entries)
        .map((name) => `'${name}'`)
        .join('|')}) path=$next ;;
    esac
  done
  case "$path $prev" in
${values.join('\n')}
  esac
  case "$path" in
${words.join('\n')}
  esac
  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$cur"))
  elif [[ -n $words ]]; then COMPREPLY=($(compgen -W "$words" -- "$cur"))
  else COMPREPLY=($(compgen -f -- "$cur")); fi
}
complete -o filenames -F _oneroster_export ${PROGRAM}
`;
}

function zsh(entries: readonly Entry[]): string {
  const described = (name: string, says: string): string =>
    posixQuoted(`${name.replaceAll(':', '\\:')}:${says}`);
  const cases = entries.map((entry) => {
    const words = [
      ...entry.below.map(({ name, says }) => described(name, says)),
      ...entry.choices.map((choice) => posixQuoted(choice)),
    ];
    return `    ${posixQuoted(entry.name)})
      words_=(${words.join(' ')})
      flags_=(${entry.flags.map(({ name, says }) => described(name, says)).join(' ')}) ;;`;
  });
  const values = valueCases(entries, (choices) =>
    choices.length > 0 ? `compadd -- ${choices.join(' ')}` : '_files',
  );
  return `#compdef ${PROGRAM}
# zsh completion for ${PROGRAM}, made by: ${PROGRAM} completion zsh
_oneroster_export() {
  local path_='' next_ at
  local -a words_ flags_
  for ((at = 2; at < CURRENT; at++)); do
    next_="\${path_:+$path_ }\${words[at]}"
    case "$next_" in
      ${named(entries).map(posixQuoted).join('|')}) path_=$next_ ;;
    esac
  done
  case "$path_ \${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  case "$path_" in
${cases.join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then _describe -o option flags_
  elif (( \${#words_} )); then _describe command words_
  else _files; fi
}
if [[ $funcstack[1] == _oneroster_export ]]; then _oneroster_export "$@"; else compdef _oneroster_export ${PROGRAM}; fi
`;
}

function fish(entries: readonly Entry[]): string {
  const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = entries.flatMap((entry) => {
    const when = `-n ${quote(`test (__oneroster_export_path) = "${entry.name}"`)}`;
    return [
      ...entry.below.map(
        ({ name, says }) => `complete -c ${PROGRAM} -f ${when} -a ${name} -d ${quote(says)}`,
      ),
      ...(entry.choices.length === 0
        ? []
        : [`complete -c ${PROGRAM} -f ${when} -a ${quote(entry.choices.join(' '))}`]),
      ...entry.flags.map(({ name, says, takesValue, choices }) => {
        const value = choices.length > 0 ? ` -x -a ${quote(choices.join(' '))}` : takesValue ? ' -r' : '';
        return `complete -c ${PROGRAM} ${when} -l ${name.replace(/^--?/, '')}${value} -d ${quote(says)}`;
      }),
    ];
  });
  return `# fish completion for ${PROGRAM}, made by: ${PROGRAM} completion fish
function __oneroster_export_path
  set -l path ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim -- "$path $word")
    contains -- "$next" ${named(entries).map(quote).join(' ')}; and set path $next
  end
  echo "$path"
end
${lines.join('\n')}
`;
}

function powershell(entries: readonly Entry[]): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const list = (words: readonly string[]): string => `@(${words.map(quote).join(', ')})`;
  const table = entries.map((entry) => {
    const values = entry.flags
      .filter(({ choices }) => choices.length > 0)
      .map(({ name, choices }) => `${quote(name)} = ${list(choices)}`);
    return `    ${quote(entry.name)} = @{ words = ${list(wordsOf(entry))}; flags = ${list(entry.flags.map(({ name }) => name))}; values = @{ ${values.join('; ')} } }`;
  });
  return `# PowerShell completion for ${PROGRAM}, made by: ${PROGRAM} completion powershell
Register-ArgumentCompleter -Native -CommandName ${PROGRAM} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $commands = @{
${table.join('\n')}
  }
  $typed = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($wordToComplete -ne '' -and $typed.Count -gt 0) { $typed = @($typed | Select-Object -SkipLast 1) }
  $path = ''
  foreach ($word in $typed) {
    $next = "$path $word".Trim()
    if ($commands.ContainsKey($next)) { $path = $next }
  }
  $entry = $commands[$path]
  $last = if ($typed.Count -gt 0) { $typed[-1] } else { '' }
  $found = if ($entry.values.ContainsKey($last)) { $entry.values[$last] }
    elseif ($wordToComplete.StartsWith('-')) { $entry.flags } else { $entry.words }
  $found | Where-Object { $_ -like "$wordToComplete*" } |
    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`;
}

const WRITERS: Readonly<Record<(typeof SHELLS)[number], (entries: readonly Entry[]) => string>> = {
  bash,
  zsh,
  fish,
  powershell,
};
