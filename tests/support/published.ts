/** Reads a published zip back, with other libraries than the ones that wrote it. */
import { parse } from 'csv-parse/sync';
import yauzl from 'yauzl';

export type PublishedRow = Readonly<Record<string, string>>;

/** The files of a zip, by name, as bytes. */
export async function readZip(path: string): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const zip = await yauzl.openPromise(path);
  try {
    for await (const entry of zip.eachEntry()) {
      const parts: Buffer[] = [];
      for await (const part of await zip.openReadStreamPromise(entry)) parts.push(part as Buffer);
      files.set(entry.fileName, Buffer.concat(parts));
    }
  } finally {
    zip.close();
  }
  return files;
}

export function readCsv(bytes: Buffer | string): readonly PublishedRow[] {
  return parse(bytes, { columns: true, skip_empty_lines: true });
}

/** The rows of each table of a bundle, by table name. */
export async function readBundle(path: string): Promise<ReadonlyMap<string, readonly PublishedRow[]>> {
  const files = await readZip(path);
  return new Map([...files].map(([name, bytes]) => [name.replace(/\.csv$/, ''), readCsv(bytes)]));
}
