/**
 * Judges the CSV files of a bundle before there is a zip of them, so that both can be made at once.
 * Takes files on the disk. Gives what was found in them, and later the judgment of a zip that holds the very same bytes.
 * Promises to give none for a zip that does not: the bytes of each of its files must have the SHA-256 of those that were judged.
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { CsvOnDisk } from '../model/bundle.js';
import { OWN_ZIP_LIMITS } from '../model/reading-limits.js';
import { readRange, type CsvSource } from '../zip/csv-source.js';
import type { Findings } from './catalogue/findings.js';
import {
  conclude,
  gatherFindings,
  judgeContent,
  zipReport,
  type JudgedContent,
  type JudgeOptions,
  type Judgment,
} from './judge.js';
import { findFiles } from './package.js';
import { openZip } from '../zip/zip.js';

/** The findings of the checked files for a zip. */
export type ZipProof =
  | { readonly isProven: true; readonly judgment: Judgment }
  /** `altered`: files that came out of the zip whole, and are others than those that were judged. */
  | { readonly isProven: false; readonly altered: readonly string[] };

/** Reads the whole of every file once. Throws when one cannot be read. */
export async function judgeFiles(
  files: readonly CsvOnDisk[],
  options: JudgeOptions = {},
): Promise<JudgedFiles> {
  const sources = new Map(files.map(({ name, path }) => [name, new FileSource(name, path)]));
  const findings = gatherFindings(options);
  const content = await judgeContent(sources, options, findings);
  return new JudgedFiles(sources, content, findings);
}

type NamedEntry = readonly [name: string, entry: CsvSource];

class FileSource implements CsvSource {
  readonly refused = undefined;
  /** Of all that was read; unset until then. */
  sha256: string | undefined;

  constructor(
    readonly name: string,
    readonly path: string,
  ) {}

  async *read(): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    const file = await open(this.path, 'r');
    try {
      for await (const chunk of readRange(file, 0, (await file.stat()).size)) {
        hash.update(chunk); // before the reader sees it, which takes doubled quotes apart in place
        yield chunk;
      }
    } finally {
      await file.close();
    }
    this.sha256 = hash.digest('hex');
  }
}

export class JudgedFiles {
  readonly #sources: ReadonlyMap<string, FileSource>;
  readonly #content: JudgedContent;
  readonly #findings: Findings;

  constructor(sources: ReadonlyMap<string, FileSource>, content: JudgedContent, findings: Findings) {
    this.#sources = sources;
    this.#content = content;
    this.#findings = findings;
  }

  /**
   * Opens and unpacks the zip, and says of its layout and entries what judging it would; to be asked once. A hash of both
   * sides, because the file may have changed since it was read, and CRC-32 would not tell a change that was made to fit: 0.3 s
   * for 200 MB, while zlib unpacks in threads of its own, several entries at once.
   */
  async prove(zipPath: string): Promise<ZipProof> {
    const zip = await openZip(zipPath, zipReport(this.#findings), OWN_ZIP_LIMITS);
    try {
      const entries = findFiles(zip.entries, this.#findings);
      const others = await this.#others(entries);
      if (others.length > 0 || entries.size !== this.#sources.size) {
        const isWhole = ([name, entry]: NamedEntry): boolean =>
          this.#sources.has(name) && !this.#isDamaged(entry);
        return { isProven: false, altered: others.filter(isWhole).map(([name]) => name) };
      }
      const judgment = conclude(entries, this.#content, { name: undefined, bytes: zip.bytes });
      return { isProven: true, judgment };
    } finally {
      await zip.close();
    }
  }

  /** The entries that are not as they were judged. */
  async #others(entries: ReadonlyMap<string, CsvSource>): Promise<readonly NamedEntry[]> {
    const listed = [...entries];
    const areSame = await Promise.all(listed.map(([name, entry]) => this.#holdsSame(name, entry)));
    return listed.filter((_, each) => !areSame[each]);
  }

  async #holdsSame(name: string, entry: CsvSource): Promise<boolean> {
    const judged = this.#sources.get(name)?.sha256;
    if (judged === undefined || entry.refused) return false;
    const hash = createHash('sha256');
    for await (const chunk of entry.read()) hash.update(chunk);
    return hash.digest('hex') === judged && !this.#isDamaged(entry);
  }

  #isDamaged({ name, refused }: CsvSource): boolean {
    const codes = ['package.damaged-entry', 'package.crc'] as const;
    return refused !== undefined || codes.some((code) => this.#findings.tally(code, name).count > 0);
  }
}
