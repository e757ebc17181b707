/**
 * Rows -> CSV files -> staged bundle. Takes a folder of its own and a function that puts the rows of every table; gives the
 * files and the rows it wrote, with every file synced, and from these the zip and its checksum. Two steps, so that the files
 * can be judged while they are packed. Tables without rows are left out and marked absent.
 */
import { join } from 'node:path';
import type { CsvOnDisk, StagedBundle, WrittenBundle } from '../model/bundle.js';
import type { Notices } from '../model/notices.js';
import type { BundleMode, ConnectionSettings, SystemSettings } from '../model/settings.js';
import type { OneRosterVersion } from '../oneroster/table.js';
import type { Shape } from '../profiles/shape.js';
import { CsvFile } from './csv-file.js';
import { MANIFEST_HEADER, manifestRows } from './manifest.js';
import { writeZip } from './zip.js';

export interface StageRequest {
  /** An empty folder. */
  readonly folder: string;
  readonly settings: ConnectionSettings;
  readonly mode: BundleMode;
  readonly version: OneRosterVersion;
  /** The SIS, as the manifest names it. */
  readonly system: SystemSettings;
  /** Path of the exclusions list that will stand beside the bundle. */
  readonly exclusions: string;
  readonly notices: Notices;
  readonly shape: Shape;
  /** Puts every row of every table. May call `complete` early for tables that get no more rows. */
  readonly fill: (
    put: (table: string, cells: readonly string[]) => void,
    complete: (tables: readonly string[]) => void,
  ) => void | Promise<void>;
  /** Gets the files of tables, written and synced, as soon as they are complete; each table once, the manifest never. */
  readonly onFiles?: ((files: readonly CsvOnDisk[]) => void) | undefined;
}

/** The full content of a connection: what a bulk bundle is, and what a delta is made from. */
export async function write(request: Omit<StageRequest, 'mode'>): Promise<WrittenBundle> {
  return await stage({ ...request, mode: 'bulk' });
}

/** The CSV files of a bundle of either mode. */
export async function stage(request: StageRequest): Promise<WrittenBundle> {
  const { folder, settings, version, mode } = request;
  const tables = new TableFiles(request);
  await request.fill(
    (table, cells) => tables.open(table).put(cells),
    (names) => tables.complete(names),
  );
  tables.complete(version.tables.map(({ name }) => name));
  const sent = tables.sent();
  const manifest = writeManifest(request, (name) => sent.some(({ table }) => table === name));
  return {
    state: 'written',
    connection: settings.name,
    version: settings.version,
    mode,
    folder,
    manifest,
    files: sent.map(onDisk),
    rows: new Map(sent.map(({ table, file }) => [table, file.rows])),
    exclusions: request.exclusions,
  };
}

/** Puts the files of a bundle into its zip, beside them. */
export async function pack(
  { folder, manifest, files, ...bundle }: WrittenBundle,
  { compression }: Pick<ConnectionSettings, 'compression'>,
): Promise<StagedBundle> {
  const path = join(folder, 'bundle.zip');
  return { ...bundle, state: 'staged', path, ...(await writeZip(path, [manifest, ...files], compression)) };
}

interface TableFile {
  readonly table: string;
  readonly name: string;
  readonly file: CsvFile;
}

const onDisk = ({ name, file }: TableFile): CsvOnDisk => ({ name, path: file.path });

/** The files of the tables, each from its first row until it is complete. */
class TableFiles {
  readonly #request: StageRequest;
  readonly #files = new Map<string, TableFile>();
  readonly #complete = new Set<string>();

  constructor(request: StageRequest) {
    this.#request = request;
  }

  open(name: string): CsvFile {
    const known = this.#files.get(name);
    if (known !== undefined) return known.file;
    const { folder, version, shape } = this.#request;
    const table = version.tables.find((each) => each.name === name);
    if (table === undefined) throw new Error(`OneRoster ${version.version} has no table ${name}`);
    const header = table.columns.map((column) => column.name);
    const file = new CsvFile(join(folder, table.file), header, table, shape);
    this.#files.set(name, { table: name, name: table.file, file });
    return file;
  }

  /** Closes the files of these tables and hands them on. */
  complete(names: readonly string[]): void {
    const { mode, shape, notices, onFiles } = this.#request;
    const due = names.filter((name) => !this.#complete.has(name));
    // Some receivers require a header for a table without rows; a delta without rows is normal.
    if (mode === 'bulk')
      for (const name of shape.tablesHeaderOnly.filter((each) => due.includes(each))) this.open(name);
    const files = due.flatMap((name) => this.#files.get(name) ?? []);
    for (const { table, file } of files) {
      file.close();
      noteCuts(table, file, notices);
    }
    for (const name of due) this.#complete.add(name);
    if (files.length > 0) onFiles?.(files.map(onDisk));
  }

  /** In the order of the standard. */
  sent(): readonly TableFile[] {
    return this.#request.version.tables.flatMap(({ name }) => this.#files.get(name) ?? []);
  }
}

function writeManifest(
  { folder, mode, version, system, shape }: StageRequest,
  sent: (table: string) => boolean,
): CsvOnDisk {
  const name = 'manifest.csv';
  const file = new CsvFile(join(folder, name), MANIFEST_HEADER, undefined, shape);
  for (const row of manifestRows(version, { mode, system }, sent)) file.put(row);
  file.close();
  return { name, path: file.path };
}

function noteCuts(table: string, file: CsvFile, notices: Notices): void {
  for (const [column, count] of file.cut) {
    notices.add(
      'text-cut',
      'warning',
      `Values of ${table}.${column} longer than 255 characters were cut.`,
      count,
    );
  }
}
