/** The columns of the snapshot under their SIS names, which are the only names in messages. */
import { sisTable, type SisColumn, type SisTableName } from '../campus/tables.js';
import { inSis } from '../campus/mapping.js';
import type { TableMapping } from '../model/settings.js';
import type { ReadTable } from '../snapshot/snapshot.js';

export interface DeclaredColumn extends SisColumn {
  readonly table: SisTableName;
  /** `Table.column` as Campus names it; where it is mapped, with the name in the database. */
  readonly path: string;
}

const PERSON_PARTS: readonly SisTableName[] = ['Person', 'Identity', 'Contact'];

/** The table of Campus that a table of the snapshot is read from. */
export function sisTableOf(table: ReadTable | SisTableName): SisTableName {
  if (table === 'RelatedPairByStudent') return 'RelatedPair';
  return table === 'OtherYearStudent' ? 'Enrollment' : table;
}

/** The column of Campus behind a column of the snapshot, or behind one that is only joined by. */
export function declaredColumnOf(
  table: ReadTable | SisTableName,
  name: string,
  mapping?: TableMapping,
): DeclaredColumn {
  const parts = table === 'Person' ? PERSON_PARTS : partsOf(table, name);
  for (const part of parts) {
    const column = sisTable(part).columns.find((each) => each.name === name);
    if (column !== undefined) return { ...column, table: part, path: inSis(mapping, part, name) };
  }
  throw new Error(`undeclared column ${table}.${name}`);
}

function partsOf(table: ReadTable | SisTableName, name: string): readonly SisTableName[] {
  return table === 'OtherYearStudent' && name === 'endYear' ? ['Calendar'] : [sisTableOf(table)];
}
