/** Finds the OneRoster files among the entries of a zip, and checks the other entries. */
import { v1p1 } from '../oneroster/v1p1.js';
import { v1p2 } from '../oneroster/v1p2.js';
import type { OneRosterVersion } from '../oneroster/table.js';
import type { CsvSource } from '../zip/csv-source.js';
import { isRefused } from './demands/demands.js';
import type { Findings } from './catalogue/findings.js';
import type { Inquiry } from './memory/known.js';

const NAMES: ReadonlySet<string> = new Set([
  'manifest.csv',
  ...[...v1p1.tables, ...v1p2.tables].map(({ file }) => file),
]);
const BY_LOOSE_NAME: ReadonlyMap<string, string> = new Map(
  [...NAMES].map((name) => [name.toLowerCase(), name]),
);

/** Entries by the defined file name of either version. */
export function findFiles(entries: readonly CsvSource[], findings: Findings): ReadonlyMap<string, CsvSource> {
  const files = new Map<string, CsvSource>();
  for (const entry of entries) {
    if (entry.refused === 'name') continue;
    if (isForeign(entry.name)) findings.tally('package.foreign-entry', entry.name).hit();
    else {
      const { folder, base } = split(entry.name);
      if (folder !== '') findings.tally('package.folder', `${folder}/`).hit();
      if (base === '') continue;
      const name = BY_LOOSE_NAME.get(base.toLowerCase());
      if (name === undefined) {
        findings.tally(isCsv(base) ? 'package.foreign-csv' : 'package.foreign-entry', entry.name).hit();
      } else {
        if (name !== base) findings.tally('package.name-case', name).hit();
        if (files.has(name)) findings.tally('package.duplicate-entry', name).hit();
        else files.set(name, entry);
      }
    }
  }
  return files;
}

/** CSV files that belong to another version only. */
export function judgeForeignTables(
  files: ReadonlyMap<string, CsvSource>,
  version: OneRosterVersion,
  findings: Findings,
): void {
  const defined = new Set(['manifest.csv', ...version.tables.map(({ file }) => file)]);
  for (const name of files.keys()) if (!defined.has(name)) findings.tally('package.foreign-csv', name).hit();
}

/** The rostering set, without files that the receiver rejects. */
export function judgeRosterSet(inquiry: Inquiry): void {
  const { present, version, findings } = inquiry;
  const hasRoster = version.tables.some(({ name, service }) => service === 'rostering' && present.has(name));
  for (const name of hasRoster ? version.coreRoster : []) {
    if (present.has(name) || isRefused(name, inquiry)) continue;
    findings.tally('package.roster-incomplete', `${name}.csv`).hit();
  }
}

/** What file managers leave behind. */
function isForeign(name: string): boolean {
  return name.startsWith('__MACOSX/') || /(^|\/)(\.[^/]*|Thumbs\.db|desktop\.ini)$/.test(name);
}

function isCsv(name: string): boolean {
  return name.toLowerCase().endsWith('.csv');
}

/** `./users.csv` is not in a folder. */
function split(path: string): { readonly folder: string; readonly base: string } {
  const name = path.replace(/^(?:\.\/)+/, '');
  const at = name.lastIndexOf('/');
  return { folder: at < 0 ? '' : name.slice(0, at), base: name.slice(at + 1) };
}
