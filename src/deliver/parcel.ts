/**
 * A published bundle as it is sent: the zip itself, or the CSV files in it one by one with the manifest last. Promises that
 * the bytes are those that were published.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeSubfolder } from '../home/folders.js';
import type { PublishedBundle } from '../model/bundle.js';
import { fingerprintOf } from '../model/fingerprint.js';
import { plainFileFault } from '../model/plain-file.js';
import { OWN_ZIP_LIMITS } from '../model/reading-limits.js';
import { fillName, namesLike, type NamedBundle } from '../model/remote-name.js';
import type { DeliverySettings } from '../model/settings.js';
import { versions } from '../oneroster/versions.js';
import type { CsvSource } from '../zip/csv-source.js';
import { openZip, type ZipFault } from '../zip/zip.js';
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
  if (request.delivery.files === 'loose') return await packLoose(bundle, request);
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
  const found = await fingerprintOf(path).then(
    (found) => found.sha256,
    (error: unknown) => plainFileFault(error).message,
  );
  if (found !== sha256) {
    throw damaged(address, path, `is not the published file (sha256 ${sha256}, found ${found})`);
  }
}

function damaged(address: string, path: string, says: string): DeliveryFault {
  return new DeliveryFault(address, {
    step: 'read the bundle',
    kind: 'lasting',
    says: `${path} ${says}`,
    hint: 'Run the refresh again.',
  });
}

/** Tables that this bundle does not have may still lie there from an earlier night; no receiver should mix the two. */
async function packLoose(bundle: PublishedBundle, { scratch, address }: PackRequest): Promise<Parcel> {
  const names = versions[bundle.version].tables.map(({ file }) => file);
  makeSubfolder(scratch);
  const files = await unpack(bundle.path, scratch, address);
  const isManifest = ({ name }: ParcelFile): boolean => name === MANIFEST;
  const sent = new Set(files.map(({ name }) => name));
  return {
    files: [...files.filter((file) => !isManifest(file)), ...files.filter(isManifest)],
    namesLike: [MANIFEST, ...names].map(namesLike).join('|'),
    stale: names.filter((name) => !sent.has(name)),
  };
}

async function unpack(path: string, folder: string, address: string): Promise<readonly ParcelFile[]> {
  const refuse = (code: ZipFault, entry?: string): void => {
    if (code !== 'package.stored') throw damaged(address, path, `${entry ?? 'the zip'}: ${code}`);
  };
  const zip = await openZip(path, refuse, OWN_ZIP_LIMITS);
  try {
    const files: ParcelFile[] = [];
    for (const entry of zip.entries) {
      // Checked even for a verified bundle: no file name may lead out of the folder.
      if (/^[A-Za-z]+\.csv$/.test(entry.name)) files.push(await unpackOne(entry, folder));
    }
    return files;
  } finally {
    await zip.close();
  }
}

async function unpackOne(entry: CsvSource, folder: string): Promise<ParcelFile> {
  const hash = createHash('sha256');
  const local = join(folder, entry.name);
  const tap = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(entry.read(), tap, createWriteStream(local, { mode: 0o600 }));
  return { local, name: entry.name, bytes: (await stat(local)).size, sha256: hash.digest('hex') };
}
