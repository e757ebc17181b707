/** `diff`: what was added, changed and removed between two bundles, per file and per school. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countChanges, type Difference } from '../compare/count-changes.js';
import { eachRowChange, type RowChange } from '../compare/row-changes.js';
import { ExportError } from '../model/errors.js';
import { judge } from '../verify/judge.js';
import { columns, type Terminal } from './terminal.js';

export interface DiffOptions {
  readonly records?: boolean;
  readonly json?: boolean;
}

export async function diffCommand(
  before: string,
  after: string,
  options: DiffOptions,
  terminal: Terminal,
): Promise<void> {
  for (const path of [before, after]) await requireBundle(path);
  const difference = await countChanges(before, after);
  const records = options.records === true ? await listRecords(before, after) : undefined;
  if (options.json === true) {
    terminal.out(`${JSON.stringify({ ...difference, ...(records && { records }) }, undefined, 2)}\n`);
    return;
  }
  terminal.out(inWords(difference));
  for (const { table, kind, sourcedId, columns: changed } of records ?? []) {
    terminal.out(`${table}  ${kind}  ${sourcedId}${changed.length > 0 ? `  ${changed.join(', ')}` : ''}\n`);
  }
}

/** Names the file that is no readable zip, where both would do. */
async function requireBundle(path: string): Promise<void> {
  try {
    await judge(path, { limit: 0 });
  } catch (error) {
    if (!(error instanceof ExportError)) throw error;
    throw new ExportError(error.code, `${path}: ${error.message}`, error.problems, { cause: error });
  }
}

interface RecordChange {
  readonly table: string;
  readonly kind: RowChange['kind'];
  readonly sourcedId: string;
  /** Names of the columns that changed; never their values. */
  readonly columns: readonly string[];
}

async function listRecords(before: string, after: string): Promise<readonly RecordChange[]> {
  const folder = mkdtempSync(join(tmpdir(), 'oneroster-export-diff-'));
  const records: RecordChange[] = [];
  try {
    await eachRowChange(before, after, join(folder, 'before.sqlite'), ({ header, kind, cells, was }) => {
      const changed =
        was === undefined ? [] : header.columns.filter((_, at) => at > 2 && was[at] !== cells[at]);
      records.push({ table: header.table, kind, sourcedId: cells[0] ?? '', columns: changed });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return records;
}

function inWords({ tables, schools }: Difference): string {
  const rows = Object.entries(tables).map(([table, { before, after, added, changed, removed }]) =>
    [table, before, after, added, changed, removed].map(String),
  );
  const bySchool = Object.entries(schools).flatMap(([school, counts]) =>
    Object.entries(counts)
      .filter(([, { removed }]) => removed > 0)
      .map(([table, { before, removed }]) => [school, table, String(before), String(removed)]),
  );
  const head = columns([['file', 'before', 'after', 'added', 'changed', 'removed'], ...rows]);
  return bySchool.length === 0
    ? head
    : `${head}\n${columns([['school', 'file', 'before', 'removed'], ...bySchool])}`;
}
