/**
 * Opens a zip of any origin.
 * Takes a path. Gives the entries that can be read and a stream of each. Promises never to write anything, to read an entry
 * no further than its declared size, and to call a file that is no readable zip by ExportError('not-a-bundle').
 *
 * yauzl reads the directory of the zip strictly; names, links, overlaps, sizes and checksums are judged here.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import yauzl from 'yauzl';
import { ExportError } from '../model/errors.js';
import { CHUNK, readRange, type CsvSource } from './csv-source.js';
import type { Findings } from './findings.js';
import { findDirectory } from './zip-directory.js';

export interface OpenZip {
  readonly entries: readonly CsvSource[];
  /** Size of the file. */
  readonly bytes: number;
  close(): Promise<void>;
}

const MOST_ENTRIES = 1000;
const MOST_BYTES = 64 * 2 ** 30;
/** Beyond this size an entry that shrank more than this is no CSV but a bomb: rosters shrink five to thirty times. */
const LARGE = 256 * 2 ** 20;
const MOST_RATIO = 400;

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

export async function openZip(path: string, findings: Findings): Promise<OpenZip> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
    if (!(await file.stat()).isFile()) {
      await file.close();
      throw notABundle('It is not a file.');
    }
  } catch (error) {
    if (error instanceof ExportError) throw error;
    throw notABundle('The file cannot be opened.', error);
  }
  try {
    const { size } = await file.stat();
    return { entries: await readDirectory(file, size, findings), bytes: size, close: () => file.close() };
  } catch (error) {
    await file.close();
    if (error instanceof ExportError) throw error;
    throw notABundle('The directory of the zip cannot be read.', error);
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
  findings: Findings,
): Promise<readonly CsvSource[]> {
  const directory = await findDirectory(file, size);
  if (!directory) throw notABundle('It is no zip, or its end is missing.');
  const { base, end } = directory;
  const zip = await yauzl.fromRandomAccessReaderPromise(new WindowReader(file, base), end - base, {
    autoClose: false,
    decodeStrings: false,
    validateEntrySizes: false,
  });
  const parts: Part[] = [];
  for await (const entry of zip.eachEntry()) {
    if (parts.length >= MOST_ENTRIES) {
      findings.tally('package.too-large').hit();
      break;
    }
    if ((entry.generalPurposeBitFlag & 0x2041) !== 0) throw notABundle('The zip is encrypted.');
    parts.push(await readPart(zip, entry, findings));
  }
  judgeLayout(parts, directory, size, findings);
  return parts.map((part) => toEntry(file, base, part, findings));
}

async function readPart(zip: yauzl.ZipFile, entry: yauzl.Entry, findings: Findings): Promise<Part> {
  const raw = entry.fileNameRaw;
  const name = raw.toString((entry.generalPurposeBitFlag & 0x800) !== 0 ? 'utf8' : 'latin1');
  const local = await zip.readLocalFileHeaderPromise(entry);
  const described = (entry.generalPurposeBitFlag & 8) !== 0;
  if (
    !local.fileName.equals(raw) ||
    local.compressionMethod !== entry.compressionMethod ||
    (!described && !isZip64(local) && local.crc32 !== entry.crc32)
  ) {
    findings.tally('package.header-mismatch', printable(name)).hit();
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

function judgeLayout(
  parts: readonly Part[],
  directory: { readonly base: number; readonly end: number; readonly directoryFrom: number | undefined },
  size: number,
  findings: Findings,
): void {
  const ordered = [...parts].sort((a, b) => a.from - b.from);
  let foreign = directory.base + (size - directory.end);
  let reached = 0;
  let before: Part | undefined;
  for (const part of ordered) {
    if (part.from < reached) {
      part.overlaps = true;
      if (before) before.overlaps = true;
      findings.tally('package.overlap', printable(part.name)).hit();
    }
    foreign += gap(reached, part.from, before);
    reached = Math.max(reached, part.to);
    before = part;
  }
  if (directory.directoryFrom !== undefined) foreign += gap(reached, directory.directoryFrom, before);
  if (foreign > 0) findings.tally('package.foreign-bytes').hit();
}

function gap(from: number, to: number, before: Part | undefined): number {
  const described = before !== undefined && (before.entry.generalPurposeBitFlag & 8) !== 0;
  return Math.max(0, to - from - (described ? DESCRIPTOR : 0));
}

function toEntry(file: FileHandle, base: number, part: Part, findings: Findings): CsvSource {
  const { entry } = part;
  const name = printable(part.name);
  const tally = (code: Parameters<Findings['tally']>[0]): void => findings.tally(code, name).hit();
  const mode = entry.externalFileAttributes >>> 16;
  const kind = entry.versionMadeBy >> 8 === 3 ? mode & 0o170000 : 0;
  let refused: CsvSource['refused'] = part.overlaps ? 'content' : undefined;
  if (isUnsafe(part.name)) {
    tally('package.unsafe-name');
    refused = 'name';
  } else if (kind !== 0 && kind !== 0o100000 && kind !== 0o040000) {
    tally('package.link');
    refused = 'content';
  } else if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    tally('package.method');
    refused = 'content';
  } else if (
    entry.uncompressedSize > MOST_BYTES ||
    (entry.uncompressedSize > LARGE && entry.uncompressedSize > entry.compressedSize * MOST_RATIO)
  ) {
    tally('package.too-large');
    refused = 'content';
  } else if (entry.compressionMethod === 0 && entry.uncompressedSize > 0) tally('package.stored');
  return {
    name,
    refused,
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
        tally('package.damaged-entry');
        return;
      }
      if (bytes !== entry.uncompressedSize) tally('package.damaged-entry');
      else if (crc !== entry.crc32) tally('package.crc');
    },
  };
}

async function* unpack(file: FileHandle, base: number, part: Part): AsyncGenerator<Buffer> {
  const packed = readRange(file, base + part.dataFrom, base + part.to);
  const stream: AsyncIterable<Buffer> =
    part.entry.compressionMethod === 8
      ? // An error reaches the reader through the destroyed stream.
        pipeline(packed, createInflateRaw({ chunkSize: CHUNK }), () => undefined)
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

/** Names come from strangers and end on terminals. */
function printable(name: string): string {
  return name
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?')
    .slice(0, 120);
}
