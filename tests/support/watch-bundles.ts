/**
 * A process of its own that looks for published zips below a folder, over and over, and opens each that is new or changed, as a
 * receiver's script would: `node watch-bundles.js FOLDER`. At SIGTERM it prints what it saw as JSON.
 */
import { existsSync, statSync } from 'node:fs';
import { openWhole, walk } from '../refresh/visible.js';

export interface Watched {
  readonly rounds: number;
  readonly opened: number;
  readonly broken: readonly string[];
}

const folder = process.argv[2] ?? '';
const broken: string[] = [];
/** Path, inode, change and size of what was whole: opened again when any of them is another. */
const whole = new Set<string>();
let [rounds, opened, isAsked] = [0, 0, false];
process.on('SIGTERM', () => (isAsked = true));

while (!isAsked) {
  for (const path of zips()) {
    try {
      const { ino, ctimeNs, size } = statSync(path, { bigint: true });
      const version = `${path} ${ino} ${ctimeNs} ${size}`;
      if (whole.has(version)) continue;
      await openWhole(path);
      whole.add(version);
      opened += 1;
    } catch (error) {
      // The scene was cleared away while it was looked at.
      if (existsSync(path)) broken.push(`${path}: ${(error as Error).message}`);
    }
  }
  rounds += 1;
  await new Promise((resolve) => setTimeout(resolve, 40));
}
process.stdout.write(JSON.stringify({ rounds, opened, broken } satisfies Watched));

/** In the folders for bundles alone; what a receiver sees there has to be whole, whatever its name. */
function zips(): readonly string[] {
  try {
    return walk(folder)
      .map(({ path }) => path)
      .filter((path) => path.includes('/bundles/') && path.endsWith('.zip'));
  } catch {
    return []; // another process removes files
  }
}
