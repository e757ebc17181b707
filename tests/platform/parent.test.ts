/** A program whose parent is gone ends, even while it is busy; one whose parent lives ends when it wants to. */
import { expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isAlive } from '../../src/home/alive.js';

const WATCH = pathToFileURL(join(import.meta.dirname, '../../src/platform/parent.js')).href;

/** Prints its number, then does its work. */
const child = (work: string): string =>
  `const { endWithParent } = await import(${JSON.stringify(WATCH)});
   endWithParent(50); await new Promise((go) => setTimeout(go, 200)); console.log(process.pid); ${work}`;

it.each([
  ['is idle', 'setInterval(() => {}, 1000)'],
  ['is busy', 'for (;;) Math.random()'],
])('a program that %s ends with its parent', async (_, work) => {
  const parent = `const { spawn } = require('node:child_process');
    spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(child(work))}], { stdio: ['ignore', 'inherit', 'ignore'] });`;
  const running = spawn(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [printed] = (await once(running.stdout, 'data')) as [Buffer];
  const orphan = Number(printed.toString());
  expect(isAlive(orphan)).toBe(true);
  running.kill('SIGKILL');
  for (let look = 0; look < 200 && isAlive(orphan); look += 1) await setTimeout(25);
  expect(isAlive(orphan)).toBe(false);
});

it('a program that has done its work ends with its own exit code', () => {
  const args = ['--input-type=module', '-e', child('process.exitCode = 7')];
  const since = performance.now();
  expect(spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 })).toMatchObject({
    status: 7,
    signal: null,
  });
  expect(performance.now() - since).toBeLessThan(10_000);
});
