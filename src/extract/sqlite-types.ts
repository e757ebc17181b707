/**
 * SQLite keeps whatever a loader hands over: a plain `.import` makes texts of all numbers, and '1000' sorts before '999'. Tables
 * whose ids, numbers or flags are in columns of another type are read from a temporary copy in which they are numbers.
 */
import type Database from 'better-sqlite3';
import { sisTables, type SisColumn, type SisTable } from '../campus/tables.js';
import { isComparedAsNumber, isReadable, makesNumbers } from './column-types.js';
import { foundColumnOf } from './names.js';
import type { FoundColumn, FoundSchema, FoundTable } from './source.js';

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Tab, line feed, vertical tab, form feed, carriage return, space, no-break space. */
const SPACES = 'char(9, 10, 11, 12, 13, 32, 160)';

interface Declared {
  readonly column: SisColumn;
  readonly found: FoundColumn;
}

/** Each column of the database once. */
function declaredIn(schema: FoundSchema, table: SisTable): readonly Declared[] {
  const all = table.columns.flatMap((column) => {
    const found = foundColumnOf({ schema }, table.name, column);
    return found === undefined || found.constant !== undefined ? [] : [{ column, found }];
  });
  return [...new Map(all.map((each) => [each.found.name, each])).values()];
}

const needsNumbers = ({ column, found }: Declared): boolean =>
  isComparedAsNumber(column) && !makesNumbers(found.type) && isReadable(column.type, found.type);

/** The schema in which each table with such a column is its copy. The copies end with the connection's transaction. */
export function withNumbers(connection: Database.Database, schema: FoundSchema): FoundSchema {
  const tables = new Map<string, FoundTable>(schema);
  for (const table of sisTables as readonly SisTable[]) {
    const found = schema.get(table.name.toLowerCase());
    const columns = declaredIn(schema, table);
    if (found === undefined || !columns.some(needsNumbers)) continue;
    const ddl = columns.map(
      ({ column, found: { name, type } }) => `${quoted(name)} ${typeInCopy(column, type)}`,
    );
    const copy = `${table.name}_numbers`;
    connection.exec(`CREATE TEMP TABLE ${quoted(copy)} (${ddl.join(', ')})`);
    connection.exec(
      `INSERT INTO temp.${quoted(copy)} SELECT ${columns.map(cellInCopy).join(', ')} FROM main.${quoted(found.name)}`,
    );
    tables.set(table.name.toLowerCase(), { ...found, name: `temp.${copy}` });
  }
  return tables;
}

/** A column of integers makes a number of each text that is one, and leaves the others. */
function typeInCopy(column: SisColumn, type: string): string {
  if (isComparedAsNumber(column)) return 'INT';
  return column.type === 'text' && !makesNumbers(type) ? 'TEXT COLLATE NOCASE' : '';
}

function cellInCopy({ column, found }: Declared): string {
  const name = quoted(found.name);
  if (!isComparedAsNumber(column)) return name;
  const text = `nullif(trim(${name}, ${SPACES}), '')`;
  if (column.type !== 'flag') return text;
  return `CASE lower(${text}) WHEN 'true' THEN 1 WHEN 't' THEN 1 WHEN 'y' THEN 1 WHEN 'false' THEN 0 WHEN 'f' THEN 0 WHEN 'n' THEN 0 ELSE ${text} END`;
}

/** The schema with what the cells were found to hold where that is not of the declared type, counted in one pass over each table. */
export function withStoredTypes(connection: Database.Database, schema: FoundSchema): FoundSchema {
  const tables = new Map<string, FoundTable>(schema);
  for (const table of sisTables as readonly SisTable[]) {
    const found = schema.get(table.name.toLowerCase());
    const columns = declaredIn(schema, table);
    if (found === undefined || columns.length === 0) continue;
    const counts = columns.map(
      ({ column, found: { name } }) => `total(typeof(${quoted(name)}) IN (${oddTypes(column)}))`,
    );
    const row = connection
      .prepare(`SELECT ${counts.join(', ')} FROM ${quoted(found.name)}`)
      .raw()
      .get() as number[];
    const stored = columns.flatMap(({ column, found: each }, at): [string, FoundColumn][] => {
      const count = row[at] ?? 0;
      if (count === 0) return [];
      const kind = isComparedAsNumber(column) ? 'texts' : 'numbers';
      return [
        [
          column.name.toLowerCase(),
          { ...each, stored: `holds ${kind} in ${count} ${count === 1 ? 'cell' : 'cells'}` },
        ],
      ];
    });
    tables.set(table.name.toLowerCase(), { ...found, columns: new Map([...found.columns, ...stored]) });
  }
  return tables;
}

function oddTypes(column: SisColumn): string {
  if (isComparedAsNumber(column)) return `'text', 'blob'`;
  return column.type === 'text' && column.sql !== 'smallint' ? `'integer', 'real'` : `''`;
}
