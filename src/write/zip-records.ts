/**
 * The records around the content of a zip (PKWARE APPNOTE 6.3): what stands before and behind each entry, and the directory at the end. The
 * sizes stand behind the content, so that a zip is written in one go. Beyond 4 GB or 65,535 entries the records are those of ZIP64.
 */
const [STORED, DEFLATED] = [0, 8];
/** The sizes and the CRC stand behind the content. */
const SIZES_BEHIND = 1 << 3;
const NAME_IS_UTF8 = 1 << 11;
/** The format that a reader has to know. */
const [NEEDS_USUAL, NEEDS_ZIP64] = [20, 45];
const MADE_BY = (3 << 8) | 45; // Unix
/** A file that its owner can read and write; the last bit is the archive bit of DOS. */
const ATTRIBUTES = (((0o100600 << 16) >>> 0) | 0x20) >>> 0;
/** 1980-01-01 00:00, the same for every entry of every night, so that the same rows give the same bytes. */
const ENTRY_DATE = 0x0021_0000;
/** Stands in a field that is too small for its value. */
const [IN_ZIP64, ENTRIES_IN_ZIP64] = [0xffff_ffff, 0xffff];

export interface ZipEntry {
  readonly name: string;
  readonly isStored: boolean;
  /** Of the first record of the entry. */
  readonly offset: number;
  readonly crc: number;
  readonly bytes: number;
  /** In the zip. */
  readonly packedBytes: number;
}

/** What is known before the content. */
type Announced = Pick<ZipEntry, 'name' | 'isStored'>;

type Field = readonly [bytes: 2 | 4 | 8, value: number];

function fieldsOf(...fields: readonly Field[]): Buffer {
  const record = Buffer.alloc(fields.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 8) record.writeBigUInt64LE(BigInt(value), at);
    else record.writeUIntLE(value, at, bytes);
    at += bytes;
  }
  return record;
}

const isLarge = ({ bytes, packedBytes }: Pick<ZipEntry, 'bytes' | 'packedBytes'>): boolean =>
  bytes >= IN_ZIP64 || packedBytes >= IN_ZIP64;

function flagsAndMethod({ name, isStored }: Announced): readonly Field[] {
  const isAscii = Buffer.byteLength(name) === name.length;
  return [
    [2, SIZES_BEHIND | (isAscii ? 0 : NAME_IS_UTF8)],
    [2, isStored ? STORED : DEFLATED],
    [4, ENTRY_DATE],
  ];
}

/** Before the content. */
export function entryStart(entry: Announced): Buffer {
  const name = Buffer.from(entry.name);
  const fields = fieldsOf(
    [4, 0x0403_4b50],
    [2, NEEDS_USUAL],
    ...flagsAndMethod(entry),
    [4, 0],
    [4, 0],
    [4, 0],
    [2, name.length],
    [2, 0],
  );
  return Buffer.concat([fields, name]);
}

/** Behind the content. */
export function entryEnd(entry: Omit<ZipEntry, 'offset'>): Buffer {
  const size = isLarge(entry) ? 8 : 4;
  return fieldsOf([4, 0x0807_4b50], [4, entry.crc], [size, entry.packedBytes], [size, entry.bytes]);
}

/** Behind the last entry, at `offset`. */
export function directory(entries: readonly ZipEntry[], offset: number): Buffer {
  const list = Buffer.concat(entries.map(directoryEntry));
  const isZip64 = entries.length >= ENTRIES_IN_ZIP64 || list.length >= IN_ZIP64 || offset >= IN_ZIP64;
  const count = isZip64 ? ENTRIES_IN_ZIP64 : entries.length;
  const end = fieldsOf(
    [4, 0x0605_4b50],
    [4, 0],
    [2, count],
    [2, count],
    [4, isZip64 ? IN_ZIP64 : list.length],
    [4, isZip64 ? IN_ZIP64 : offset],
    [2, 0],
  );
  return Buffer.concat([list, ...(isZip64 ? [zip64End(entries.length, list.length, offset)] : []), end]);
}

function directoryEntry(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name);
  const isZip64 = isLarge(entry) || entry.offset >= IN_ZIP64;
  const extra = isZip64
    ? fieldsOf([2, 1], [2, 24], [8, entry.bytes], [8, entry.packedBytes], [8, entry.offset])
    : Buffer.alloc(0);
  const fields = fieldsOf(
    [4, 0x0201_4b50],
    [2, MADE_BY],
    [2, isZip64 ? NEEDS_ZIP64 : NEEDS_USUAL],
    ...flagsAndMethod(entry),
    [4, entry.crc],
    [4, isZip64 ? IN_ZIP64 : entry.packedBytes],
    [4, isZip64 ? IN_ZIP64 : entry.bytes],
    [2, name.length],
    [2, extra.length],
    [2, 0], // comment
    [2, 0], // disk
    [2, 0], // text or binary
    [4, ATTRIBUTES],
    [4, isZip64 ? IN_ZIP64 : entry.offset],
  );
  return Buffer.concat([fields, name, extra]);
}

function zip64End(entries: number, length: number, offset: number): Buffer {
  return fieldsOf(
    [4, 0x0606_4b50],
    [8, 44],
    [2, NEEDS_ZIP64],
    [2, NEEDS_ZIP64],
    [4, 0],
    [4, 0],
    [8, entries],
    [8, entries],
    [8, length],
    [8, offset],
    [4, 0x0706_4b50],
    [4, 0],
    [8, offset + length],
    [4, 1],
  );
}
