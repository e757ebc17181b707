/**
 * No command leaves anything in the folder for temporary files, however it ends: content of the SIS or of a bundle is in files
 * there that have no name, so that even a kill removes them.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { loadDemoDistrict, writeDistrict } from '../../src/demo/load.js';
import { DEMO_AS_OF } from '../../src/demo/days.js';
import { makeSite, type Site } from '../refresh/small-district.js';
import { makeFolder, removeFolders, run, start, until, type Running } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';
import { turnsOf } from '../support/share.js';

let site: Site;
let bundle: string;
let silent: Server;
const held = new Set<{ destroy(): void }>();

beforeAll(async () => {
  silent = createServer((socket) => held.add(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as { port: number };
  const sftp = `sftp: { host: 127.0.0.1, port: ${port}, user: u, password: "\${env:PASSWORD}", hostKey: "SHA256:${'A'.repeat(43)}", path: p }`;
  site = makeSite(
    join(makeFolder(), 'site'),
    `  - { name: lms, version: 1.2 }\n  - { name: far, version: 1.1, delivery: { ${sftp} } }\n`,
  );
  loadDemoDistrict('fixtures/demo', site.district);
  await runHere(['refresh', '--config', site.config, '--as-of', DEMO_AS_OF, '--no-deliver'], { env });
  bundle = join(site.home, 'bundles/lms/latest.zip');
  expect(existsSync(bundle)).toBe(true);
}, 120_000);

afterAll(() => {
  for (const socket of held) socket.destroy();
  silent.close();
  removeFolders();
});

/** So many people that SQLite does not keep the snapshot of preflight in memory. */
function largeSite(): Site {
  const large = makeSite(join(makeFolder(), 'large'), '  - { name: lms, version: 1.2 }\n');
  rmSync(large.district);
  writeDistrict(large.district, { seed: 1, students: 5_000 });
  return large;
}

const env = { PASSWORD: 'secret' };
const asOf = ['--as-of', DEMO_AS_OF];

function begin(args: readonly string[]): Running & { readonly folder: string } {
  const folder = join(makeFolder(), 'tmp');
  mkdirSync(folder);
  return { ...start(args, { env: { ...env, TMPDIR: folder, SQLITE_TMPDIR: folder } }), folder };
}

/** Files in the folder that the process has open, by what the system calls them. */
function openFiles(pid: number, folder: string): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
        return target.startsWith(folder) ? [target] : [];
      } catch {
        return []; // closed meanwhile
      }
    });
  } catch {
    return [];
  }
}

const COMMANDS: readonly { readonly name: string; readonly args: () => readonly string[] }[] = [
  { name: 'explain', args: () => ['explain', 'school', '0010', '--config', site.config, ...asOf] },
  { name: 'preflight', args: () => ['preflight', '--connection', 'lms', '--config', site.config, ...asOf] },
  { name: 'diff', args: () => ['diff', bundle, bundle, '--records'] },
  { name: 'validate', args: () => ['validate', bundle] },
];
describe.each(turnsOf('commands that leave nothing', COMMANDS))('$name', ({ args }) => {
  it('leaves nothing when it is done', async () => {
    const { ended, folder } = begin(args());
    const { stderr } = await ended;
    expect({ stderr, left: readdirSync(folder) }).toEqual({ stderr: '', left: [] });
  });
});

describe('a kill in the middle leaves nothing of', () => {
  const killed: typeof COMMANDS = [
    {
      name: 'preflight',
      args: () => ['preflight', '--connection', 'lms', '--config', largeSite().config, ...asOf],
    },
    { name: 'diff', args: () => ['diff', bundle, bundle, '--records'] },
  ];
  it.each(turnsOf('commands that are killed', killed))('$name', async ({ args }) => {
    const { child, pid, ended, folder } = begin(args());
    let seen: readonly string[] = [];
    await until(() => {
      // Without a name already: a kill between opening a file and removing its name is a matter of microseconds.
      seen = openFiles(pid, folder).filter((file) => file.endsWith(' (deleted)'));
      return seen.length > 0 || child.exitCode !== null;
    });
    child.kill('SIGKILL');
    const { signal } = await ended;
    expect({ signal, seen: seen.length > 0, left: readdirSync(folder) }).toEqual({
      ...{ signal: 'SIGKILL', seen: true, left: [] },
    });
  });
});

describe('preflight that waits for a silent server', () => {
  const waiting = () => begin(['preflight', '--connection', 'far', '--config', site.config, ...asOf]);

  const SIGNALS = [
    { signal: 'SIGTERM', code: 143 },
    { signal: 'SIGINT', code: 130 },
    { signal: 'SIGHUP', code: 143 },
  ] as const;
  it.each(turnsOf('signals to a preflight that waits', SIGNALS))(
    'ends with $code at $signal, and leaves nothing',
    async ({ signal, code }) => {
      const { child, ended, folder } = waiting();
      const known = held.size;
      await until(() => held.size > known || child.exitCode !== null);
      child.kill(signal);
      const asked = Date.now();
      expect(await ended).toMatchObject({ code });
      expect(Date.now() - asked).toBeLessThan(5_000);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('leaves an empty folder when it is killed, which the next command removes', async () => {
    const { child, ended, folder } = waiting();
    const known = held.size;
    await until(() => held.size > known || child.exitCode !== null);
    child.kill('SIGKILL');
    await ended;
    const [left = ''] = readdirSync(folder);
    expect(readdirSync(join(folder, left))).toEqual([]);
    const next = ['preflight', '--connection', 'lms', '--config', site.config, ...asOf];
    await run(next, { env: { ...env, TMPDIR: folder } });
    expect(readdirSync(folder)).toEqual([]);
  });
});
