/**
 * Writes the generated parts of the README from the registers of the code, between marker comments. With `--check` it only
 * compares, and leaves with 1 when the README is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeSettings } from '../src/config/describe-settings.js';
import { policies } from '../src/filter/policies.js';
import { allRules } from '../src/filter/register.js';
import { EXIT_CODES, type ErrorCode } from '../src/model/errors.js';

const README = resolve('README.md');

const sections: Readonly<Record<string, () => string>> = {
  settings: () =>
    table(
      ['setting', 'type', 'default', 'what it does'],
      describeSettings().map(({ key, type, default: standard, says }) => [
        `\`${key}\``,
        type,
        standard,
        says,
      ]),
    ),
  rules: () =>
    table(
      ['code', 'leaves out', 'when', 'mended in Campus', 'no.'],
      allRules.map(({ code, kinds, says, mend, applies }) => [
        `\`${code}\``,
        kinds.join(', '),
        says,
        mend,
        applies.join(', '),
      ]),
    ),
  readings: () =>
    table(
      ['code', 'reading', 'no.'],
      policies.map(({ code, says, applies }) => [`\`${code}\``, says, applies.join(', ')]),
    ),
  'exit-codes': () => table(['code', 'means'], exitCodes()),
};

const MEANINGS: Readonly<Record<ErrorCode, string>> = {
  unexpected: 'something unforeseen',
  home: 'the home folder cannot be written (rights, full disk)',
  usage: 'the command line is wrong',
  config: 'the config has problems; all of them are listed',
  'not-a-bundle': 'the file is not a readable zip',
  withheld: 'a bundle was withheld; the last good one stays',
  source: 'the SIS could not be read; nothing was published',
  delivery: 'a bundle could not be delivered',
  'already-running': 'another refresh is running; the message names it',
  notice: 'a notice that was to be tried out could not be sent',
  interrupted: 'stopped by Ctrl-C (SIGINT) at a safe point',
  terminated: 'stopped by SIGTERM at a safe point',
};

function exitCodes(): readonly (readonly string[])[] {
  const byCode = new Map<number, string[]>([[0, ['done']]]);
  for (const [error, code] of Object.entries(EXIT_CODES)) {
    byCode.set(code, [...(byCode.get(code) ?? []), MEANINGS[error as ErrorCode]]);
  }
  return [...byCode].sort(([a], [b]) => a - b).map(([code, means]) => [String(code), means.join('; ')]);
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The README with each `<!-- begin NAME -->` … `<!-- end NAME -->` filled anew. */
export function renewed(readme: string): string {
  return Object.entries(sections).reduce((text, [name, make]) => {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`README.md has no section ${name}`);
    return `${text.slice(0, from + begin.length)}\n\n${make()}\n\n${text.slice(to)}`;
  }, readme);
}

function main(): void {
  const written = readFileSync(README, 'utf8');
  const fresh = renewed(written);
  if (!process.argv.includes('--check')) writeFileSync(README, fresh);
  else if (fresh !== written) {
    process.stderr.write('README.md is stale: npm run readme\n');
    process.exitCode = 1;
  }
}

main();
