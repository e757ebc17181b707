/**
 * A process of its own that opens a name in a loop and judges every file that it gets by its bytes. What it has judged is not read again
 * until it is another file or has changed: to hash 200 MB over and over takes the core that the delivery needs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Seen {
  /** One of the files that are expected. */
  readonly whole: number;
  readonly broken: number;
  readonly absent: number;
}

const LOOP = `
const { createHash } = require('node:crypto');
const { closeSync, fstatSync, openSync, readFileSync } = require('node:fs');
const [path, pauseMs, ...expected] = process.argv.slice(1);
const seen = { whole: 0, broken: 0, absent: 0 };
process.on('message', () => { process.send(seen); process.disconnect(); process.exit(0); });
let judged;
const open = () => {
  try {
    return openSync(path);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    seen.absent += 1;
  }
};
const look = () => {
  const file = open();
  if (file !== undefined) {
    const { ino, ctimeNs, size } = fstatSync(file, { bigint: true });
    const version = [ino, ctimeNs, size].join();
    const isWhole = () => expected.includes(createHash('sha256').update(readFileSync(file)).digest('hex'));
    if (version === judged || isWhole()) seen.whole += 1; else seen.broken += 1;
    judged = version;
    closeSync(file);
  }
  if (pauseMs === '0') setImmediate(look); else setTimeout(look, Number(pauseMs));
};
process.send('looking');
look();
`;

/** `expected`: the hashes of whole files. `pauseMs`: between looks, where a delivery takes its time. */
export function watchName(
  path: string,
  expected: readonly string[],
  pauseMs = 0,
): { readonly stop: () => Promise<Seen> } {
  const child = spawn(process.execPath, ['-e', LOOP, path, String(pauseMs), ...expected], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const looking = once(child, 'message');
  return {
    stop: async () => {
      await looking;
      const told = once(child, 'message');
      child.send('stop');
      const [seen] = (await told) as [Seen];
      return seen;
    },
  };
}
