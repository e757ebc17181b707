/** Where the bytes of a package's files come from: an entry of a zip, or a file on the disk that is on its way into one. */
import type { FileHandle } from 'node:fs/promises';

export interface CsvSource {
  /** As the directory of the zip has it, unsafe characters replaced. */
  readonly name: string;
  /** Why it must not be opened: its name leads astray, or there is nothing in it to be read safely. */
  readonly refused: 'name' | 'content' | undefined;
  /** Declared size; unset if it is not needed before the file is read. */
  readonly bytes?: number;
  read(): AsyncGenerator<Buffer>;
}

export const CHUNK = 256 * 1024;

/** The bytes from `start` up to `end`; a stream of Node's own would close the file with its end. */
export async function* readRange(file: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end;) {
    const { bytesRead, buffer } = await file.read(
      Buffer.allocUnsafe(Math.min(CHUNK, end - at)),
      0,
      undefined,
      at,
    );
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
