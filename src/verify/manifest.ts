/** Reads and judges manifest.csv: which version, and in which mode each file travels. */
import type { OneRosterVersion } from '../oneroster/table.js';
import { v1p1 } from '../oneroster/v1p1.js';
import { versions, type VersionName } from '../oneroster/versions.js';
import { CsvReader, ENDING, type Breach, type CsvListener, type Row } from '../csv/csv-reader.js';
import type { CsvSource } from '../zip/csv-source.js';
import type { Findings, Located } from './catalogue/findings.js';

const FILE = 'manifest.csv';
const OPTIONAL = ['source.systemName', 'source.systemCode'];

/** How a file travels. */
export type FileMode = 'absent' | 'bulk' | 'delta';

export interface Manifest {
  readonly version: VersionName | undefined;
  /** As written, by property name; the first of repeated rows. */
  readonly values: ReadonlyMap<string, ManifestValue>;
  /** False when it could not all be read, so that a row that is not there is not missing. */
  readonly whole: boolean;
  /** How its lines end. */
  readonly csv: CsvReader;
}

interface ManifestValue {
  readonly value: string;
  readonly at: Located;
}

class ManifestReader implements CsvListener {
  readonly values = new Map<string, ManifestValue>();
  whole = true;
  readonly #findings: Findings;
  #isHeader = true;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  breach(breach: Breach, line: number): void {
    if (ENDING.has(breach) || breach === 'csv.cell-too-long') this.whole = false;
    this.#findings.tally(breach, FILE).hit(at(line));
  }

  row(row: Row): void {
    if (this.#isHeader) {
      this.#isHeader = false;
      const isRight = row.width === 2 && row.text(0) === 'propertyName' && row.text(1) === 'value';
      if (!isRight) this.#findings.tally('manifest.header', FILE).hit(at(1), () => row.text(0));
      // A manifest without header has its first property here.
      if (!row.text(0).includes('.')) return;
    }
    if (row.width !== 2) {
      this.#findings.tally('csv.field-count', FILE).hit(at(row.line));
      this.whole = false;
      if (row.width < 2) return;
    }
    const name = row.text(0);
    if (this.values.has(name))
      this.#findings.tally('manifest.repeated-row', FILE).hit(at(row.line), () => name);
    else this.values.set(name, { value: row.text(1), at: at(row.line) });
  }

  end(): void {
    if (this.#isHeader && this.whole) this.#findings.tally('header.absent', FILE).hit();
  }
}

function at(line: number): Located {
  return { line, sourcedId: () => undefined };
}

export async function readManifest(entry: CsvSource, findings: Findings): Promise<Manifest> {
  const reader = new ManifestReader(findings);
  const csv = new CsvReader(reader);
  const damaged = findings.tally('package.damaged-entry', entry.name);
  for await (const chunk of entry.read()) csv.push(chunk);
  if (damaged.count > 0) reader.whole = false;
  else csv.end();
  reader.end();
  const { values } = reader;
  const written = values.get('oneroster.version');
  const version = asVersion(written?.value);
  if (written && !version)
    findings.tally('manifest.oneroster-version', FILE).hit(written.at, () => written.value);
  return { version, values, whole: reader.whole, csv };
}

function asVersion(text: string | undefined): VersionName | undefined {
  return text === '1.1' || text === '1.2' ? text : undefined;
}

/** The version if the manifest has none: by files and columns that only one version has. */
export function guessVersion(manifest: Manifest | undefined, files: ReadonlySet<string>): VersionName {
  const value = manifest?.values.get('oneroster.version')?.value.trim() ?? '';
  if (value.startsWith('1.2')) return '1.2';
  if (value.startsWith('1.1')) return '1.1';
  const older = new Set(v1p1.tables.map(({ file }) => file));
  return versions['1.2'].tables.some(({ file }) => files.has(file) && !older.has(file)) ? '1.2' : '1.1';
}

/** The mode of each file, as far as the manifest lists it. */
export function judgeManifest(
  manifest: Manifest,
  version: OneRosterVersion,
  findings: Findings,
): ReadonlyMap<string, FileMode | undefined> {
  const properties = [
    'manifest.version',
    'oneroster.version',
    ...version.tables.map(({ name }) => `file.${name}`),
  ];
  const modes = new Map<string, FileMode | undefined>();
  const isManifest = properties.some((property) => manifest.values.has(property));
  if (manifest.whole && !isManifest) findings.tally('manifest.missing-row', FILE).hit(at(1));
  for (const property of properties) {
    const written = manifest.values.get(property);
    if (!written) {
      if (manifest.whole && isManifest) findings.tally('manifest.missing-row', FILE, property).hit(at(1));
    } else if (property === 'manifest.version') {
      if (written.value !== version.manifestVersion) {
        findings.tally('manifest.version', FILE).hit(written.at, () => written.value);
      }
    } else if (property.startsWith('file.')) {
      const mode = asMode(written.value);
      modes.set(property.slice('file.'.length), mode);
      if (!mode) findings.tally('manifest.mode', FILE, property).hit(written.at, () => written.value);
    }
  }
  const known = [...properties, ...OPTIONAL];
  let last = -1;
  let isOutOfOrder = false;
  for (const [name, { at: place }] of manifest.values) {
    const position = known.indexOf(name);
    if (position < 0) findings.tally('manifest.unknown-row', FILE).hit(place, () => name);
    else if (position < last) isOutOfOrder = true;
    last = Math.max(last, position);
  }
  if (isOutOfOrder) findings.tally('manifest.row-order', FILE).hit(at(1));
  return modes;
}

function asMode(value: string): FileMode | undefined {
  return value === 'absent' || value === 'bulk' || value === 'delta' ? value : undefined;
}
