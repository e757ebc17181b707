/**
 * CSV files -> zip, one entry after the other, in pieces of a megabyte. archiver took twice the CPU time and 38 MB more for the same
 * bytes, most of it for new buffers and a CRC in JavaScript.
 */
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { crc32, createDeflateRaw } from 'node:zlib';
import type { CsvOnDisk } from '../model/bundle.js';
import type { Fingerprint } from '../model/fingerprint.js';
import { inMs, PROGRAM_LIMITS } from '../model/limits.js';
import { directory, entryEnd, entryStart, type ZipEntry } from './zip-records.js';

const CHUNK = 1024 * 1024;
/** A disk that never answers gives no error; no progress for this long is an error. */
const STALLED_AFTER_MS = inMs(PROGRAM_LIMITS.zipStall);

export interface ZipPart {
  readonly name: string;
  /** A chunk is done with when the next one is wanted. */
  readonly source: AsyncIterable<Uint8Array>;
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
  const parts = entries.map(({ name, path: file }) => ({ name, source: chunksOf(file) }));
  return await packZip(path, parts, level);
}

/** The same from anything that gives bytes, read when its turn comes. */
export async function packZip(path: string, parts: readonly ZipPart[], level: number): Promise<Fingerprint> {
  const file = await open(path, 'wx', 0o600);
  const out = new ZipOutput(file, level);
  const writing = writeAll(out, parts).finally(() => file.close());
  return await withProgress(writing, () => out.bytes);
}

async function writeAll(out: ZipOutput, parts: readonly ZipPart[]): Promise<Fingerprint> {
  for (const part of parts) await out.entry(part);
  return await out.end();
}

async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

class ZipOutput {
  readonly #file: FileHandle;
  readonly #level: number;
  readonly #entries: ZipEntry[] = [];
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(file: FileHandle, level: number) {
    this.#file = file;
    this.#level = level;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async entry({ name, source, isStored = false }: ZipPart): Promise<void> {
    const offset = this.#bytes;
    await this.#put(entryStart({ name, isStored }));
    const start = this.#bytes;
    const read = { bytes: 0, crc: 0 };
    const content = measured(source, read);
    for await (const chunk of isStored ? content : deflated(content, this.#level)) await this.#put(chunk);
    const entry = { name, isStored, offset, ...read, packedBytes: this.#bytes - start };
    await this.#put(entryEnd(entry));
    this.#entries.push(entry);
  }

  async end(): Promise<Fingerprint> {
    await this.#put(directory(this.#entries, this.#bytes));
    await this.#file.sync();
    return { sha256: this.#hash.digest('hex'), bytes: this.#bytes };
  }

  async #put(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    await this.#file.writeFile(bytes); // from where the last one ended, and all of it
    this.#bytes += bytes.length;
  }
}

async function* measured(
  chunks: AsyncIterable<Uint8Array>,
  read: { bytes: number; crc: number },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    read.bytes += chunk.length;
    read.crc = crc32(chunk, read.crc);
    yield chunk;
  }
}

/** zlib works in a thread of its own, so the next chunk is compressed while the last one is hashed and written. */
async function* deflated(chunks: AsyncIterable<Uint8Array>, level: number): AsyncGenerator<Uint8Array> {
  const deflate = createDeflateRaw({ level, chunkSize: CHUNK });
  const feeding = (async () => {
    for await (const chunk of chunks)
      await new Promise<void>((taken, failed) => {
        deflate.write(chunk, (error) => (error ? failed(error) : taken()));
      });
    deflate.end();
  })().catch((error: unknown) => {
    deflate.destroy(error as Error); // and with that the loop below throws it
  });
  try {
    for await (const chunk of deflate) yield chunk as Buffer;
  } finally {
    await feeding;
  }
}

async function withProgress<T>(work: Promise<T>, progress: () => number): Promise<T> {
  let last = -1;
  let watch: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_, fail) => {
    watch = setInterval(() => {
      if (progress() === last) fail(new Error('writing the zip made no progress'));
      last = progress();
    }, STALLED_AFTER_MS);
  });
  try {
    return await Promise.race([work, stalled]);
  } finally {
    clearInterval(watch);
    work.catch(() => undefined); // of a writer that was given up
  }
}
