/**
 * Loaded before the program (`node --import`): stops the process by SIGSTOP before its n-th step, where a step is a change of the
 * home folder's names or a query to PostgreSQL by the main thread. `STOP_AT` says where; without a number the steps are only listed.
 */
import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

export interface StopAt {
  readonly step?: number;
  /** Gets a line for each step. */
  readonly log: string;
}

const { step, log } = JSON.parse(process.env['STOP_AT'] ?? '{}') as Partial<StopAt>;

type Called = (this: unknown, ...args: unknown[]) => unknown;
type Named = Record<string, Called>;

let count = 0;

function before(what: string): void {
  if (log === undefined) return;
  count += 1;
  fs.appendFileSync(log, `${what}\n`);
  if (count === step) process.kill(process.pid, 'SIGSTOP');
}

function watch(owner: Named, names: readonly string[], says: (args: readonly unknown[]) => string): void {
  for (const name of names) {
    const original = owner[name];
    if (original === undefined) throw new Error(`There is no ${name}.`);
    owner[name] = function (this: unknown, ...args: unknown[]): unknown {
      before(`${name} ${says(args)}`);
      return original.apply(this, args);
    };
  }
}

const lastPath = (args: readonly unknown[]): string =>
  String(args.findLast((each) => typeof each === 'string' && each.startsWith('/')));
const sqlOf = ([query]: readonly unknown[]): string => {
  const { text = query } = (query ?? {}) as { readonly text?: unknown };
  return String(text).slice(0, 60);
};

if (isMainThread && log !== undefined) {
  watch(fs as unknown as Named, ['renameSync', 'mkdirSync'], lastPath);
  watch(fs.promises as unknown as Named, ['rename', 'symlink'], lastPath);
  syncBuiltinESMExports();
  const { Client } = createRequire(import.meta.url)('pg') as {
    readonly Client: { readonly prototype: Named };
  };
  watch(Client.prototype, ['query'], sqlOf);
}
