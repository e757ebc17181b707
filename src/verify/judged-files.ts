/**
 * Judges the CSV files of a bundle before there is a zip of them, so that both can be made at once: all files, or some while
 * others are still written.
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
  judgeManifestOf,
  judgeTables,
  openInquiry,
  zipReport,
  type JudgedManifest,
  type JudgedContent,
  type JudgeOptions,
  type Judgment,
} from './judge.js';
import { findFiles } from './package.js';
import { openZip } from '../zip/zip.js';
import type { BundleMode } from '../model/settings.js';
import { versions, type VersionName } from '../oneroster/versions.js';
import { READING_ORDER } from './catalogue/reading-order.js';
import type { Inquiry } from './memory/known.js';

/** The findings of the checked files for a zip. */
export type ZipProof =
  | { readonly isProven: true; readonly judgment: Judgment }
  /** `altered`: files that came out of the zip whole, and are others than those that were judged. */
  | { readonly isProven: false; readonly altered: readonly string[] };

/** The judgment of files that are on their way into a zip. */
export interface Prover {
  /** Once. */
  prove(zipPath: string): Promise<ZipProof>;
}

/** Gets the files of a bundle as they are written. */
export interface FileJudge {
  /** Complete files of tables. What is wrong with reading them is thrown by `end`. */
  take(files: readonly CsvOnDisk[]): void;
  /** The manifest, after the last file. */
  end(manifest: CsvOnDisk): Promise<Prover>;
  /** When it settles, no file is read any more. */
  stop(): Promise<void>;
}

/** What the manifest will say, as far as the rows are judged by it. */
export interface Expected {
  readonly version: VersionName;
  /** Of all files. */
  readonly mode: BundleMode;
}

/** Reads the whole of every file once. Throws when one cannot be read. */
export async function judgeFiles(
  files: readonly CsvOnDisk[],
  options: JudgeOptions = {},
): Promise<JudgedFiles> {
  const sources = new Map(files.map((file) => [file.name, sourceOf(file)]));
  const findings = gatherFindings(options);
  const content = await judgeContent(sources, options, findings);
  return new JudgedFiles(sources, content, findings);
}

/**
 * Judges files before the manifest that names them: their rows by what it is expected to say. If it says something else, or if a
 * file comes after one that may refer to it, all files are judged again, in their order; so the result is always that of `judgeFiles`.
 */
export class FilesJudge implements FileJudge {
  readonly #expected: Expected;
  readonly #options: JudgeOptions;
  readonly #files: CsvOnDisk[] = [];
  readonly #sources = new Map<string, FileSource>();
  readonly #present = new Set<string>();
  readonly #inquiry: Inquiry;
  #isInOrder = true;
  #work: Promise<void> = Promise.resolve();

  constructor(expected: Expected, options: JudgeOptions = {}) {
    this.#expected = expected;
    this.#options = options;
    const version = versions[expected.version];
    this.#inquiry = openInquiry(
      { version, present: this.#present, findings: gatherFindings(options) },
      options,
    );
  }

  take(files: readonly CsvOnDisk[]): void {
    this.#files.push(...files);
    this.#work = this.#work.then(() => this.#judge(files));
    this.#work.catch(() => undefined); // `end` throws it
  }

  async end(manifest: CsvOnDisk): Promise<JudgedFiles> {
    await this.#work;
    const { findings } = this.#inquiry;
    const sources = new Map([...this.#sources, [manifest.name, sourceOf(manifest)]]);
    const said = await judgeManifestOf(sources, this.#options, findings);
    return this.#isInOrder && this.#isExpected(said)
      ? new JudgedFiles(sources, { manifest: said.manifest, inquiry: this.#inquiry }, findings)
      : await judgeFiles([manifest, ...this.#files], this.#options);
  }

  async stop(): Promise<void> {
    await this.#work.catch(() => undefined);
  }

  async #judge(files: readonly CsvOnDisk[]): Promise<void> {
    const tables = tablesOf(files);
    this.#isInOrder &&= isNext(tables, this.#present);
    if (!this.#isInOrder) return;
    const sources = new Map(files.map((file) => [file.name, sourceOf(file)]));
    for (const [name, source] of sources) this.#sources.set(name, source);
    for (const table of tables) this.#present.add(table);
    await judgeTables(sources, () => this.#expected.mode, this.#inquiry);
  }

  #isExpected({ manifest, modes }: JudgedManifest): boolean {
    const { version, mode } = this.#expected;
    return manifest?.version === version && [...this.#present].every((table) => modes.get(table) === mode);
  }
}

const tablesOf = (files: readonly CsvOnDisk[]): readonly string[] =>
  files.map(({ name }) => name.replace(/\.csv$/, ''));

/** Results are compared with enrollments only if it is known before those that there are any. */
function isNext(tables: readonly string[], judged: ReadonlySet<string>): boolean {
  const places = tables.map((table) => READING_ORDER.indexOf(table));
  const last = Math.max(-1, ...[...judged].map((table) => READING_ORDER.indexOf(table)));
  return places.every((place) => place > last) && !tables.includes('results');
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

const sourceOf = ({ name, path }: CsvOnDisk): FileSource => new FileSource(name, path);

export class JudgedFiles implements Prover {
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
