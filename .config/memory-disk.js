import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const MEMORY_DISK = '/dev/shm';
const NEEDED_BYTES = 3e9;

/**
 * Puts the temporary files of a run into memory where Linux has a disk there with enough room. The tests sync thousands of small
 * databases, and a real disk makes them wait for each. A TMPDIR that is set stays.
 */
export function useMemoryDisk() {
  if (process.env.TMPDIR !== undefined || !existsSync(MEMORY_DISK)) return;
  const { bavail, bsize } = statfsSync(MEMORY_DISK);
  if (bavail * bsize < NEEDED_BYTES) return;
  const folder = mkdtempSync(join(MEMORY_DISK, 'oneroster-tests-'));
  chmodSync(folder, 0o755); // some tests run the program as another user
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  if (runsPrograms(folder)) process.env.TMPDIR = folder;
}

/** Containers often mount it without the right to run programs, and some tests write small ones. */
function runsPrograms(folder) {
  const program = join(folder, 'program');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  const { status } = spawnSync(program);
  rmSync(program);
  return status === 0;
}
