/**
 * Two full bundles -> the files of a delta: new and changed rows `active`, vanished ones `tobedeleted` with their last values,
 * tables without changes absent. Nothing changed gives a bundle that is a manifest only. In each file the rows that there
 * are stand in the order of the full content, and behind them the vanished ones in that of the base.
 */
import { join } from 'node:path';
import { compareBundles } from '../compare/row-changes.js';
import type { Bundle, WrittenBundle } from '../model/bundle.js';
import { fieldHider } from '../oneroster/masks.js';
import type { OneRosterVersion } from '../oneroster/table.js';
import { stage, type StageRequest } from './write.js';

export interface DeltaRequest extends Omit<StageRequest, 'mode' | 'fill'> {
  /** Full content that the receiver holds. */
  readonly baseZip: string;
  /** Full content of tonight, verified. */
  readonly full: Bundle;
  readonly startedAt: Date;
}

export async function writeDelta(request: DeltaRequest): Promise<WrittenBundle> {
  const modified = request.startedAt.toISOString();
  const columnsOf = columnsByTable(request.version);
  // Rows of the base may still hold what the connection has left out since.
  const hide = fieldHider(request.version, request.settings.fields);
  return await stage({
    ...request,
    mode: 'delta',
    fill: (put) =>
      compareBundles({
        before: request.baseZip,
        after: request.full.path,
        scratch: join(request.folder, 'base.sqlite'),
        onChange: ({ table, kind, header, cells }) => {
          const status = kind === 'removed' ? 'tobedeleted' : 'active';
          // By name: the base may come from a version of this program that knew fewer columns.
          const row = columnsOf(table).map((column) => {
            if (column === 'status') return status;
            return column === 'dateLastModified' ? modified : (cells[header.indexOf(column)] ?? '');
          });
          put(table, hide(table, row));
        },
      }),
  });
}

function columnsByTable({ tables }: OneRosterVersion): (table: string) => readonly string[] {
  const byTable = new Map(tables.map(({ name, columns }) => [name, columns.map((column) => column.name)]));
  return (table) => byTable.get(table) ?? [];
}
