/** A zip writer for tests, with a switch for each fault that a zip can have. Shares no code with what it tests. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipPart {
  readonly name: string | Buffer;
  readonly data: Buffer;
  readonly stored?: boolean;
  readonly method?: number;
  readonly flags?: number;
  /** Unix mode, in the external attributes. */
  readonly mode?: number;
  readonly descriptor?: boolean;
  readonly zip64?: boolean;
  /** Written instead of the right ones. */
  readonly crc?: number;
  readonly size?: number;
  readonly localName?: string;
  /** Replaces the packed bytes. */
  readonly packed?: Buffer;
  /** Points to the local header of the entry with this number instead of its own. */
  readonly sameAs?: number;
}

export interface ZipOptions {
  readonly before?: Buffer;
  /** Offsets count from the start of the file, bytes before it included. */
  readonly adjusted?: boolean;
  readonly between?: Buffer;
  readonly after?: Buffer;
  readonly comment?: string;
}

const MAX32 = 0xffffffff;

export function makeZip(parts: readonly ZipPart[], options: ZipOptions = {}): Buffer {
  const shift = options.adjusted ? (options.before?.length ?? 0) : 0;
  const chunks: Buffer[] = [];
  const central: Buffer[] = [];
  const offsets: number[] = [];
  let at = 0;
  const push = (chunk: Buffer): void => {
    chunks.push(chunk);
    at += chunk.length;
  };
  for (const part of parts) {
    const name = Buffer.from(part.name);
    const local = part.localName === undefined ? name : Buffer.from(part.localName);
    const method = part.method ?? (part.stored ? 0 : 8);
    const packed = part.packed ?? (method === 8 ? deflateRawSync(part.data) : part.data);
    const crc = part.crc ?? crc32(part.data);
    const size = part.size ?? part.data.length;
    const flags = (part.flags ?? 0x800) | (part.descriptor ? 8 : 0);
    const offset = part.sameAs === undefined ? at : (offsets[part.sameAs] ?? 0);
    offsets.push(offset);
    const head = { method, flags, crc, packedSize: packed.length, size };
    if (part.sameAs === undefined) {
      push(localHeader(local, head, part));
      push(packed);
      if (part.descriptor) push(descriptor(head));
      if (options.between) push(options.between);
    }
    central.push(centralHeader(name, head, part, offset + shift));
  }
  const start = at;
  for (const header of central) push(header);
  push(end(parts.length, at - start, start + shift, options.comment ?? ''));
  return Buffer.concat([options.before ?? Buffer.alloc(0), ...chunks, options.after ?? Buffer.alloc(0)]);
}

interface Head {
  readonly method: number;
  readonly flags: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
}

function zip64Extra(...values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + values.length * 8);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(values.length * 8, 2);
  values.forEach((value, each) => extra.writeBigUInt64LE(BigInt(value), 4 + each * 8));
  return extra;
}

function localHeader(name: Buffer, head: Head, part: ZipPart): Buffer {
  const header = Buffer.alloc(30);
  const extra = part.zip64 ? zip64Extra(head.size, head.packedSize) : Buffer.alloc(0);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(part.zip64 ? 45 : 20, 4);
  header.writeUInt16LE(head.flags, 6);
  header.writeUInt16LE(head.method, 8);
  header.writeUInt32LE(part.descriptor ? 0 : head.crc, 14);
  header.writeUInt32LE(part.zip64 ? MAX32 : part.descriptor ? 0 : head.packedSize, 18);
  header.writeUInt32LE(part.zip64 ? MAX32 : part.descriptor ? 0 : head.size, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

function descriptor(head: Head): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(head.crc, 4);
  bytes.writeUInt32LE(head.packedSize, 8);
  bytes.writeUInt32LE(head.size, 12);
  return bytes;
}

function centralHeader(name: Buffer, head: Head, part: ZipPart, offset: number): Buffer {
  const header = Buffer.alloc(46);
  const extra = part.zip64 ? zip64Extra(head.size, head.packedSize, offset) : Buffer.alloc(0);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE((3 << 8) | 45, 4);
  header.writeUInt16LE(part.zip64 ? 45 : 20, 6);
  header.writeUInt16LE(head.flags, 8);
  header.writeUInt16LE(head.method, 10);
  header.writeUInt32LE(head.crc, 16);
  header.writeUInt32LE(part.zip64 ? MAX32 : head.packedSize, 20);
  header.writeUInt32LE(part.zip64 ? MAX32 : head.size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(((part.mode ?? 0o100600) << 16) >>> 0, 38);
  header.writeUInt32LE(part.zip64 ? MAX32 : offset, 42);
  return Buffer.concat([header, name, extra]);
}

function end(count: number, size: number, offset: number, comment: string): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  record.writeUInt16LE(comment.length, 20);
  return Buffer.concat([record, Buffer.from(comment)]);
}
