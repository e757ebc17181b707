/** Completion scripts and the manual page: made from the declarations, and read by the programs they are for. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { completionScript, SHELLS } from '../../src/commands/completion.js';
import { EXAMPLES, leaves, nameOf, shownOptions } from '../../src/commands/declare/examples.js';
import { programToRead } from '../../src/commands/declare/program.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { describeWith } from '../support/needs.js';

afterAll(removeFolders);

const program = programToRead();
const scripts = makeFolder();
const has = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

function fileOf(shell: string): string {
  const path = join(scripts, shell);
  writeFileSync(path, completionScript(program, shell));
  return path;
}

describe('a completion script', () => {
  it.each([...SHELLS])('for %s has every command, option and choice', (shell) => {
    const script = completionScript(program, shell);
    for (const command of leaves(program)) {
      expect(script).toContain(nameOf(command));
      for (const { long } of shownOptions(command)) expect(script).toContain((long ?? '').replace(/^--/, ''));
    }
    expect(script).toMatch(/bulk'?,? '?delta/);
    expect(script).toMatch(/student/);
  });

  it('is refused for an unknown shell', () => {
    expect(() => completionScript(program, 'tcsh')).toThrow(/must be one of bash, zsh, fish, powershell/);
  });
});

describeWith(has('bash'), 'bash')('bash completes', () => {
  const completed = (...words: readonly string[]): readonly string[] => {
    const typed = words.map((word) => `'${word}'`).join(' ');
    const { stdout, stderr } = spawnSync(
      'bash',
      [
        '-c',
        `source '${fileOf('bash')}'; COMP_WORDS=(oneroster-export ${typed}); COMP_CWORD=${words.length}; _oneroster_export; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ],
      { encoding: 'utf8', cwd: scripts },
    );
    expect(stderr).toBe('');
    return stdout.trim().split('\n');
  };

  it.each([
    [['ref'], ['refresh']],
    [
      ['hold', ''],
      ['release', 'discard'],
    ],
    [['refresh', '--mo'], ['--mode']],
    [
      ['refresh', '--mode', ''],
      ['bulk', 'delta'],
    ],
    [
      ['explain', 'st'],
      ['student', 'staff'],
    ],
    [['config', 'sh'], ['show']],
    [['completion', 'po'], ['powershell']],
  ])('%j', (words, expected) => {
    expect(completed(...words)).toEqual(expected);
  });
});

describeWith(has('zsh'), 'zsh')('zsh', () => {
  it('parses its script', () => {
    const { status, stderr } = spawnSync('zsh', ['-n', fileOf('zsh')], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describeWith(has('fish'), 'fish')('fish completes', () => {
  it.each([
    ['oneroster-export ref', /^refresh\t/m],
    ['oneroster-export hold ', /^discard\t[^]*^release\t/m],
    ['oneroster-export refresh --mode ', /^bulk[^]*^delta/m],
    ['oneroster-export refresh --no-d', /^--no-deliver\t/m],
  ])('%s', (line, found) => {
    const { stdout, stderr } = spawnSync('fish', ['-c', `source ${fileOf('fish')}; complete -C'${line}'`], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout).toMatch(found);
  });
});

describe('examples', () => {
  it.each(leaves(program).map((command) => [nameOf(command), command] as const))(
    'of %s are in its help, and have only options that it has',
    (name, command) => {
      const examples = EXAMPLES[name] ?? [];
      expect(examples.length).toBeGreaterThan(0);
      const known = new Set(command.options.map(({ long }) => long));
      for (const [args] of examples) {
        expect(args.startsWith(name)).toBe(true);
        for (const [flag] of args.matchAll(/(?<= )--[a-z-]+/g)) expect(known).toContain(flag);
      }
    },
  );

  it('have no command that is not there', () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual(leaves(program).map(nameOf).sort());
  });
});

describe('the manual page', () => {
  const page = readFileSync('config/oneroster-export.1', 'utf8');

  it('has every command and is named in the package', () => {
    for (const command of leaves(program))
      expect(page).toContain(`\n.SS ${nameOf(command).replaceAll('-', '\\-')} `);
    const { man, files } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      man: string;
      files: string[];
    };
    expect([man, files]).toEqual(['./config/oneroster-export.1', expect.arrayContaining(['config'])]);
  });
});
