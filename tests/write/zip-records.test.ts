import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import yauzl from 'yauzl';
import { directory, entryEnd, type ZipEntry } from '../../src/write/zip-records.js';

const GB = 1024 ** 3;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zip-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const anEntry = (more: Partial<ZipEntry>): ZipEntry => ({
  name: 'users.csv',
  isStored: false,
  offset: 0,
  crc: 0xfedc_ba98,
  bytes: 10,
  packedBytes: 5,
  ...more,
});

interface Listed {
  readonly name: string;
  readonly offset: number;
  readonly crc: number;
  readonly bytes: number;
  readonly packedBytes: number;
}

/** What a strict reader finds in a directory at this place of a file, before which there is a hole. */
async function listed(entries: readonly ZipEntry[], offset: number): Promise<readonly Listed[]> {
  const path = join(folder, 'a.zip');
  const file = openSync(path, 'w');
  const written = directory(entries, offset);
  writeSync(file, written, 0, written.length, offset);
  closeSync(file);
  const zip = await yauzl.openPromise(path, { autoClose: true, lazyEntries: true });
  const found: Listed[] = [];
  for await (const entry of zip.eachEntry())
    found.push({
      name: entry.fileName,
      offset: entry.relativeOffsetOfLocalHeader,
      crc: entry.crc32,
      bytes: entry.uncompressedSize,
      packedBytes: entry.compressedSize,
    });
  return found;
}

describe('the directory of a zip', () => {
  it.each<readonly [string, readonly Partial<ZipEntry>[], number]>([
    ['nothing', [], 0],
    ['small entries', [{ name: 'orgs.csv' }, { name: 'users.csv', offset: 400 }], 900],
    ['a name beyond ASCII', [{ name: 'écoles.csv' }], 900],
    ['an entry of more than 4 GB', [{ bytes: 5 * GB, packedBytes: GB }], 1.1 * GB],
    ['an entry of exactly 4 GB', [{ bytes: 4 * GB }, { bytes: 4 * GB - 1 }, { bytes: 4 * GB - 2 }], 900],
    ['an entry of more than 4 GB in the zip', [{ bytes: 9 * GB, packedBytes: 4.5 * GB }], 4.6 * GB],
    ['an entry behind 4 GB', [{}, { name: 'roles.csv', offset: 4.2 * GB }], 4.3 * GB],
  ])('is read as it was meant: %s', async (_, parts, offset) => {
    const at = Math.floor(offset);
    const entries = parts.map((part) =>
      anEntry({ ...part, ...(part.offset !== undefined && { offset: Math.floor(part.offset) }) }),
    );
    const wanted = entries.map(({ name, crc, bytes, packedBytes, offset: start }) => ({
      name,
      offset: start,
      crc,
      bytes,
      packedBytes,
    }));
    expect(await listed(entries, at)).toEqual(wanted);
  });

  it.each([
    [65_534, false],
    [65_535, true],
    [65_536, true],
  ])('of %i entries has the records of ZIP64: %s', (count, isZip64) => {
    const records = directory(
      Array.from({ length: count }, () => anEntry({})),
      70_000,
    );
    expect(records.includes(Buffer.from('504b0606', 'hex'))).toBe(isZip64);
    expect(records.readUInt16LE(records.length - 12)).toBe(Math.min(count, 65_535));
  });
});

describe('the record behind an entry', () => {
  it('has room for more than 4 GB only where it is needed', () => {
    expect(entryEnd(anEntry({})).toString('hex')).toBe('504b070898badcfe050000000a000000');
    expect(entryEnd(anEntry({ bytes: 5 * GB })).toString('hex')).toBe(
      '504b070898badcfe05000000000000000000004001000000',
    );
  });
});
