/** Zips that were built or broken on purpose: each is judged and compared, or refused as no bundle. */
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countChanges } from '../../src/compare/count-changes.js';
import { ZIP_LIMITS } from '../../src/model/reading-limits.js';
import { judge } from '../../src/verify/judge.js';
import { filesOf, goodComplete, goodLargerRoster, partsOf, save, saveFiles } from '../verify/bundles.js';
import { makeZip, type ZipOptions, type ZipPart } from '../verify/zips.js';
import { foreseen, fuzz } from './bounds.js';

const GOOD = [goodLargerRoster('1.1', 3), goodComplete('1.2')].map((content) => partsOf(filesOf(content)));
const good = saveFiles(filesOf(goodLargerRoster('1.2', 3)));

const names = fc.oneof(
  fc.constantFrom('users.csv', 'manifest.csv', '../users.csv', '/etc/passwd', 'a/users.csv', 'C:\\users.csv'),
  fc.constantFrom(
    'USERS.CSV',
    'users.csv\0.txt',
    'nul.csv',
    '',
    '.',
    'u\u202esers.csv',
    '__proto__',
    'x'.repeat(60_000),
  ),
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
);
const number32 = fc.oneof(fc.constantFrom(0, 1, 0x7fffffff, 0xffffffff), fc.nat({ max: 100_000 }));

/** A change to what stands in a file. */
const dataChange: fc.Arbitrary<(data: Buffer) => Buffer> = fc.oneof(
  fc
    .tuple(
      fc.nat(),
      fc.constantFrom('"', ',', '\r\n', '\n', '\0', '\ufeff', '""', '\u2028', ',,,,', '=1+1', '\ud800'),
    )
    .map(
      ([at, text]) =>
        (data: Buffer) =>
          spliced(data, at, Buffer.from(text)),
    ),
  fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 8 })).map(
    ([at, bytes]) =>
      (data: Buffer) =>
        spliced(data, at, Buffer.from(bytes)),
  ),
  fc.tuple(fc.nat(), fc.constantFrom('x', ',', '"', 'a,'), fc.constantFrom(1_000, 70_000, 300_000)).map(
    ([at, unit, times]) =>
      (data: Buffer) =>
        spliced(data, at, Buffer.from(unit.repeat(times))),
  ),
  fc.nat().map((at) => (data: Buffer) => data.subarray(0, at % (data.length + 1))),
  fc.constant((data: Buffer) => Buffer.from(data.toString('utf8'), 'utf16le')),
  fc.nat().map((line) => (data: Buffer) => {
    const lines = data.toString('utf8').split('\r\n');
    return Buffer.from([...lines, ...lines.slice(line % lines.length)].join('\r\n'));
  }),
);

function spliced(data: Buffer, at: number, more: Buffer): Buffer {
  const where = at % (data.length + 1);
  return Buffer.concat([data.subarray(0, where), more, data.subarray(where)]);
}

/** A change to an entry of the zip. */
const partChange: fc.Arbitrary<(part: ZipPart) => ZipPart> = fc.oneof(
  dataChange.map((change) => (part: ZipPart) => ({ ...part, data: change(part.data) })),
  names.map((name) => (part: ZipPart) => ({ ...part, name })),
  fc
    .record(
      {
        stored: fc.boolean(),
        descriptor: fc.boolean(),
        zip64: fc.boolean(),
        method: fc.constantFrom(0, 8, 9, 12, 99),
        flags: fc.constantFrom(0, 1, 8, 0x40, 0x800, 0x801, 0xffff),
        mode: fc.constantFrom(0o100644, 0o120777, 0o40755, 0o010644),
        crc: number32,
        size: number32,
        localName: fc.constantFrom('other.csv', '', '../x'),
        sameAs: fc.nat({ max: 3 }),
        packed: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      },
      { requiredKeys: [] },
    )
    .map((faults) => (part: ZipPart) => ({ ...part, ...faults })),
);

const options: fc.Arbitrary<ZipOptions> = fc.record(
  {
    before: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
    adjusted: fc.boolean(),
    between: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    after: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
    comment: fc.string({ maxLength: 20 }),
  },
  { requiredKeys: [] },
);

const zips: fc.Arbitrary<Buffer> = fc
  .record({
    parts: fc.constantFrom(...GOOD),
    changes: fc.array(fc.tuple(fc.nat(), partChange), { maxLength: 4 }),
    doubled: fc.option(fc.nat()),
    options,
    flips: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 3 }),
    cut: fc.option(fc.nat(), { freq: 5 }),
  })
  .map((made) => {
    const parts = [...made.parts];
    for (const [at, change] of made.changes) {
      const index = at % parts.length;
      const part = parts[index];
      if (part !== undefined) parts[index] = change(part);
    }
    const twin = made.doubled === null ? undefined : parts[made.doubled % parts.length];
    const bytes = makeZip(twin === undefined ? parts : [...parts, twin], made.options);
    for (const [at, mask] of made.flips) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ mask;
    return made.cut === null ? bytes : bytes.subarray(0, made.cut % bytes.length);
  });

it('a zip of any structure is judged and compared, or refused', async () => {
  await fuzz(zips, { list: 'random zips', runs: 600, cpuSeconds: 5, growsMb: 400 }, async (bytes) => {
    const path = save(bytes, 'fuzzed.zip');
    const limits = { ...ZIP_LIMITS, unpackedBytes: 64 * 2 ** 20 };
    await judge(path, { limits, showValues: true }).catch((error: unknown) =>
      foreseen(error, 'not-a-bundle'),
    );
    await countChanges({ before: good, after: path, limits }).catch((error: unknown) =>
      foreseen(error, 'not-a-bundle'),
    );
  });
  expect(readFileSync(good).length).toBeGreaterThan(0);
});
