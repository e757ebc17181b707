/**
 * Writes the generated parts of the README files from the registers of the code, between marker comments. With `--check` it only
 * compares, and exits with code 1 if a page is stale.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { ACTIONS } from '../src/console/access.js';
import { manPage } from '../src/commands/man-page.js';
import { programToRead } from '../src/commands/declare/program.js';
import {
  describeFleetSettings,
  describeSettings,
  type SettingLine,
} from '../src/config/describe-settings.js';
import { policies } from '../src/filter/policies.js';
import { allRules } from '../src/filter/register.js';
import { causes, guards } from '../src/guard/guard.js';
import { EXIT_CODES, type ErrorCode } from '../src/model/errors.js';
import { findings, SEVERITIES } from '../src/preflight/register.js';
import { breachInWords, LIMITS, type Limit } from '../src/model/limits.js';
import { CONSOLE_ROLES } from '../src/model/settings.js';
import { profiles } from '../src/profiles/index.js';
import { checks } from '../src/verify/catalogue/checks.js';

/** Each section is in exactly one of them. */
export const PAGES = [
  'README.md',
  'config/README.md',
  'src/filter/README.md',
  'src/preflight/README.md',
  'src/profiles/README.md',
  'src/verify/README.md',
] as const;

const sections: Readonly<Record<string, () => string>> = {
  settings: () => settingsTable(describeSettings()),
  'fleet-settings': () => settingsTable(describeFleetSettings()),
  limits: () =>
    table(
      ['of', 'limit', 'default', 'changed by', 'a breach is'],
      Object.values(LIMITS).flatMap(({ title, limits }) =>
        Object.values<Limit>(limits).map((limit) => [
          title,
          limit.says,
          amountOf(limit),
          [limit.key, limit.flag].flatMap((name) => (name === undefined ? [] : [`\`${name}\``])).join(', '),
          breachInWords(limit),
        ]),
      ),
    ),
  rules: () =>
    table(
      ['code', 'excludes', 'when', 'fix in Campus', 'no.'],
      allRules.map(({ code, kinds, says, fixIn, applies }) => [
        `\`${code}\``,
        kinds.join(', '),
        says,
        fixIn,
        applies.join(', '),
      ]),
    ),
  readings: () =>
    table(
      ['code', 'policy', 'no.'],
      policies.map(({ code, says, applies }) => [`\`${code}\``, says, applies.join(', ')]),
    ),
  findings: () =>
    table(
      ['code', 'severity', 'finding', 'fix in Campus'],
      SEVERITIES.flatMap((severity) =>
        findings
          .filter((finding) => finding.severity === severity)
          .map(({ code, says, fixIn }) => [`\`${code}\``, severity, says, fixIn]),
      ),
    ),
  'exit-codes': () => table(['code', 'means'], exitCodes()),
  commands: () =>
    table(
      ['command', 'does', 'options in addition to `--config FILE`, `--json`, `--color` and `--log`'],
      commandNames()
        .filter(([first]) => first !== 'fleet')
        .map(commandRow),
    ),
  'fleet-commands': () =>
    table(
      ['command', 'does', 'options in addition to `--fleet FOLDER`, `--json`, `--color` and `--log`'],
      commandNames('fleet').map(commandRow),
    ),
  doubts: () =>
    table(
      ['code', 'puts a bundle on hold when'],
      [...guards, ...Object.values(causes)].map(({ code, says }) => [`\`${code}\``, says]),
    ),
  'console-roles': () =>
    table(
      ['a person may', ...CONSOLE_ROLES],
      Object.values(ACTIONS).map(({ says, roles }) => [
        says,
        ...CONSOLE_ROLES.map((role) => ((roles as readonly string[]).includes(role) ? 'yes' : '')),
      ]),
    ),
  checks: () =>
    table(
      ['code', 'severity', 'finding', 'source'],
      checks.map(({ code, severity, says, source }) => [`\`${code}\``, severity, says, source]),
    ),
  profiles: () =>
    table(
      ['profile', 'receiver', 'requirements; a bundle that violates one in bold is withheld'],
      profiles.map(({ name, title, demands }) => [
        `\`${name}\``,
        title,
        demands.map(({ severity, says }) => (severity === 'error' ? `**${says}**` : says)).join('<br>') ||
          'nothing beyond the standard',
      ]),
    ),
};

const MEANINGS: Readonly<Record<ErrorCode, string>> = {
  unexpected: 'unexpected error',
  home: 'the home folder cannot be written (permissions, full disk)',
  usage: 'the command line is wrong',
  config: 'the config has problems; all of them are listed',
  'not-a-bundle': 'the file is not a readable zip',
  withheld:
    'a bundle was withheld and the last good bundle stays; or preflight --fail-on or validate found problems',
  source: 'the SIS could not be read; nothing was published',
  delivery: 'a bundle could not be delivered',
  'already-running': 'another refresh is running; the message names it',
  notice: 'a test notice could not be sent',
  interrupted: 'stopped by Ctrl-C (SIGINT) at a safe point',
  terminated: 'stopped by SIGTERM at a safe point',
};

interface HelpEntry {
  readonly term: string;
  readonly says: string;
}

const program = programToRead();

