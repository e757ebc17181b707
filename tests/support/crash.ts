/**
 * Loaded before the program (`node --import`): an error that nothing in the program expects, whose text holds a person's data, at
 * the n-th statement that a thread prepares for SQLite. `CRASH` says where and how.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import Database from 'better-sqlite3';

export interface Crash {
  readonly thread: 'main' | 'staging';
  readonly atStatement: number;
  /** `callback` and `rejection`: later, where nothing waits for it. */
  readonly how: 'throw' | 'callback' | 'rejection' | 'text';
  readonly text: string;
}

const { thread, atStatement, how, text } = JSON.parse(process.env['CRASH'] ?? '{}') as Partial<Crash>;

const WAYS: Readonly<Record<Crash['how'], (error: Error) => void>> = {
  throw: (error) => {
    throw error;
  },
  callback: (error) =>
    setImmediate(() => {
      throw error;
    }),
  rejection: (error) => void Promise.reject(error),
  text: ({ message }) => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- as a careless library does
    throw message;
  },
};

// A small district is staged in the main thread: this one looks larger.
if (thread === 'staging' && isMainThread) {
  const statSync = fs.statSync as (path: string, options?: object) => fs.Stats | undefined;
  const larger = (path: string, options?: object): unknown => {
    const stats = statSync(path, options);
    if (stats !== undefined && path.endsWith('snapshot.sqlite')) stats.size += 2 ** 30;
    return stats;
  };
  Object.assign(fs, { statSync: larger });
  syncBuiltinESMExports();
}

if (how !== undefined && isMainThread === (thread === 'main')) {
  const { prototype } = Database as unknown as { prototype: { prepare: (sql: string) => unknown } };

  const { prepare } = prototype;
  let count = 0;
  prototype.prepare = function crashing(this: unknown, sql: string): unknown {
    count += 1;
    if (count === atStatement) WAYS[how](Object.assign(new TypeError(text), { code: text, name: text }));
    return prepare.call(this, sql);
  };
}
