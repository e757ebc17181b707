/** `diff`: what was added, changed and removed between two bundles, per file and per school. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countChanges, type Difference } from '../compare/count-changes.js';
import type { RowChange } from '../compare/row-changes.js';
import { ExportError } from '../model/errors.js';
import { judge } from '../verify/judge.js';
import { differenceTable } from './difference-table.js';
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
  const modes = [await modeOf(before), await modeOf(after)];
  const records: RecordChange[] = [];
  const onChange = ({ table, kind, cells, columns }: RowChange): void => {
    records.push({ table, kind, sourcedId: cells[0] ?? '', columns });
  };
  const folder = mkdtempSync(join(tmpdir(), 'oneroster-export-diff-'));
  let difference: Difference;
  try {
    const scratch = join(folder, 'compare.sqlite');
    difference = await countChanges({
      before,
      after,
      scratch,
      ...(options.records === true && { onChange }),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (modes.includes('delta')) {
    terminal.err(
      'One of the two is a delta: rows that it does not hold did not change, and are not removed.\n',
    );
  }
  if (options.json === true) {
    const told = options.records === true ? { ...difference, records } : difference;
    terminal.out(`${JSON.stringify(told, undefined, 2)}\n`);
    return;
  }
  terminal.out(inWords(difference));
  for (const { table, kind, sourcedId, columns: changed } of records) {
    terminal.out(`${table}  ${kind}  ${sourcedId}${changed.length > 0 ? `  ${changed.join(', ')}` : ''}\n`);
  }
}

/** Names the file that is no readable zip, where both would do. */
async function modeOf(path: string): Promise<string | undefined> {
  try {
    return (await judge(path, { limit: 0 })).mode;
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

function inWords({ tables, schools }: Difference): string {
  const bySchool = Object.entries(schools).flatMap(([school, counts]) =>
    Object.entries(counts)
      .filter(([, { removed }]) => removed > 0)
      .map(([table, { before, removed }]) => [school, table, String(before), String(removed)]),
  );
  const head = differenceTable(tables);
  return bySchool.length === 0
    ? head
    : `${head}\n${columns([['school', 'file', 'before', 'removed'], ...bySchool])}`;
}
