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
  /** Puts every row of every table. */
  readonly fill: (put: (table: string, cells: readonly string[]) => void) => void | Promise<void>;
}

/** The full content of a connection: what a bulk bundle is, and what a delta is made from. */
export async function write(request: Omit<StageRequest, 'mode'>): Promise<WrittenBundle> {
  return await stage({ ...request, mode: 'bulk' });
}

/** The CSV files of a bundle of either mode. */
export async function stage(request: StageRequest): Promise<WrittenBundle> {
  const { folder, settings, version, mode } = request;
  const files = new Map<string, CsvFile>();
  await request.fill((table, cells) => openTable(files, request, table).put(cells));
  // Some receivers require a header for a table without rows; a delta without rows is normal.
  if (mode === 'bulk') for (const table of request.shape.tablesHeaderOnly) openTable(files, request, table);
  const sent = version.tables.filter(({ name }) => files.has(name));
  const manifest = writeManifest(request, (table) => files.has(table));
  for (const [name, file] of files) {
    file.close();
    noteCuts(name, file, request.notices);
  }
  return {
    state: 'written',
    connection: settings.name,
    version: settings.version,
    mode,
    folder,
    files: [manifest, ...sent.map(({ file }) => ({ name: file, path: join(folder, file) }))],
    rows: new Map(sent.map(({ name }) => [name, files.get(name)?.rows ?? 0])),
    exclusions: request.exclusions,
  };
}

/** Puts the files of a bundle into its zip, beside them. */
export async function pack(
  { folder, files, ...bundle }: WrittenBundle,
  { compression }: Pick<ConnectionSettings, 'compression'>,
): Promise<StagedBundle> {
  const path = join(folder, 'bundle.zip');
  return { ...bundle, state: 'staged', path, ...(await writeZip(path, files, compression)) };
}

function openTable(
  files: Map<string, CsvFile>,
  { folder, version, shape }: StageRequest,
  name: string,
): CsvFile {
  const known = files.get(name);
  if (known !== undefined) return known;
  const table = version.tables.find((each) => each.name === name);
  if (table === undefined) throw new Error(`OneRoster ${version.version} has no table ${name}`);
  const header = table.columns.map((column) => column.name);
  const file = new CsvFile(join(folder, table.file), header, table, shape);
  files.set(name, file);
  return file;
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
