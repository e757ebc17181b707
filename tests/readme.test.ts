/** The front page: its generated tables are fresh, its links lead somewhere, and it names only what there is. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { allRules } from '../src/filter/register.js';
import { run } from './support/cli.js';

const README = readFileSync('README.md', 'utf8');
const written = README.replaceAll(/<!-- begin (\S+) -->[^]*?<!-- end \1 -->/g, '');

/** As GitHub makes them from headings. */
const anchors = [...README.matchAll(/^#{1,4} (.+)$/gm)].map(([, title = '']) =>
  title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-'),
);

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

  it('leads to headings and files that there are', () => {
    const links = [...written.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    const local = links.filter((target) => !target.startsWith('https:'));
    expect(local.length).toBeGreaterThan(15);
    const lost = local.filter((target) =>
      target.startsWith('#') ? !anchors.includes(target.slice(1)) : !existsSync(target),
    );
    expect(lost).toEqual([]);
  });

  it('shows pictures that load in a moment', () => {
    const pictures = [...written.matchAll(/\]\((\S+\.png)\)/g)].map(([, path = '']) => path);
    expect(pictures).toHaveLength(2);
    for (const path of pictures) expect(statSync(path).size).toBeLessThan(200_000);
  });

  it('names no rule that there is not', () => {
    const codes = allRules.map(({ code }) => code);
    const section = written.slice(written.indexOf('## A record is missing'), written.indexOf('## Reference'));
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
    const { stdout: all } = await run(['--help']);
    const helps = new Map<string, string>();
    for (const [name = '', ...rest] of calls) {
      if (!helps.has(name)) helps.set(name, (await run([name, '--help'])).stdout);
      const options = rest.filter((word) => word.startsWith('--')).map((word) => word.replace(/\W+$/, ''));
      expect(all).toContain(`\n  ${name} `);
      for (const option of options) expect(helps.get(name)).toContain(option);
    }
  });
});
