/**
 * Opens plain files only. A pipe blocks the reader until a writer comes, a device can be read without end; both can be named
 * in a config or left in a folder. Every file whose path comes from outside is opened here.
 *
 * Takes a path. Gives an open file and its stats, or throws a PlainFileFault with the kind of the path. Promises not to block
 * on opening, and to judge the file that is open and not the name, which may change in between.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

export type PlainFileFaultKind =
  'missing' | 'denied' | 'folder' | 'pipe' | 'socket' | 'device' | 'link' | 'too-large' | 'unreadable';

/** The message is a predicate, such as "is a folder": the caller names the file and the way out. */
export class PlainFileFault extends Error {
  override readonly name = 'PlainFileFault';

  constructor(
    readonly kind: PlainFileFaultKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface PlainFileOptions {
  /** `refuse` does not open a symbolic link; a link in a parent folder is always followed. */
  readonly links?: 'follow' | 'refuse';
  /** A larger file is a fault. */
  readonly mostBytes?: number;
}

export interface PlainFile {
  /** The caller closes it. */
  readonly handle: FileHandle;
  /** Of the open file: size, owner and mode. */
  readonly stats: Stats;
}

export interface PlainFileSync {
  /** The caller closes it. */
  readonly descriptor: number;
  readonly stats: Stats;
}

/** For reading. */
export async function openPlainFile(path: string, options: PlainFileOptions = {}): Promise<PlainFile> {
  const handle = await open(path, flags(options)).catch((error: unknown) => {
    throw plainFileFault(error);
  });
  try {
    const stats = await handle.stat();
    checkStats(stats, options);
    return { handle, stats };
  } catch (error) {
    await handle.close();
    throw plainFileFault(error);
  }
}

/** For reading. */
export function openPlainFileSync(path: string, options: PlainFileOptions = {}): PlainFileSync {
  let descriptor: number;
  try {
    descriptor = openSync(path, flags(options));
  } catch (error) {
    throw plainFileFault(error);
  }
  try {
    const stats = fstatSync(descriptor);
    checkStats(stats, options);
    return { descriptor, stats };
  } catch (error) {
    closeSync(descriptor);
    throw plainFileFault(error);
  }
}

export interface PlainFileContent {
  readonly bytes: Buffer;
  readonly stats: Stats;
}

export interface PlainFileReading extends PlainFileOptions {
  /** Holds for the bytes that are read, also of a file that grows meanwhile. */
  readonly mostBytes: number;
}

/** The whole content. */
export async function readPlainFile(path: string, options: PlainFileReading): Promise<PlainFileContent> {
  const { handle, stats } = await openPlainFile(path, options);
  try {
    const chunks: Buffer[] = [];
    for (let size = 0; ;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK);
      if (bytesRead === 0) return { bytes: Buffer.concat(chunks), stats };
      size += bytesRead;
      if (size > options.mostBytes) throw tooLarge(options.mostBytes);
      chunks.push(buffer.subarray(0, bytesRead));
    }
  } catch (error) {
    throw plainFileFault(error);
  } finally {
    await handle.close();
  }
}

/** The whole content. */
export function readPlainFileSync(path: string, options: PlainFileReading): PlainFileContent {
  const { descriptor, stats } = openPlainFileSync(path, options);
  try {
    const chunks: Buffer[] = [];
    for (let size = 0; ;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const bytesRead = readSync(descriptor, chunk);
      if (bytesRead === 0) return { bytes: Buffer.concat(chunks), stats };
      size += bytesRead;
      if (size > options.mostBytes) throw tooLarge(options.mostBytes);
      chunks.push(chunk.subarray(0, bytesRead));
    }
  } catch (error) {
    throw plainFileFault(error);
  } finally {
    closeSync(descriptor);
  }
}

const CHUNK = 64 * 1024;

/** Windows has neither flag: they are undefined there, despite the types. */
const NON_BLOCKING = (constants.O_NONBLOCK as number | undefined) ?? 0;
const NO_FOLLOW = (constants.O_NOFOLLOW as number | undefined) ?? 0;

function flags({ links = 'follow' }: PlainFileOptions): number {
  return constants.O_RDONLY | NON_BLOCKING | (links === 'refuse' ? NO_FOLLOW : 0);
}

function checkStats(stats: Stats, { mostBytes = Infinity }: PlainFileOptions): void {
  if (stats.isDirectory()) throw new PlainFileFault('folder', 'is a folder, not a file');
  if (stats.isFIFO()) throw new PlainFileFault('pipe', 'is a named pipe, not a file');
  if (stats.isSocket()) throw new PlainFileFault('socket', 'is a socket, not a file');
  if (!stats.isFile()) throw new PlainFileFault('device', 'is a device, not a file');
  if (stats.size > mostBytes) throw tooLarge(mostBytes);
}

function tooLarge(mostBytes: number): PlainFileFault {
  return new PlainFileFault('too-large', `is larger than ${mostBytes} bytes`);
}

/** From any error of a file operation. */
export function plainFileFault(error: unknown): PlainFileFault {
  if (error instanceof PlainFileFault) return error;
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
  const fault = (kind: PlainFileFaultKind, message: string): PlainFileFault =>
    new PlainFileFault(kind, message, { cause: error });
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return fault('missing', 'does not exist');
    case 'EISDIR':
      return fault('folder', 'is a folder, not a file');
    case 'EACCES':
    case 'EPERM':
      return fault('denied', 'is not readable by this user');
    case 'ELOOP':
      return fault('link', 'is a symbolic link, or a loop of them');
    case 'ENXIO':
      // A socket, or a device without a driver behind it, fails on opening.
      return fault('socket', 'is a socket or device, not a file');
    default:
      return fault('unreadable', `cannot be read (${code})`);
  }
}
