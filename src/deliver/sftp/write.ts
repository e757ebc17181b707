/**
 * Uploads a file to an SFTP server by its handle, many requests at a time. By hand, because the library's `put` reports success
 * for a file that a full disk cut short, and its `fastPut` hides which request was refused.
 */
import { open, type FileHandle } from 'node:fs/promises';
import type { SFTPWrapper } from 'ssh2';

/** 4 MB are under way at most. */
const BYTES_AT_ONCE = 4 * 1024 * 1024;
const MOST_REQUESTS = 64;

export interface WriteRequest {
  readonly local: string;
  readonly handle: Buffer;
  /** How many bytes one request carries at most. */
  readonly chunkBytes: number;
  /** Called with each answer; true for a request of the full length. */
  readonly moved: (isFull: boolean) => void;
}

/** What one request of the library carries; it would cut longer ones into pieces that wait for each other. */
export function chunkOf(sftp: SFTPWrapper, wanted: number | undefined): number {
  // Not part of the library's interface: from the server's answer about its limits, else 32 KiB.
  const { _maxWriteLen: longest = 32_768 } = sftp as { _maxWriteLen?: number };
  return Math.min(wanted ?? 255 * 1024, longest);
}

export async function writeFile(sftp: SFTPWrapper, request: WriteRequest): Promise<void> {
  const file = await open(request.local, 'r');
  try {
    await writeAll(sftp, file, request);
  } finally {
    await file.close();
  }
}

async function writeAll(
  sftp: SFTPWrapper,
  file: FileHandle,
  { handle, chunkBytes, moved }: WriteRequest,
): Promise<void> {
  let next = 0;
  let isOver = false;
  /** One of the writers that take turns at the file; each waits for its own answers. */
  const writer = async (): Promise<void> => {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    while (!isOver) {
      const at = next;
      next += chunkBytes;
      const length = await readFully(file, chunk, at);
      if (length === 0) return;
      await writeOne(sftp, handle, { chunk, length, at });
      moved(length === chunkBytes);
    }
  };
  const writers = Math.max(1, Math.min(MOST_REQUESTS, Math.floor(BYTES_AT_ONCE / chunkBytes)));
  try {
    await Promise.all(Array.from({ length: writers }, writer));
  } finally {
    isOver = true;
  }
}

interface Piece {
  readonly chunk: Buffer;
  readonly length: number;
  readonly at: number;
}

async function writeOne(sftp: SFTPWrapper, handle: Buffer, { chunk, length, at }: Piece): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    sftp.write(handle, chunk, 0, length, at, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

async function readFully(file: FileHandle, chunk: Buffer, at: number): Promise<number> {
  let filled = 0;
  while (filled < chunk.length) {
    const { bytesRead } = await file.read(chunk, filled, chunk.length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
