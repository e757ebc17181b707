/** CSV files -> zip. archiver never settles when a stream that was appended fails, so that a failing one takes it down. */
import { inMs, PROGRAM_LIMITS } from '../model/limits.js';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipArchive } from 'archiver';
import { bufferSizeFor } from '../model/buffer-size.js';
import type { CsvOnDisk } from '../model/bundle.js';
import type { Fingerprint } from '../model/fingerprint.js';
import { syncFile } from '../platform/files.js';

/** The same for every entry of every night, so that the same rows give the same bytes. */
const ENTRY_DATE = new Date(Date.UTC(1980, 0, 1));
const CHUNK = 1024 * 1024;
/** archiver can wait forever without an error; no progress for this long is an error. */
const STALLED_AFTER_MS = inMs(PROGRAM_LIMITS.zipStall);

export interface ZipPart {
  readonly name: string;
  readonly source: Readable;
  /** Without compression. */
  readonly isStored?: boolean;
}

/**
 * Writes and syncs the zip, compressed at a level from 1 to 9. Returns the fingerprint of the intended bytes, so that the file on disk can be
 * held against it. Throws when a file is missing, the disk is full or nothing moves any more.
 */
export async function writeZip(
  path: string,
  entries: readonly CsvOnDisk[],
  level: number,
): Promise<Fingerprint> {
  const sizes = await Promise.all(entries.map(async ({ path: file }) => (await stat(file)).size));
  // Pieces as large as the writes: each takes a turn of this thread, which may have other work at the same time.
  const parts = entries.map(({ name, path: file }, at) => ({
    name,
    source: createReadStream(file, { highWaterMark: bufferSizeFor(sizes[at] ?? 0, CHUNK) }),
  }));
  return await packZip(path, parts, level, bufferSizeFor(Math.max(0, ...sizes), CHUNK));
}

/** The same from streams, each read when its turn comes. Destroys all of them. */
export async function packZip(
  path: string,
  parts: readonly ZipPart[],
  level: number,
  chunkSize = CHUNK,
): Promise<Fingerprint> {
  const archive = new ZipArchive({ zlib: { level, chunkSize }, highWaterMark: CHUNK });
  archive.on('warning', (warning) => archive.destroy(warning));
  for (const { source } of parts) source.once('error', (error) => archive.destroy(error));
  const watch = watchProgress(archive);
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    highWaterMark: CHUNK,
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  try {
    const written = pipeline(
      archive,
      measure,
      createWriteStream(path, { flags: 'wx', mode: 0o600, highWaterMark: CHUNK }),
    );
    for (const { name, source, isStored = false } of parts) {
      archive.append(source, { name, date: ENTRY_DATE, mode: 0o600, store: isStored });
    }
    // After a failure `finalize` may never settle; `written` always does.
    await Promise.race([Promise.all([archive.finalize(), written]), written]);
    await written;
  } finally {
    clearInterval(watch);
    for (const { source } of parts) source.destroy();
  }
  await syncFile(path);
  return { sha256: hash.digest('hex'), bytes };
}

function watchProgress(archive: ZipArchive): NodeJS.Timeout {
  let last = -1;
  return setInterval(() => {
    if (archive.pointer() === last) archive.destroy(new Error('writing the zip made no progress'));
    last = archive.pointer();
  }, STALLED_AFTER_MS);
}
