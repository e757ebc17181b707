/**
 * Opens a zip of any origin.
 * Takes a path. Gives the entries that can be read and a stream of each, and reports what is wrong with the zip. Promises never
 * to write anything, to open nothing but a plain file, to unpack no more than the limits allow and no entry further than its
 * declared size, and to call a file that is no readable zip by ExportError('not-a-bundle').
 *
 * yauzl reads the directory of the zip strictly; names, links, overlaps, sizes and checksums are judged here.
 */
import type { FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import yauzl from 'yauzl';
import { bufferSizeFor } from '../model/buffer-size.js';
import { ExportError } from '../model/errors.js';
import { printable } from '../model/printable.js';
import { openPlainFile, plainFileFault } from '../model/plain-file.js';
import { READING_LIMITS, ZIP_LIMITS, type ZipLimits } from '../model/reading-limits.js';
import { CHUNK, readRange, type CsvSource } from './csv-source.js';
import { findDirectory, type ZipDirectory } from './zip-directory.js';

export interface OpenZip {
  readonly entries: readonly CsvSource[];
  /** Size of the file. */
  readonly bytes: number;
  close(): Promise<void>;
}

/** Codes of checks. */
export type ZipFault =
  | 'package.unsafe-name'
  | 'package.link'
  | 'package.method'
  | 'package.stored'
  | 'package.header-mismatch'
  | 'package.overlap'
  | 'package.too-many-entries'
  | 'package.too-large'
  | 'package.ratio'
  | 'package.damaged-entry'
  | 'package.crc'
  | 'package.foreign-bytes';

/** Called for each fault, also while an entry is read. `entry` is the name of one, safe to print. */
export type ZipReport = (fault: ZipFault, entry?: string) => void;

/** Entries that shrank more than the ratio allows are read as long as they are no larger than this together. */
const HARMLESS_BYTES = 32 * 2 ** 20;

const notABundle = (message: string, cause?: unknown): ExportError =>
  new ExportError('not-a-bundle', message, [], cause === undefined ? undefined : { cause });

/** Shows yauzl the zip inside the file. */
class WindowReader extends yauzl.RandomAccessReader {
  constructor(
    readonly file: FileHandle,
    readonly base: number,
  ) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(readRange(this.file, this.base + start, this.base + end), { objectMode: false });
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }
}

export async function openZip(
  path: string,
  report: ZipReport,
  limits: ZipLimits = ZIP_LIMITS,
): Promise<OpenZip> {
  const { handle, stats } = await openPlainFile(path).catch((error: unknown) => {
    const fault = plainFileFault(error);
    throw notABundle(`The file ${fault.message}.`, fault);
  });
  try {
    const entries = await readDirectory(handle, stats.size, report, limits);
    return { entries, bytes: stats.size, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    if (error instanceof ExportError) throw error;
    throw notABundle('The central directory of the zip cannot be read.', error);
  }
}

interface Part {
  readonly entry: yauzl.Entry;
  readonly name: string;
  readonly from: number;
  readonly dataFrom: number;
  readonly to: number;
  overlaps: boolean;
}

async function readDirectory(
  file: FileHandle,
  size: number,
  report: ZipReport,
  limits: ZipLimits,
): Promise<readonly CsvSource[]> {
  const directory = await findDirectory(file, size);
  if (!directory) throw notABundle('The file is not a zip, or its end is missing.');
  const { base, end } = directory;
  const zip = await yauzl.fromRandomAccessReaderPromise(new WindowReader(file, base), end - base, {
    autoClose: false,
    decodeStrings: false,
    validateEntrySizes: false,
  });
  const parts: Part[] = [];
  let isCut = false;
  for await (const entry of zip.eachEntry()) {
    if (parts.length >= READING_LIMITS.entries.most) {
      report('package.too-many-entries');
      isCut = true;
      break;
    }
    if ((entry.generalPurposeBitFlag & 0x2041) !== 0) throw notABundle('The zip is encrypted.');
    parts.push(await readPart(zip, entry, report));
  }
  judgeLayout(parts, isCut ? undefined : { ...directory, size }, report);
  const tooLarge = oversized(parts, limits, report);
  return parts.map((part) =>
    toEntry({ file, base }, part, refusalOf(part, tooLarge.has(part), report), report),
  );
}

async function readPart(zip: yauzl.ZipFile, entry: yauzl.Entry, report: ZipReport): Promise<Part> {
  const raw = entry.fileNameRaw;
  const name = raw.toString((entry.generalPurposeBitFlag & 0x800) !== 0 ? 'utf8' : 'latin1');
  const local = await zip.readLocalFileHeaderPromise(entry);
  const described = (entry.generalPurposeBitFlag & 8) !== 0;
  if (
    !local.fileName.equals(raw) ||
    local.compressionMethod !== entry.compressionMethod ||
    (!described && !isZip64(local) && local.crc32 !== entry.crc32)
  ) {
    report('package.header-mismatch', printable(name));
  }
  return {
    entry,
    name,
    from: entry.relativeOffsetOfLocalHeader,
    dataFrom: local.fileDataStart,
    to: local.fileDataStart + entry.compressedSize,
    overlaps: false,
  };
}

function isZip64(local: yauzl.LocalFileHeader): boolean {
  return local.compressedSize === 0xffffffff || local.uncompressedSize === 0xffffffff;
}

/** A data descriptor of the zip64 kind with its signature, the most that may follow an entry. */
const DESCRIPTOR = 24;

/** `frame`: what lies around the entries; unset when not all of them are known. */
function judgeLayout(
  parts: readonly Part[],
  frame: (ZipDirectory & { readonly size: number }) | undefined,
  report: ZipReport,
): void {
  const ordered = [...parts].sort((a, b) => a.from - b.from);
  let foreign = frame ? frame.base + (frame.size - frame.end) : 0;
  let reached = 0;
  let before: Part | undefined;
  for (const part of ordered) {
    if (part.from < reached) {
      part.overlaps = true;
      if (before) before.overlaps = true;
      report('package.overlap', printable(part.name));
    }
    foreign += gap(reached, part.from, before);
    reached = Math.max(reached, part.to);
    before = part;
  }
  if (frame?.directoryFrom !== undefined) foreign += gap(reached, frame.directoryFrom, before);
  if (frame && foreign > 0) report('package.foreign-bytes');
}

function gap(from: number, to: number, before: Part | undefined): number {
  const described = before !== undefined && (before.entry.generalPurposeBitFlag & 8) !== 0;
  return Math.max(0, to - from - (described ? DESCRIPTOR : 0));
}

/** Entries that are not read because of their size. One fault per limit, with the name of the first. */
function oversized(parts: readonly Part[], limits: ZipLimits, report: ZipReport): ReadonlySet<Part> {
  const bombs = parts.filter(
    ({ entry }) => entry.uncompressedSize > Math.max(1, entry.compressedSize) * limits.ratio,
  );
  const isBomb = bombs.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0) > HARMLESS_BYTES;
  const refused = new Set(isBomb ? bombs : []);
  const bombName = printable(bombs[0]?.name ?? '');
  refused.forEach(() => report('package.ratio', bombName));
  let unpacked = 0;
  let first: Part | undefined;
  for (const part of parts) {
    if (refused.has(part)) continue;
    unpacked += part.entry.uncompressedSize;
    if (unpacked <= limits.unpackedBytes) continue;
    refused.add(part);
    first ??= part;
    report('package.too-large', printable(first.name));
  }
  return refused;
}

