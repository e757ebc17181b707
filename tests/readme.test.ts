/** The pages for people: generated tables are fresh, links lead somewhere, and only what exists is named. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { allRules } from '../src/filter/register.js';
import { runHere } from './support/cli-here.js';
import { sourceOfTest } from './support/suites.js';

const withoutTables = (text: string): string =>
  text.replaceAll(/<!-- begin (\S+) -->[^]*?<!-- end \1 -->/g, '');

const README = readFileSync('README.md', 'utf8');
const written = withoutTables(README);

/** All README files, from the front page down. */
const PAGES = [
  'README.md',
  '.github/CONTRIBUTING.md',
  ...['config', 'scripts', 'src', 'tests'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => basename(path) === 'README.md')
      .map((path) => join(folder, path)),
  ),
];

/** As GitHub makes them from headings. */
const anchorsOf = (page: string): readonly string[] =>
  [...readFileSync(page, 'utf8').matchAll(/^#{1,4} (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );

/** Whether a link of a page leads to a file, and to a heading of it where it names one. */
function leadsSomewhere(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  return existsSync(file) && (anchor === undefined || anchorsOf(file).includes(anchor));
}

describe('the README', () => {
  it('begins with the two commands', () => {
    const blocks = [...README.matchAll(/```sh\n([^]*?)```/g)].map(([, text]) => text);
    expect(blocks.slice(0, 2)).toEqual(['npm ci && npm run demo\n', 'npm ci && npm test\n']);
    expect(README.indexOf('npm ci && npm test')).toBeLessThan(700);
  });

  it('has fresh tables', async () => {
    const check = promisify(execFile)(process.execPath, ['build/scripts/readme.js', '--check']);
    await expect(check).resolves.toEqual({ stdout: '', stderr: '' });
  });

  it('fits in 350 lines', () => {
    expect(README.split('\n').length).toBeLessThanOrEqual(350);
  });

  it('shows pictures that load in a moment', () => {
    const pictures = [...written.matchAll(/(?:\]\(|src="|srcset=")(\S+\.png)[)"]/g)].map(
      ([, path = '']) => path,
    );
    // Two reports, and four pages of the console in both schemes.
    expect(pictures).toHaveLength(2 + 4 * 2);
    for (const path of pictures) expect(statSync(path).size).toBeLessThan(200_000);
  });

  it('names no test that there is not', () => {
    const safety = written.slice(written.indexOf('| promise | proof'));
    const named = [...safety.matchAll(/`([a-z-]+(?:\/[a-z-]+)+|limits)`/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !existsSync(sourceOfTest(name)))).toEqual([]);
  });

  it('names no rule that there is not', () => {
    const codes = allRules.map(({ code }) => code);
    const section = written.slice(written.indexOf('## A record is missing'), written.indexOf('## Safety'));
    const named = [...section.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code = '']) => code);
    const others = ['STUDENT_NUMBER', 'STAFF_NUMBER', 'PERSON_ID', 'ROSTER_ID', 'GRADE_UNMAPPED'];
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((code) => !codes.includes(code) && !others.includes(code))).toEqual([]);
  });

  it('names no command and no option that there is not', async () => {
    const calls = [...written.matchAll(/`(?:oneroster-export|node dist\/cli\.js) ([^`]+)`/g)].map(
      ([, call = '']) => call.split(' '),
    );
    expect(calls.length).toBeGreaterThan(15);
    const { stdout: all } = await runHere(['--help']);
    const helps = new Map<string, string>();
    for (const [name = '', ...rest] of calls) {
      if (!helps.has(name)) helps.set(name, (await runHere([name, '--help'])).stdout);
      const options = rest.filter((word) => word.startsWith('--')).map((word) => word.replace(/\W+$/, ''));
      expect(all).toContain(`\n  ${name} `);
      for (const option of options) expect(helps.get(name)).toContain(option);
    }
  });
});

it.each(PAGES)('%s leads to headings and files that exist', (page) => {
  const links = [...withoutTables(readFileSync(page, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)];
  const local = links.map(([, target = '']) => target).filter((target) => !target.startsWith('https:'));
  expect(local.filter((target) => !leadsSomewhere(page, target))).toEqual([]);
});

it('every page can be reached from the front page', () => {
  const seen = new Set(['README.md']);
  for (const page of seen) {
    for (const [, target = ''] of readFileSync(page, 'utf8').matchAll(/\]\(([^)\s#]+\.md)[^)]*\)/g))
      if (!target.startsWith('https:')) seen.add(join(dirname(page), target));
  }
  expect(PAGES.filter((page) => !seen.has(page))).toEqual([]);
});
