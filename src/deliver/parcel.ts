/**
 * A published bundle as it travels: the zip itself, or the CSV files in it one by one with the manifest last. Promises that
 * the bytes are those that were published.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import type { PublishedBundle } from '../model/bundle.js';
import { fillName, namesLike, type NamedBundle } from '../model/remote-name.js';
import type { DeliverySettings } from '../model/settings.js';
import { versions } from '../oneroster/versions.js';
import { DeliveryFault } from './fault.js';
import type { Parcel, ParcelFile } from './target.js';

export interface PackRequest {
  readonly delivery: DeliverySettings;
  /** For messages. */
  readonly address: string;
  readonly madeAt: Date;
  readonly timezone: string;
  /** A folder of this delivery alone, for loose files. */
  readonly scratch: string;
}

const MANIFEST = 'manifest.csv';

export async function packParcel(bundle: PublishedBundle, request: PackRequest): Promise<Parcel> {
  await refuseOtherBytes(bundle, request.address);
  if (request.delivery.files === 'loose') return await packLoose(bundle, request.scratch);
  const named: NamedBundle = {
    madeAt: request.madeAt,
    timezone: request.timezone,
    connection: bundle.connection,
    version: bundle.version,
    mode: bundle.mode,
  };
  const { path: local, bytes, sha256 } = bundle;
  const { name } = request.delivery;
  return {
    files: [{ local, bytes, sha256, name: fillName(name, named) }],
    namesLike: namesLike(name),
    stale: [],
  };
}

/** What was verified is what leaves: a file that was changed or lost since is never sent. */
async function refuseOtherBytes({ path, sha256 }: PublishedBundle, address: string): Promise<void> {
  const hash = createHash('sha256');
  const found = await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash).then(
    () => hash.digest('hex'),
    (error: unknown) => (error as NodeJS.ErrnoException).code ?? 'unreadable',
  );
  if (found === sha256) return;
  throw new DeliveryFault(address, {
    step: 'read the bundle',
    kind: 'lasting',
    says: `${path} is not what was published (sha256 ${sha256}, found ${found})`,
    cure: 'Run the refresh again.',
  });
}

/** Tables that this bundle does not have may still lie there from an earlier night; no receiver should mix the two. */
async function packLoose(bundle: PublishedBundle, scratch: string): Promise<Parcel> {
  const names = versions[bundle.version].tables.map(({ file }) => file);
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const files = await unpack(bundle.path, scratch);
  const isManifest = ({ name }: ParcelFile): boolean => name === MANIFEST;
  const sent = new Set(files.map(({ name }) => name));
  return {
    files: [...files.filter((file) => !isManifest(file)), ...files.filter(isManifest)],
    namesLike: [MANIFEST, ...names].map(namesLike).join('|'),
    stale: names.filter((name) => !sent.has(name)),
  };
}

async function unpack(path: string, folder: string): Promise<readonly ParcelFile[]> {
  const zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false });
  try {
    const files: ParcelFile[] = [];
    for await (const entry of zip.eachEntry()) {
      // Of a verified bundle; still no name from a file may lead out of the folder.
      if (/^[A-Za-z]+\.csv$/.test(entry.fileName)) files.push(await unpackOne(zip, entry, folder));
    }
    return files;
  } finally {
    zip.close();
  }
}

async function unpackOne(zip: ZipFile, entry: Entry, folder: string): Promise<ParcelFile> {
  const hash = createHash('sha256');
  const local = join(folder, entry.fileName);
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(undefined, chunk);
    },
  });
  await pipeline(await zip.openReadStreamPromise(entry), tap, createWriteStream(local, { mode: 0o600 }));
  return { local, name: entry.fileName, bytes: (await stat(local)).size, sha256: hash.digest('hex') };
}