/** Why an entry must not be read, and what else its directory entry says. */
function refusalOf(part: Part, isTooLarge: boolean, report: ZipReport): CsvSource['refused'] {
  const { entry } = part;
  const name = printable(part.name);
  if (isUnsafe(part.name)) {
    report('package.unsafe-name', name);
    return 'name';
  }
  if (isSpecial(entry)) {
    report('package.link', name);
    return 'content';
  }
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    report('package.method', name);
    return 'content';
  }
  if (isTooLarge || part.overlaps) return 'content';
  if (entry.compressionMethod === STORED && entry.uncompressedSize > 0) report('package.stored', name);
  return undefined;
}

const STORED = 0;
const DEFLATED = 8;

/** A link, a device or the like, by the Unix mode that some tools keep. */
function isSpecial(entry: yauzl.Entry): boolean {
  const kind = entry.versionMadeBy >> 8 === 3 ? (entry.externalFileAttributes >>> 16) & 0o170000 : 0;
  return kind !== 0 && kind !== 0o100000 && kind !== 0o040000;
}

function toEntry(
  { file, base }: { readonly file: FileHandle; readonly base: number },
  part: Part,
  refused: CsvSource['refused'],
  report: ZipReport,
): CsvSource {
  const { entry } = part;
  const name = printable(part.name);
  return {
    name,
    refused,
    bytes: entry.uncompressedSize,
    async *read() {
      let crc = 0;
      let bytes = 0;
      try {
        for await (const chunk of unpack(file, base, part)) {
          const rest = entry.uncompressedSize - bytes;
          const taken = chunk.length > rest ? chunk.subarray(0, rest) : chunk;
          bytes += chunk.length;
          crc = crc32(taken, crc);
          if (taken.length > 0) yield taken;
          if (bytes > entry.uncompressedSize) break;
        }
      } catch {
        report('package.damaged-entry', name);
        return;
      }
      if (bytes !== entry.uncompressedSize) report('package.damaged-entry', name);
      else if (crc !== entry.crc32) report('package.crc', name);
    },
  };
}

/** In bytes. A stream, which takes turns with another thread, costs more than so few bytes themselves. */
const SMALL = 64 * 1024;

/** Undefined for what is larger, and for what does not unpack to the size that it says: that is left to the stream. */
async function unpackSmall(
  file: FileHandle,
  base: number,
  { entry, ...part }: Part,
): Promise<Buffer | undefined> {
  const { compressionMethod, compressedSize, uncompressedSize } = entry;
  if (compressionMethod !== DEFLATED || compressedSize > SMALL || uncompressedSize > SMALL) return undefined;
  const packed: Buffer[] = [];
  for await (const piece of readRange(file, base + part.dataFrom, base + part.to)) packed.push(piece);
  try {
    const chunkSize = bufferSizeFor(uncompressedSize, CHUNK);
    const unpacked = inflateRawSync(Buffer.concat(packed), { chunkSize, maxOutputLength: chunkSize });
    return unpacked.length === uncompressedSize ? unpacked : undefined;
  } catch {
    return undefined;
  }
}

async function* unpack(file: FileHandle, base: number, part: Part): AsyncGenerator<Buffer> {
  const small = await unpackSmall(file, base, part);
  if (small !== undefined) {
    if (small.length > 0) yield small;
    return;
  }
  const packed = readRange(file, base + part.dataFrom, base + part.to);
  const stream: AsyncIterable<Buffer> =
    part.entry.compressionMethod === DEFLATED
      ? // An error reaches the reader through the destroyed stream.
        pipeline(
          packed,
          createInflateRaw({ chunkSize: bufferSizeFor(part.entry.uncompressedSize, CHUNK) }),
          () => undefined,
        )
      : packed;
  for await (const chunk of stream) yield chunk;
}

function isUnsafe(name: string): boolean {
  return (
    name === '' ||
    /[\u0000-\u001f\u007f\\:]/.test(name) ||
    name.startsWith('/') ||
    name.split('/').includes('..')
  );
}
