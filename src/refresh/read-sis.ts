/** The one read of the SIS of a refresh, as a refresh does it: with its progress, its attempts and its stop. */
import { inMs, PROGRAM_LIMITS } from '../model/limits.js';
import { sisTables } from '../campus/tables.js';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { extract, type Extraction } from '../extract/extract.js';
import type { Retries } from '../extract/retrying.js';
import type { Attempt } from '../model/retry.js';
import { asExportError } from '../faults/as-export-error.js';
import type { SisSource } from '../extract/source.js';
import type { Notices } from '../model/notices.js';
import { stopPoint, unlessStopped } from '../model/stopping.js';
import { compactInstant } from '../model/values.js';
import { Snapshot } from '../snapshot/snapshot.js';
import { makeFolder } from '../home/folders.js';
import type { Home } from '../home/home.js';

export interface ReadRequest {
  readonly source: SisSource;
  readonly retries?: Retries;
  /** By its end year: judged as the active one, whatever is marked. */
  readonly schoolYear?: number;
  readonly onProgress: (step: string) => void;
  readonly signal?: AbortSignal;
}

/** Reads into a snapshot at `path`; what was noticed and tried is added to the two lists, also when it fails. */
export async function readSis(
  path: string,
  { source, retries, schoolYear, onProgress, signal }: ReadRequest,
  notices: Notices,
  attempts: Attempt[],
): Promise<Extraction> {
  onProgress('reading the SIS');
  const counter = tableCounter();
  const reading = extract(source, path, {
    notices,
    onBatch: () => stopPoint(signal),
    ...(retries && { retries }),
    ...(schoolYear !== undefined && { schoolYear }),
    ...(signal && { signal }),
    onTable: (table, rows) => onProgress(counter(table, rows)),
    onAttempt: (attempt) => {
      attempts.push(toldAttempt(attempt, dirname(path)));
      if (attempt.waitSeconds !== undefined)
        onProgress(`reading the SIS failed; next attempt in ${Math.ceil(attempt.waitSeconds)} s`);
    },
  });
  try {
    // A server that keeps silent, or the wait before another attempt, must not put off the stop.
    return await unlessStopped(signal, reading);
  } catch (error) {
    await closedWithin(reading, CLOSING_MS);
    throw error;
  }
}

/** What has been read, in words: an attempt that starts over begins with its first table again. */
export function tableCounter(): (table: string, rows: number) => string {
  const read = new Map<string, number>();
  return (table, rows) => {
    if (table === FIRST_TABLE) read.clear();
    read.set(table, rows);
    const all = [...read.values()].reduce((sum, each) => sum + each, 0);
    return `reading the SIS: ${read.size} of ${sisTables.length} tables, ${all.toLocaleString('en-US')} rows; read ${table}`;
  };
}

const FIRST_TABLE = 'SchoolYear';

/** An error that is not ours may hold values of the SIS; that of a full disk is put into words. */
const toldAttempt = ({ error, ...attempt }: Attempt, folder: string): Attempt => ({
  ...attempt,
  ...(error !== undefined && { error: asExportError(error, folder) }),
});

/** A stopped read ends at its next batch; one of a silent server does not, and a stop ends every wait within two seconds. */
const CLOSING_MS = inMs(PROGRAM_LIMITS.closeRead);

/** Windows removes no file that is open, and the snapshot holds personal data: the reader closes it first, if it can. */
async function closedWithin(reading: Promise<unknown>, ms: number): Promise<void> {
  const deadline = new AbortController();
  const isClosed = reading.catch(() => undefined).finally(() => deadline.abort());
  const pause = setTimeout(ms, undefined, { signal: deadline.signal }).catch(() => undefined);
  await Promise.race([isClosed, pause]);
}

/** A copy for people of the snapshot at `path`; gives the path of the copy. */
export function keepSnapshot(path: string, home: Home, startedAt: Date): string {
  const kept = join(makeFolder(home.snapshots), `${compactInstant(startedAt)}.sqlite`);
  const snapshot = Snapshot.open(path);
  try {
    snapshot.copyForPeople(kept);
  } finally {
    snapshot.close();
  }
  return kept;
}
