/**
 * The built program on a Windows of its own: `npm run test:windows`. Needs Wine (Debian: `wine64`, `wine`); without it says so
 * and ends with 0, or with 1 where CI is set. What Wine cannot show is listed in config/windows/README.md.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cases, makeGolden, type Case, type Site } from './windows/cases.js';
import { hasWine, WindowsShell, Wine } from './windows/wine.js';

/** At the same time. */
const AT_ONCE = 2;

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

if (await hasWine()) process.exitCode = await proveAll(process.argv[2] ?? '');
else {
  print('test:windows is skipped: there is no wine. On Debian: apt-get install wine64 wine');
  process.exitCode = process.env['CI'] === undefined ? 0 : 1;
}

/** Returns the exit code. */
async function proveAll(only: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'windows-'));
  const since = performance.now();
  let wine: Wine | undefined;
  try {
    wine = await Wine.start(folder);
    const site = { wine, ...makeGolden(join(folder, 'golden')) };
    const waiting = cases.filter(({ name }) => name.includes(only));
    print(`Windows is ready (${secondsSince(since)} s); ${waiting.length} proofs`);
    const failed: string[] = [];
    const shell = WindowsShell.start(site.wine, join(folder, 'shell'));
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        if (!(await passes(next, { ...site, shell }, folder))) failed.push(next.name);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    await shell.stop();
    print(failed.length === 0 ? `all passed (${secondsSince(since)} s)` : `failed: ${failed.join('; ')}`);
    return failed.length === 0 ? 0 : 1;
  } finally {
    await wine?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function passes(one: Case, site: Omit<Site, 'folder'>, parent: string): Promise<boolean> {
  const since = performance.now();
  const folder = join(parent, `case-${cases.indexOf(one)}`);
  mkdirSync(folder);
  try {
    await one.prove({ ...site, folder });
    print(`ok      ${one.name} (${secondsSince(since)} s)`);
    return true;
  } catch (error) {
    print(`FAILED  ${one.name}\n${String(error instanceof Error ? error.stack : error)}`);
    return false;
  }
}

function secondsSince(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(1);
}
