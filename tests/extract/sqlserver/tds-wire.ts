/** The bytes of TDS 7.4, as far as a stand-in for SQL Server needs them: packets, tokens, and values of Campus's types. */

import { CODE_PAGE_1252 } from '../../../scripts/code-page-1252.js';

export const PACKET = {
  batch: 0x01,
  rpc: 0x03,
  response: 0x04,
  attention: 0x06,
  bulk: 0x07,
  transaction: 0x0e,
  login: 0x10,
  prelogin: 0x12,
} as const;

/** SQL_Latin1_General_CP1_CI_AS: its varchar is code page 1252. */
const COLLATION = Buffer.from([0x09, 0x04, 0xd0, 0x00, 0x34]);
const TO_CP1252: ReadonlyMap<string, number> = new Map(
  Array.from(CODE_PAGE_1252, (character, byte): [string, number] => [character, byte]),
);
const fromCp1252 = (bytes: Buffer): string =>
  Array.from(bytes, (byte) => CODE_PAGE_1252[byte] ?? '').join('');

export function u8(...values: readonly number[]): Buffer {
  return Buffer.from(values);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function i32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** Text behind its length in characters, which takes one byte or two. */
function bText(text: string): Buffer {
  return Buffer.concat([u8(text.length), Buffer.from(text, 'utf16le')]);
}

function usText(text: string): Buffer {
  return Buffer.concat([u16(text.length), Buffer.from(text, 'utf16le')]);
}

function sized(token: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([u8(token), u16(body.length), body]);
}

export function packet(type: number, data: Buffer, isLast: boolean): Buffer {
  const head = Buffer.from([type, isLast ? 1 : 0, 0, 0, 0, 0, 1, 0]);
  head.writeUInt16BE(data.length + 8, 2);
  return Buffer.concat([head, data]);
}

export function prelogin(encryption: number): Buffer {
  const options: readonly (readonly [number, Buffer])[] = [
    [0, u8(16, 0, 0, 0, 0, 0)],
    [1, u8(encryption)],
    [2, u8(0)],
    [3, Buffer.alloc(0)],
    [4, u8(0)],
  ];
  let offset = options.length * 5 + 1;
  const heads = options.map(([token, data]) => {
    const head = Buffer.alloc(5);
    head.writeUInt8(token);
    head.writeUInt16BE(offset, 1);
    head.writeUInt16BE(data.length, 3);
    offset += data.length;
    return head;
  });
  return Buffer.concat([...heads, u8(0xff), ...options.map(([, data]) => data)]);
}

export const DONE = 0xfd;
export const DONE_PROCEDURE = 0xfe;
export const DONE_STATEMENT = 0xff;
export const STATUS = { more: 1, error: 2, count: 16, attention: 32 } as const;

export function done(token: number, status: number, rows = 0): Buffer {
  return Buffer.concat([u8(token), u16(status), u16(0), u64(rows)]);
}

export const RETURN_STATUS = Buffer.concat([u8(0x79), i32(0)]);
export const TRANSACTION_BEGUN = sized(0xe3, u8(8, 8, 1, 0, 0, 0, 0, 0, 0, 0, 0));
export const TRANSACTION_ENDED = sized(0xe3, u8(10, 0, 8, 1, 0, 0, 0, 0, 0, 0, 0));

export function loginAccepted(database: string, packetSize: number): Buffer {
  const changes = [
    Buffer.concat([u8(1), bText(database), bText('master')]),
    Buffer.concat([u8(7, 5), COLLATION, u8(0)]),
    Buffer.concat([u8(4), bText(String(packetSize)), bText('4096')]),
  ];
  return Buffer.concat([
    ...changes.map((change) => sized(0xe3, change)),
    sized(0xad, u8(1, 0x74, 0, 0, 4), bText('Stand-in'), u8(16, 0, 0, 0)),
    done(DONE, 0),
  ]);
}

export function errorToken(number: number, message: string, severity = 14): Buffer {
  return sized(0xaa, i32(number), u8(1, severity), usText(message), bText('stand-in'), bText(''), i32(1));
}

export interface WireType {
  readonly info: Buffer;
  readonly encode: (value: unknown) => Buffer;
}

const integer = (bytes: 1 | 2 | 4 | 8): WireType => ({
  info: u8(0x26, bytes),
  encode: (value) => {
    if (value === null) return u8(0);
    const data = Buffer.alloc(bytes + 1, bytes);
    if (bytes === 1) data.writeUInt8(Number(value), 1);
    else if (bytes === 8) data.writeBigInt64LE(BigInt(Number(value)), 1);
    else data.writeIntLE(Number(value), 1, bytes);
    return data;
  },
});

const text = (token: number, bytes: number, toBytes: (value: string) => Buffer): WireType => ({
  info: Buffer.concat([u8(token), u16(bytes), COLLATION]),
  encode: (value) => {
    if (value === null) return u16(0xffff);
    const data = toBytes(value as string);
    return Buffer.concat([u16(data.length), data]);
  },
});

const toCp1252 = (value: string): Buffer =>
  Buffer.from(Array.from(value).map((character) => TO_CP1252.get(character) ?? 0x3f));
const toUtf16 = (value: string): Buffer => Buffer.from(value, 'utf16le');

/** How a column of a declared SQL Server type travels; a column of none travels as what its first value is. */
export function wireType(declared: string | null, sample: unknown): WireType {
  const [, name = '', length = '50'] = /^(\w+)(?:\((\d+)\))?/.exec(declared?.toLowerCase() ?? '') ?? [];
  switch (name) {
    case 'bigint':
      return integer(8);
    case 'int':
      return integer(4);
    case 'smallint':
      return integer(2);
    case 'tinyint':
      return integer(1);
    case 'bit':
      return {
        info: u8(0x68, 1),
        encode: (value) => (value === null ? u8(0) : u8(1, value === 0 ? 0 : 1)),
      };
    case 'varchar':
      return text(0xa7, Number(length), toCp1252);
    case 'char':
      return text(0xaf, Number(length), (value) => toCp1252(value.padEnd(Number(length))));
    case 'nchar':
      return text(0xef, Number(length) * 2, (value) => toUtf16(value.padEnd(Number(length))));
    case 'nvarchar':
      return text(0xe7, Number(length) * 2, toUtf16);
    default:
      return typeof sample === 'number' ? integer(4) : text(0xe7, 8000, toUtf16);
  }
}

export function columnTokens(columns: readonly { readonly name: string; readonly type: WireType }[]): Buffer {
  return Buffer.concat([
    u8(0x81),
    u16(columns.length),
    ...columns.flatMap(({ name, type }) => [i32(0), u16(9), type.info, bText(name)]),
  ]);
}

/** Reads a message from front to back. */
export class Reader {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  get left(): number {
    return this.bytes.length - this.#at;
  }

  take(length: number): Buffer {
    const taken = this.bytes.subarray(this.#at, this.#at + length);
    if (taken.length < length) throw new Error('the message is too short');
    this.#at += length;
    return taken;
  }

  u8(): number {
    return this.take(1).readUInt8();
  }

  u16(): number {
    return this.take(2).readUInt16LE();
  }

  bText(): string {
    return this.take(this.u8() * 2).toString('utf16le');
  }

  /** The headers that stand before a batch, a call or a transaction request. */
  skipHeaders(): void {
    this.take(this.bytes.readUInt32LE(this.#at));
  }
}

/** A value reader for the type whose description stands next. */
export function readType(reader: Reader): (from: Reader) => unknown {
  const token = reader.u8();
  switch (token) {
    case 0x26:
    case 0x68:
    case 0x6f:
    case 0x24:
      reader.u8();
      return (from) => fixedValue(token, from.take(from.u8()));
    case 0xa7:
    case 0xaf:
    case 0xe7:
    case 0xef: {
      const isLong = reader.u16() === 0xffff;
      reader.take(5);
      const isUnicode = token === 0xe7 || token === 0xef;
      return (from) => {
        const bytes = isLong ? longBytes(from) : shortBytes(from);
        if (bytes === undefined) return null;
        return isUnicode ? bytes.toString('utf16le') : fromCp1252(bytes);
      };
    }
    default:
      throw new Error(`the stand-in reads no values of type 0x${token.toString(16)}`);
  }
}

function fixedValue(token: number, bytes: Buffer): unknown {
  if (bytes.length === 0) return null;
  if (token === 0x24) return guidText(bytes);
  if (token !== 0x6f) return bytes.length === 1 ? bytes.readUInt8() : bytes.readIntLE(0, bytes.length);
  const minutes = bytes.readUInt16LE() * 1440 + bytes.readUInt16LE(2);
  const instant = new Date(Date.UTC(1900, 0, 1) + minutes * 60_000).toISOString();
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)}`;
}

function guidText(bytes: Buffer): string {
  const group = (from: number, to: number): string => bytes.subarray(from, to).toString('hex');
  const turned = (from: number, to: number): string =>
    Buffer.from(bytes.subarray(from, to)).reverse().toString('hex');
  return [turned(0, 4), turned(4, 6), turned(6, 8), group(8, 10), group(10, 16)].join('-').toUpperCase();
}

function shortBytes(reader: Reader): Buffer | undefined {
  const length = reader.u16();
  return length === 0xffff ? undefined : reader.take(length);
}

function longBytes(reader: Reader): Buffer | undefined {
  if (reader.take(8).readBigUInt64LE() === 0xffffffffffffffffn) return undefined;
  const chunks: Buffer[] = [];
  for (;;) {
    const length = reader.take(4).readUInt32LE();
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(reader.take(length));
  }
}
