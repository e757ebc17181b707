/** Reads a file of an SFTP server to hash it, many requests at a time: one after the other would wait for each round trip. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import type { SFTPWrapper } from 'ssh2';
import { isStatus } from './faults.js';

/** The library asks for it in pieces of the size that the server takes. */
const CHUNK = 262_144;
const AT_ONCE = 16;

export interface ReadRequest {
  readonly path: string;
  /** No more is read, whatever size the server states. */
  readonly bytes: number;
  /** Called with each answer. */
  readonly moved: () => void;
}

/** SHA-256, or undefined where the server does not let the file be read, or does not have it any more. */
export async function hashFile(sftp: SFTPWrapper, request: ReadRequest): Promise<string | undefined> {
  try {
    const handle = await promisify<string, 'r', Buffer>(sftp.open.bind(sftp))(request.path, 'r');
    try {
      return await hashHandle(sftp, handle, request);
    } finally {
      sftp.close(handle, () => undefined);
    }
  } catch (error) {
    if (isStatus.refused(error) || isStatus.absent(error)) return undefined;
    throw error;
  }
}

async function hashHandle(sftp: SFTPWrapper, handle: Buffer, { bytes, moved }: ReadRequest): Promise<string> {
  const hash = createHash('sha256');
  const coming: Promise<Buffer>[] = [];
  let next = 0;
  const ask = (): void => {
    const chunk = readChunk(sftp, handle, { at: next, length: Math.min(CHUNK, bytes - next), moved });
    chunk.catch(() => undefined); // told when its turn comes
    coming.push(chunk);
    next += CHUNK;
  };
  while (next < bytes && coming.length < AT_ONCE) ask();
  for (let chunk = coming.shift(); chunk !== undefined; chunk = coming.shift()) {
    hash.update(await chunk);
    if (next < bytes) ask();
  }
  return hash.digest('hex');
}

interface Piece {
  readonly at: number;
  readonly length: number;
  readonly moved: () => void;
}

/** A server may return less than requested. */
async function readChunk(sftp: SFTPWrapper, handle: Buffer, { at, length, moved }: Piece): Promise<Buffer> {
  const chunk = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const got = await new Promise<number>((resolve, reject) => {
      sftp.read(handle, chunk, filled, length - filled, at + filled, (error, count) => {
        if (error) reject(error);
        else resolve(count);
      });
    });
    moved();
    if (got === 0) break;
    filled += got;
  }
  return chunk.subarray(0, filled);
}
