/** Rows on their way out, in the form that the receiver takes: without tables it refuses, and with cells that fit its patterns. */
import type { Notices } from '../model/notices.js';
import type { ConnectionSettings } from '../model/settings.js';
import { versions } from '../oneroster/versions.js';
import { cellMatcher, type DemandOf } from '../profiles/profile.js';
import type { Shape } from '../profiles/shape.js';
import type { PutRow } from './columns.js';

interface ShapedPut {
  readonly settings: Pick<ConnectionSettings, 'version'>;
  readonly shape: Shape;
  readonly notices: Notices;
}

interface CellChange {
  readonly at: number;
  readonly change: (cell: string) => string;
}

export function shapedPut(given: ShapedPut, put: PutRow): PutRow {
  const { tablesAllowed } = given.shape;
  const changes = changesByTable(given);
  if (changes.size === 0 && tablesAllowed === undefined) return put;
  return (table, cells) => {
    if (tablesAllowed !== undefined && !tablesAllowed.includes(table)) return;
    const here = changes.get(table);
    put(table, here === undefined ? cells : changed(cells, here));
  };
}

function changed(cells: readonly string[], changes: readonly CellChange[]): readonly string[] {
  const copy = cells.slice();
  for (const { at, change } of changes) copy[at] = change(copy[at] ?? '');
  return copy;
}

function changesByTable({ settings, shape, notices }: ShapedPut): ReadonlyMap<string, readonly CellChange[]> {
  const byTable = new Map<string, readonly CellChange[]>();
  for (const { name, columns } of versions[settings.version].tables) {
    const here = shape.patterns
      .filter(({ table }) => table === name)
      .flatMap((demand): readonly CellChange[] => {
        const change = changeOf(demand, notices);
        const at = columns.findIndex((each) => each.name === demand.column);
        return change === undefined || at < 0 ? [] : [{ at, change }];
      });
    if (here.length > 0) byTable.set(name, here);
  }
  return byTable;
}

function changeOf(demand: DemandOf<'pattern'>, notices: Notices): CellChange['change'] | undefined {
  if (demand.otherwise === 'lower-case') return (cell) => cell.toLowerCase();
  if (demand.otherwise !== 'empty-cell') return undefined;
  const fits = cellMatcher(demand);
  const { table, column } = demand;
  const message = `Values of ${table}.${column} that the receiver does not accept are sent as empty cells.`;
  return (cell) => {
    if (fits(cell)) return cell;
    notices.add('profile-cell-emptied', 'info', message);
    return '';
  };
}
