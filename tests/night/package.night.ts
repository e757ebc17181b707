/**
 * The package as npm packs it, laid out as a global install does, and run from a folder of its own. The modules are those of
 * the checkout: a real install compiles for minutes.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AS_OF, makeSmallDistrict } from '../refresh/small-district.js';
import { turnsOf } from '../support/share.js';
import { inTurns } from '../support/turns.js';
import { STACK_TRACE } from '../support/cli.js';

const CHECKOUT = join(import.meta.dirname, '../../..');
const prefix = mkdtempSync(join(tmpdir(), 'prefix-'));
const installed = join(prefix, 'lib/node_modules/oneroster-export');
const bin = join(prefix, 'bin/oneroster-export');
let packed: readonly string[];

beforeAll(() => {
  const text = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', prefix], {
    cwd: CHECKOUT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename, files } = { filename: '', files: [] }] = JSON.parse(text) as {
    filename: string;
    files: { path: string }[];
  }[];
  packed = files.map(({ path }) => path);
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(prefix, filename), '--strip-components=1', '-C', installed]);
  symlinkSync(join(CHECKOUT, 'node_modules'), join(installed, 'node_modules'));
  mkdirSync(join(prefix, 'bin'));
  chmodSync(join(installed, 'dist/cli.js'), 0o755);
  symlinkSync('../lib/node_modules/oneroster-export/dist/cli.js', bin);
}, 120_000);
afterAll(() => rmSync(prefix, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function go(cwd: string, ...args: readonly string[]): Promise<Ended> {
  const env = { ...process.env };
  delete env['ONEROSTER_EXPORT_CONFIG'];
  try {
    return { code: 0, ...(await promisify(execFile)(bin, args, { cwd, env, maxBuffer: 1e8 })) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

let folders = 0;
function folder(): string {
  folders += 1;
  const path = join(prefix, `elsewhere-${folders}`);
  mkdirSync(path);
  return path;
}

describe('the package', () => {
  const { it: itInTurn } = inTurns('uses of the package', 2);

  it('holds the program and what it reads, and nothing of a district or of the tests', () => {
    expect(packed).toEqual(
      expect.arrayContaining([
        'dist/cli.js',
        'config/demo.yaml',
        'config/oneroster.example.yaml',
        'config/systemd/oneroster-export.timer',
        'fixtures/demo/Person.csv',
        'package.json',
        'README.md',
        'LICENSE',
      ]),
    );
    expect(
      packed.filter(
        (path) => !/^(dist|config|fixtures\/demo)\/|^(package\.json|README\.md|LICENSE)$/.test(path),
      ),
    ).toEqual([]);
    const { files } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as { files: string[] };
    expect(files).toContain('!config/oneroster.yaml');
  });

  itInTurn('prints its help, its version and its rules', async () => {
    const { stdout, code } = await go(folder(), '--help');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Usage: oneroster-export/)]);
    expect((await go(folder(), '--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await go(folder(), 'rules')).stdout).toMatch(/NO_SHOW/);
  });

  itInTurn('runs the demo in the folder where it is called, and writes nowhere else', async () => {
    const here = folder();
    const { code, stdout } = await go(here, 'demo', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      connections: [{ outcome: 'published' }, { outcome: 'published' }],
    });
    expect(readdirSync(join(here, 'var/demo/bundles'))).toEqual(['library', 'lms']);
    expect(readdirSync(installed)).not.toContain('var');
  });

  itInTurn(
    'looks for config/oneroster.yaml in the folder where it is called, and finds everything from there',
    async () => {
      const here = folder();
      mkdirSync(join(here, 'config'));
      makeSmallDistrict(join(here, 'config/sis.sqlite'));
      writeFileSync(
        join(here, 'config/oneroster.yaml'),
        'timezone: UTC\nhome: ../home\nsource:\n  client: better-sqlite3\n  connection: { filename: sis.sqlite }\nconnections:\n  - { name: library, version: 1.1 }\n',
      );
      const { code, stdout } = await go(here, 'refresh', '--as-of', AS_OF, '--json');
      expect([code, JSON.parse(stdout)]).toMatchObject([0, { connections: [{ outcome: 'published' }] }]);
      expect(readdirSync(join(here, 'home/bundles'))).toEqual(['library']);
      expect(await go(folder(), 'refresh')).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(
          /config\/oneroster\.yaml.*\n.*does not exist: give the config with --config/,
        ),
      });
    },
  );
});

describe('a native part that is missing', () => {
  /** The same package, with modules among which the driver has no binding, or one that is none. */
  function withoutBinding(binding?: string): string {
    const modules = join(folder(), 'node_modules');
    mkdirSync(modules);
    for (const name of readdirSync(join(CHECKOUT, 'node_modules'))) {
      if (name !== 'better-sqlite3') symlinkSync(join(CHECKOUT, 'node_modules', name), join(modules, name));
    }
    const driver = join(modules, 'better-sqlite3');
    const real = join(CHECKOUT, 'node_modules/better-sqlite3');
    mkdirSync(driver);
    for (const part of ['package.json', 'lib'])
      cpSync(join(real, part), join(driver, part), { recursive: true });
    if (binding !== undefined) {
      mkdirSync(join(driver, 'build/Release'), { recursive: true });
      writeFileSync(join(driver, 'build/Release/better_sqlite3.node'), binding);
    }
    const root = join(modules, '..');
    for (const part of ['dist', 'config', 'fixtures', 'package.json']) {
      cpSync(join(installed, part), join(root, part), { recursive: true });
    }
    return join(root, 'dist/cli.js');
  }

  const faults: readonly (readonly [string, string | undefined, RegExp])[] = [
    ['is not there', undefined, /is missing, because npm did not run its install script/],
    ['was made for something else', 'no library', /does not match this version of Node or this machine/],
  ];
  it.each(turnsOf('native parts that are missing', faults))(
    'that %s is explained in one sentence, with a hint',
    async (_what, binding, says) => {
      const cli = withoutBinding(binding);
      const ended = await promisify(execFile)(process.execPath, [cli, 'demo'], { cwd: folder() }).then(
        () => ({ code: 0, stderr: '' }),
        (error: unknown) => error as Ended,
      );
      expect(ended.code).toBe(1);
      expect(ended.stderr).toMatch(says);
      expect(ended.stderr).toMatch(/--allow-scripts=better-sqlite3/);
      expect(ended.stderr).not.toMatch(STACK_TRACE);
      expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    },
  );
});
