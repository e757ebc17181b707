/** A SQLite file with the Campus schema, as releases and installs have it, filled with given rows. */
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { sisTable, sisTables, type SisTable, type SisTableName } from '../../src/campus/tables.js';
import { emptyDistrict } from './empty-district.js';
import type { Cell, Fields, Given, GivenRows } from './given.js';

/** How this install differs from the declared schema. Keys are `Table` or `Table.column`. */
export interface SchemaChanges {
  readonly without?: readonly string[];
  readonly renamed?: Readonly<Record<string, string>>;
  /** Column types, which in SQLite decide what becomes of a number or a text. */
  readonly typed?: Readonly<Record<string, string>>;
  /** All table and column names in these letters. */
  readonly letters?: 'upper' | 'lower';
}

export interface CampusFile {
  readonly path: string;
  remove(): void;
}

/** EmploymentAssignmentLocation is there only when rows of it are given: most installs do not have it. */
export function writeCampusFile(given: GivenRows, changes: SchemaChanges = {}): CampusFile {
  const path = join(tmpdir(), `campus-${randomUUID()}.sqlite`);
  writeFileSync(path, emptyDistrict());
  const database = new Database(path);
  database.pragma('journal_mode = OFF');
  database.pragma('synchronous = OFF');
  database.exec('BEGIN');
  const filled = fillCampus(database, given);
  const without = [...(changes.without ?? []), ...(filled.has(LOCATIONS) ? [] : [LOCATIONS])];
  for (const table of sisTables) reshape(database, table, { ...changes, without });
  database.exec('COMMIT');
  database.close();
  return { path, remove: () => rmSync(path, { force: true }) };
}

export const LOCATIONS = 'EmploymentAssignmentLocation';

/** Puts the rows into the declared tables, and gives those that have any. */
export function fillCampus(database: Database.Database, given: GivenRows): ReadonlySet<SisTableName> {
  const all = flatten(given);
  const tables = mergeRows(all);
  for (const name of new Set(all.flatMap((each) => ('again' in each ? [each.again] : []))))
    dropKeys(database, name);
  const filled = [...tables].filter(([, rows]) => rows.length > 0);
  for (const [name, rows] of filled) insertRows(database, name, rows);
  return new Set(filled.map(([name]) => name));
}

function flatten(given: GivenRows): readonly Given[] {
  return Array.isArray(given) ? given.flatMap((each: GivenRows) => flatten(each)) : [given as Given];
}

/** Tables in which two rows with the same key are two rows. */
const REPEATING: readonly SisTableName[] = [
  'RelatedPair',
  'SectionPlacement',
  'EmploymentAssignmentLocation',
];

type Put = Extract<Given, { readonly put: SisTableName }>;

/** In the order in which their keys were first given. */
type KeyedRows = Map<string, Fields>;

function mergeRows(given: readonly Given[]): ReadonlyMap<SisTableName, readonly Fields[]> {
  const tables = new Map<SisTableName, KeyedRows>();
  const rowsOf = (name: SisTableName): KeyedRows => {
    const rows = tables.get(name) ?? new Map<string, Fields>();
    tables.set(name, rows);
    return rows;
  };
  for (const [at, each] of given.entries()) {
    if ('put' in each) putRow(rowsOf(each.put), each, REPEATING.includes(each.put) ? String(at) : undefined);
    if ('drop' in each) dropRows(rowsOf(each.drop), each.where);
  }
  for (const [at, each] of given.entries()) {
    if (!('again' in each)) continue;
    const rows = rowsOf(each.again);
    const first = [...rows.values()].find((row) => matches(row, keyOf(each.again, each.row)));
    rows.set(`again ${at}`, { ...first, ...each.row });
  }
  return new Map([...tables].map(([name, rows]) => [name, [...rows.values()]]));
}

function putRow(rows: KeyedRows, { put: name, row }: Put, ownKey?: string): void {
  const key = ownKey ?? textOf(keyOf(name, row));
  rows.set(key, { ...rows.get(key), ...row });
}

function dropRows(rows: KeyedRows, where: Fields): void {
  for (const [key, row] of rows) if (matches(row, where)) rows.delete(key);
}

const textOf = (key: Fields): string =>
  Object.values(key)
    .map((value) => `${typeof value} ${String(value)}`)
    .join();

const keyOf = (name: SisTableName, row: Fields): Fields =>
  Object.fromEntries(sisTable(name).key.map((column) => [column, row[column] ?? null]));

/** The same columns without a primary key. */
function dropKeys(database: Database.Database, name: SisTableName): void {
  const columns = database.prepare('SELECT name, type FROM pragma_table_info(?)').all(name) as FoundColumn[];
  database.exec(`DROP TABLE "${name}"`);
  database.exec(
    `CREATE TABLE "${name}" (${columns.map((each) => `"${each.name}" ${each.type}`).join(', ')})`,
  );
}

const matches = (row: Fields, where: Fields): boolean =>
  Object.entries(where).every(([column, value]) => (row[column] ?? null) === value);

function insertRows(database: Database.Database, name: SisTableName, rows: readonly Fields[]): void {
  const columns = sisTable(name).columns.map((column) => column.name);
  for (const row of rows) {
    const foreign = Object.keys(row).find((column) => !columns.includes(column));
    if (foreign !== undefined) throw new Error(`undeclared column ${name}.${foreign}`);
  }
  const insert = database.prepare<readonly Cell[]>(
    `INSERT INTO "${name}" VALUES (${columns.map(() => '?').join(', ')})`,
  );
  for (const row of rows) insert.run(columns.map((column) => row[column] ?? null));
}

interface FoundColumn {
  readonly name: string;
  readonly type: string;
}

/** Makes the table again with other names or types, or without some of its columns. */
function reshape(database: Database.Database, { name }: SisTable, changes: SchemaChanges): void {
  const { without = [], renamed = {}, typed = {}, letters } = changes;
  if (without.includes(name)) {
    database.exec(`DROP TABLE "${name}"`);
    return;
  }
  const inLetters = (text: string): string =>
    letters === 'upper' ? text.toUpperCase() : letters === 'lower' ? text.toLowerCase() : text;
  const columns = database.prepare('SELECT name, type FROM pragma_table_info(?)').all(name) as FoundColumn[];
  const kept = columns
    .filter((column) => !without.includes(`${name}.${column.name}`))
    .map((column) => {
      const path = `${name}.${column.name}`;
      return {
        from: column.name,
        to: inLetters(renamed[path] ?? column.name),
        type: typed[path] ?? column.type,
      };
    });
  const same = kept.every(({ from, to }, at) => from === to && kept[at]?.type === columns[at]?.type);
  if (same && kept.length === columns.length && inLetters(renamed[name] ?? name) === name) return;
  database.exec(`CREATE TABLE "reshaped" (${kept.map(({ to, type }) => `"${to}" ${type}`).join(', ')})`);
  database.exec(
    `INSERT INTO "reshaped" SELECT ${kept.map(({ from }) => `"${from}"`).join(', ')} FROM "${name}"`,
  );
  database.exec(`DROP TABLE "${name}"`);
  database.exec(`ALTER TABLE "reshaped" RENAME TO "${inLetters(renamed[name] ?? name)}"`);
}
