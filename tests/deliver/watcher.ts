/** A process of its own that opens a name in a loop and judges every file that it gets by its bytes. */
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
const { readFileSync } = require('node:fs');
const [path, ...expected] = process.argv.slice(1);
const seen = { whole: 0, broken: 0, absent: 0 };
process.on('message', () => { process.send(seen); process.disconnect(); process.exit(0); });
const look = () => {
  try {
    const sha = createHash('sha256').update(readFileSync(path)).digest('hex');
    if (expected.includes(sha)) seen.whole += 1; else seen.broken += 1;
  } catch (error) {
    if (error.code === 'ENOENT') seen.absent += 1; else throw error;
  }
  setImmediate(look);
};
process.send('looking');
look();
`;

/** `expected`: the hashes of whole files. */
export function watchName(path: string, expected: readonly string[]): { readonly stop: () => Promise<Seen> } {
  const child = spawn(process.execPath, ['-e', LOOP, path, ...expected], {
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
