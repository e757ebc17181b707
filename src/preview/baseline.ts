/**
 * The state of a home as it is now, read without the lock and without a trace: a copy of the database, taken between two writes
 * of the process that has the lock. A refresh may run meanwhile.
 */
import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ExportError } from '../model/errors.js';
import { lookAtState, type StatePlace } from '../state/open.js';
import type { State } from '../state/state.js';

const ATTEMPTS = 40;
const PAUSE_MS = 50;
/** The log holds what is not in the database yet; the shared memory beside them is made anew from it. */
const FILES = ['', '-wal'] as const;

/** Undefined where no refresh has run yet. `folder`: of the caller alone. */
export async function copyState(place: StatePlace, folder: string): Promise<State | undefined> {
  const { settings, file: path } = place;
  if (settings.client === 'pg') return await lookAtState(place); // a server lets others read while it is written to
  if (!existsSync(path)) return undefined;
  const copy = join(folder, 'state.db');
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = stampOf(path);
    for (const suffix of FILES) rmSync(`${copy}${suffix}`, { force: true });
    for (const suffix of FILES)
      if (existsSync(`${path}${suffix}`)) copyFileSync(`${path}${suffix}`, `${copy}${suffix}`);
    if (stampOf(path) === before) return await lookAtState({ settings, file: copy });
    await setTimeout(PAUSE_MS);
  }
  throw new ExportError('home', `${path} was written all the time, so it could not be read. Try again.`);
}

/** Each write changes it. */
function stampOf(path: string): string {
  const stamps = FILES.map((suffix) => statSync(`${path}${suffix}`, { bigint: true, throwIfNoEntry: false }));
  return stamps.map((stats) => `${stats?.ino} ${stats?.size} ${stats?.mtimeNs}`).join(' ');
}
