/** Anonymized bundles for tests. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anonymize, type Anonymized, type AnonymizeRequest } from '../../src/anonymize/anonymize.js';
import { openZip } from '../../src/zip/zip.js';

/** Goes with the folder of the run: suites that run in one process share it. */
const folder = mkdtempSync(join(tmpdir(), 'oneroster-anonymized-'));
let count = 0;

export const freshPath = (): string => join(folder, `out-${++count}.zip`);

export interface Made {
  readonly path: string;
  readonly done: Anonymized;
}

export async function anonymized(zip: string, wants: Partial<AnonymizeRequest> = {}): Promise<Made> {
  const path = freshPath();
  const request = {
    zip,
    out: path,
    keepIds: false,
    keepTitles: false,
    keepMetadata: [],
    seed: 'test',
    ...wants,
  };
  return { path, done: await anonymize(request) };
}

/** The content of each entry, in order; of entries with one name all. */
export async function contentsOf(
  zip: string,
): Promise<readonly (readonly [name: string, content: Buffer])[]> {
  const opened = await openZip(zip, () => undefined);
  try {
    const contents: (readonly [string, Buffer])[] = [];
    for (const entry of opened.entries) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry.read()) chunks.push(chunk);
      contents.push([entry.name, Buffer.concat(chunks)]);
    }
    return contents;
  } finally {
    await opened.close();
  }
}

export async function fileOf(zip: string, name: string): Promise<string> {
  return new Map(await contentsOf(zip)).get(name)?.toString('utf8') ?? '';
}

/** The rows of a file without quotes in it, the header first. */
export const plainRows = (text: string): readonly (readonly string[])[] =>
  text
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));

export const bytesOf = (path: string): Buffer => readFileSync(path);
