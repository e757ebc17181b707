/** What identifies the bytes of a file. */
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { bufferSizeFor } from './buffer-size.js';
import { openPlainFile, plainFileFault, type PlainFileFaultKind } from './plain-file.js';

export interface Fingerprint {
  /** Lowercase hexadecimal. */
  readonly sha256: string;
  /** That went into it. */
  readonly bytes: number;
}

const AT_ONCE = 1024 * 1024;

/** Throws PlainFileFault for what is not a plain file, or cannot be read. */
export async function fingerprintOf(path: string): Promise<Fingerprint> {
  const { handle, stats } = await openPlainFile(path);
  const hash = createHash('sha256');
  // It closes the file, also after an error.
  const content = handle.createReadStream({ highWaterMark: bufferSizeFor(stats.size, AT_ONCE) });
  await pipeline(content, hash);
  return { sha256: hash.digest('hex'), bytes: content.bytesRead };
}

const OTHER_KINDS: readonly PlainFileFaultKind[] = ['pipe', 'socket', 'device', 'folder'];

/** Undefined where the path is not that of a file, such as a pipe in its place. Throws the error of the system for any other fault. */
export async function fingerprint(path: string): Promise<Fingerprint | undefined> {
  try {
    return await fingerprintOf(path);
  } catch (error) {
    const { kind, cause } = plainFileFault(error);
    if (OTHER_KINDS.includes(kind)) return undefined;
    throw cause ?? error;
  }
}
