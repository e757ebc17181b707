/** Reads a file of an SFTP server to hash it, many requests at a time: one after the other would wait for each round trip. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import type { SFTPWrapper } from 'ssh2';
import { isStatus } from './sftp-faults.js';

/** The library asks for it in pieces of the size that the server takes. */
const CHUNK = 262_144;
const AT_ONCE = 16;

/** SHA-256, or undefined where the server lets nobody read the file. `moved` is called with each answer. */
export async function hashFile(
  sftp: SFTPWrapper,
  path: string,
  moved: () => void,
): Promise<string | undefined> {
  let handle: Buffer;
  try {
    handle = await promisify<string, 'r', Buffer>(sftp.open.bind(sftp))(path, 'r');
  } catch (error) {
    if (isStatus.refused(error)) return undefined;
    throw error;
  }
  try {
    return await hashHandle(sftp, handle, moved);
  } finally {
    sftp.close(handle, () => undefined);
  }
}

async function hashHandle(sftp: SFTPWrapper, handle: Buffer, moved: () => void): Promise<string> {
  const { size } = await promisify(sftp.fstat.bind(sftp))(handle);
  const hash = createHash('sha256');
  const coming: Promise<Buffer>[] = [];
  let next = 0;
  const ask = (): void => {
    const chunk = readChunk(sftp, handle, next, Math.min(CHUNK, size - next), moved);
    chunk.catch(() => undefined); // told when its turn comes
    coming.push(chunk);
    next += CHUNK;
  };
  while (next < size && coming.length < AT_ONCE) ask();
  for (let chunk = coming.shift(); chunk !== undefined; chunk = coming.shift()) {
    hash.update(await chunk);
    if (next < size) ask();
  }
  return hash.digest('hex');
}

/** A server may give less than it was asked for. */
async function readChunk(
  sftp: SFTPWrapper,
  handle: Buffer,
  at: number,
  length: number,
  moved: () => void,
): Promise<Buffer> {
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
