/** The id in temporary names, and which of the listed ones an interrupted delivery left behind. */
import { createHash } from 'node:crypto';
import type { Listed, ParcelFile } from './target.js';

const DAY_MS = 86_400_000;

/** The same for the same content: however often it is sent, one temporary file is overwritten instead of another one made. */
export function partIdOf(files: readonly Pick<ParcelFile, 'sha256'>[]): string {
  const hash = createHash('sha256');
  for (const { sha256 } of files) hash.update(sha256);
  return hash.digest('hex').slice(0, 8);
}

/** A day old or more, by the clock of the receiver, which may differ from ours: `now` is when it wrote our newest file. */
export function oldParts(listed: readonly Listed[], now: number): readonly string[] {
  return listed.filter(({ changedAt }) => now - changedAt > DAY_MS).map(({ name }) => name);
}