/** What `--help` of a command prints; with no arguments, of the program itself. */
function helpOf(...names: readonly string[]): string {
  const command = names.reduce<Command | undefined>(
    (above, name) => above?.commands.find((each) => each.name() === name),
    program,
  );
  if (command === undefined) throw new Error(`There is no command ${names.join(' ')}.`);
  return command.helpInformation();
}

/** The entries below a title of a help text, their lines joined. */
function helpEntries(help: string, title: string): readonly HelpEntry[] {
  const [, after = ''] = help.split(`\n${title}:\n`);
  const [block = ''] = after.split('\n\n');
  return block
    .replaceAll(/\n {3,}/g, ' ')
    .split('\n')
    .map((line) => /^ {2}(.+?)(?: {2,}(.*))?$/.exec(line))
    .flatMap((found) => (found === null ? [] : [{ term: found[1] ?? '', says: found[2] ?? '' }]));
}

/** A command with commands below it is listed by these. */
function commandNames(...above: readonly string[]): readonly (readonly string[])[] {
  return helpEntries(helpOf(...above), 'Commands')
    .map(({ term }) => term.split(' ')[0] ?? '')
    .filter((name) => name !== 'help' && name !== 'hold')
    .flatMap((name) => {
      const below = commandNames(...above, name);
      return below.length === 0 ? [[...above, name]] : below;
    });
}

function commandRow(name: readonly string[]): readonly string[] {
  const help = helpOf(...name);
  const usage = /^Usage: oneroster-export (.*)$/m.exec(help)?.[1] ?? name.join(' ');
  const says = (help.split('\n\n')[1] ?? '').replaceAll('\n', ' ');
  const options = helpEntries(help, 'Options').filter(
    ({ term }) => !/^(--config|--fleet|--json|--color|--log|-h)\b/.test(term),
  );
  return [
    `\`${usage.replace('[options] ', '').replace(' [options]', '')}\``,
    says,
    options.map(({ term, says: what }) => `\`${term}\`: ${what}`).join('<br>'),
  ];
}

/** Bytes in the largest unit in which they are a whole number. */
function amountOf({ most, unit }: Limit): string {
  if (unit !== 'bytes')
    return `${most.toLocaleString('en-US')} ${most === 1 ? unit.replace(/s$/, '') : unit}`;
  const [size, name] =
    (
      [
        [2 ** 30, 'GiB'],
        [2 ** 20, 'MiB'],
        [2 ** 10, 'KiB'],
      ] as const
    ).find(([each]) => most % each === 0) ?? ([1, 'bytes'] as const);
  return `${most / size} ${name}`;
}

function exitCodes(): readonly (readonly string[])[] {
  const byCode = new Map<number, string[]>([[0, ['done']]]);
  for (const [error, code] of Object.entries(EXIT_CODES)) {
    byCode.set(code, [...(byCode.get(code) ?? []), MEANINGS[error as ErrorCode]]);
  }
  return [...byCode].sort(([a], [b]) => a - b).map(([code, means]) => [String(code), means.join('; ')]);
}

const settingsTable = (lines: readonly SettingLine[]): string =>
  table(
    ['setting', 'type', 'default', 'what it does'],
    lines.map(({ key, type, default: standard, says }) => [`\`${key}\``, type, standard, says]),
  );

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A page with each `<!-- begin NAME -->` … `<!-- end NAME -->` of it filled anew. */
function renewed(page: string, text: string): string {
  return [...text.matchAll(/<!-- begin (\S+) -->/g)].reduce((whole, [begin, name = '']) => {
    const make = sections[name];
    const [from, to] = [whole.indexOf(begin), whole.indexOf(`<!-- end ${name} -->`)];
    if (make === undefined || to < from) throw new Error(`${page} has no whole section ${name}`);
    return `${whole.slice(0, from + begin.length)}\n\n${make()}\n\n${whole.slice(to)}`;
  }, text);
}

function requireEachOnce(texts: readonly string[]): void {
  for (const name of Object.keys(sections)) {
    const times = texts.filter((text) => text.includes(`<!-- begin ${name} -->`)).length;
    if (times !== 1) throw new Error(`Section ${name} is in ${times} pages; it must be in one.`);
  }
}

/** A whole file, unlike a page. */
const MAN_PAGE = 'config/oneroster-export.1';

function main(): void {
  const pages = PAGES.map((page) => ({ page, text: readFileSync(resolve(page), 'utf8') }));
  requireEachOnce(pages.map(({ text }) => text));
  const fresh = pages.map(({ page, text }) => ({ page, text, fresh: renewed(page, text) }));
  const man = existsSync(resolve(MAN_PAGE)) ? readFileSync(resolve(MAN_PAGE), 'utf8') : '';
  const all = [...fresh, { page: MAN_PAGE, text: man, fresh: manPage(program, exitCodesAsPairs()) }];
  writeOrCheck(all);
}

const exitCodesAsPairs = (): readonly (readonly [string, string])[] =>
  exitCodes().map(([code = '', means = '']) => [code, means]);

interface Renewed {
  readonly page: string;
  readonly text: string;
  readonly fresh: string;
}

function writeOrCheck(all: readonly Renewed[]): void {
  for (const { page, text, fresh } of all) {
    if (fresh === text) continue;
    if (!process.argv.includes('--check')) writeFileSync(resolve(page), fresh);
    else {
      process.stderr.write(`${page} is stale: npm run readme\n`);
      process.exitCode = 1;
    }
  }
}

main();
