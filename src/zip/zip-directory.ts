/** Finds the zip inside a file: some tools put bytes before or behind it, which strict readers refuse without saying why. */
import type { FileHandle } from 'node:fs/promises';

export interface ZipDirectory {
  /** Where the zip begins in the file, and where it ends. */
  readonly base: number;
  readonly end: number;
  /** Where its directory begins, counted from `base`; unknown in a zip64. */
  readonly directoryFrom: number | undefined;
}

const END = 0x06054b50;
const END_SIZE = 22;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_SIZE = 20;
const DIRECTORY = 0x02014b50;
/** The longest comment, and as much again for bytes behind it. */
const SEARCHED = 2 * 0xffff + END_SIZE;

export async function findDirectory(file: FileHandle, size: number): Promise<ZipDirectory | undefined> {
  const tailFrom = Math.max(0, size - SEARCHED);
  const tail = Buffer.alloc(size - tailFrom);
  await readFully(file, tail, tailFrom);
  for (let at = tail.length - END_SIZE; at >= 0; at--) {
    if (tail[at] !== 0x50 || tail.readUInt32LE(at) !== END) continue;
    const end = at + END_SIZE + tail.readUInt16LE(at + 20);
    if (end > tail.length) continue;
    const isZip64 = at >= ZIP64_LOCATOR_SIZE && tail.readUInt32LE(at - ZIP64_LOCATOR_SIZE) === ZIP64_LOCATOR;
    if (isZip64) return { base: 0, end: tailFrom + end, directoryFrom: undefined };
    const found = await locate(file, tail.subarray(at), tailFrom + at);
    if (found) return { ...found, end: tailFrom + end };
  }
  return undefined;
}

/** Where the directory is by the record of its end: as written, or moved by bytes put before the zip. */
async function locate(
  file: FileHandle,
  record: Buffer,
  recordFrom: number,
): Promise<{ readonly base: number; readonly directoryFrom: number } | undefined> {
  const entries = record.readUInt16LE(10);
  const directorySize = record.readUInt32LE(12);
  const directoryFrom = record.readUInt32LE(16);
  if (entries === 0) return { base: 0, directoryFrom: Math.min(directoryFrom, recordFrom) };
  if (await isDirectory(file, directoryFrom, recordFrom)) return { base: 0, directoryFrom };
  const base = recordFrom - directorySize - directoryFrom;
  if (base > 0 && (await isDirectory(file, base + directoryFrom, recordFrom))) return { base, directoryFrom };
  return undefined;
}

async function isDirectory(file: FileHandle, at: number, before: number): Promise<boolean> {
  if (at + 46 > before) return false;
  const start = Buffer.alloc(4);
  await readFully(file, start, at);
  return start.readUInt32LE(0) === DIRECTORY;
}

async function readFully(file: FileHandle, into: Buffer, position: number): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) return;
    done += bytesRead;
  }
}
