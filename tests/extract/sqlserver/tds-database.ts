/** The database behind the stand-in: SQLite files in the place of schemas, and just enough T-SQL to be asked by the source. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createTablesSql } from '../../../src/demo/schema.js';
import { columnTokens, wireType, type WireType } from './tds-wire.js';

export interface ResultSet {
  readonly columns: Buffer;
  readonly types: readonly WireType[];
  readonly rows: Iterable<readonly unknown[]>;
}

/** What all sessions of a server share. */
export interface Shelf {
  readonly folder: string;
  readonly schemas: Set<string>;
  /** Tables, and columns as `Table.column`, that the login does not get to see. */
  readonly hides: ReadonlySet<string>;
  readonly mayWrite: boolean;
  /** Of the database in `sys.databases`; undefined where it has none of that name. */
  readonly state: DatabaseState | undefined;
}

export interface DatabaseState {
  readonly state: string;
  readonly access?: string;
}

export class Session {
  readonly #database = new Database(':memory:');

  constructor(private readonly shelf: Shelf) {
    this.#database.function('serverproperty', { varargs: true }, (name: unknown) =>
      name === 'EngineEdition' ? 3 : '16.0.4135.4',
    );
    this.#database.function('has_perms_by_name', { varargs: true }, () => (shelf.mayWrite ? 1 : 0));
    this.#database.function('quotename', { varargs: true }, (name: unknown) => `[${name as string}]`);
    this.#database.function('number_or_null', { deterministic: true }, (text: unknown) =>
      /^-?\d+$/.test(String(text)) ? Number(text) : null,
    );
    this.#database.function('db_id', { varargs: true }, () => 5);
    this.#database.exec(`ATTACH ':memory:' AS INFORMATION_SCHEMA; ATTACH ':memory:' AS sys;
      CREATE TABLE sys.databases (database_id int, is_read_committed_snapshot_on bit, snapshot_isolation_state tinyint,
        name nvarchar(128), state_desc nvarchar(60), user_access_desc nvarchar(60));
      CREATE TABLE INFORMATION_SCHEMA.SCHEMATA (SCHEMA_NAME nvarchar(128));
      CREATE TABLE INFORMATION_SCHEMA.TABLES (TABLE_SCHEMA nvarchar(128), TABLE_NAME nvarchar(128));
      CREATE TABLE INFORMATION_SCHEMA.COLUMNS (TABLE_SCHEMA nvarchar(128), TABLE_NAME nvarchar(128),
        COLUMN_NAME nvarchar(128), DATA_TYPE nvarchar(128), CHARACTER_MAXIMUM_LENGTH int, IS_NULLABLE varchar(3));`);
    this.#noteState();
    for (const schema of shelf.schemas) this.#attach(schema);
    this.#describe();
  }

  #noteState(): void {
    if (this.shelf.state === undefined) return;
    const { state, access = 'MULTI_USER' } = this.shelf.state;
    const note = this.#database.prepare('INSERT INTO sys.databases VALUES (5, 0, 1, ?, ?, ?)');
    note.run('campus', state, access);
  }

  close(): void {
    this.#database.close();
  }

  begin(): void {
    this.#database.exec('BEGIN');
  }

  rollback(): void {
    if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
  }

  run(sql: string, bindings: Readonly<Record<string, unknown>>): ResultSet | undefined {
    const schema = /^create schema \[?(\w+)\]?/i.exec(sql)?.[1];
    if (schema !== undefined) {
      this.shelf.schemas.add(schema);
      this.#attach(schema);
      this.#describe();
      return undefined;
    }
    const dropped = /^drop schema \[?(\w+)\]?/i.exec(sql)?.[1];
    if (dropped !== undefined) {
      this.#database.exec(`DETACH [${dropped}]`);
      this.shelf.schemas.delete(dropped);
      this.#describe();
      return undefined;
    }
    if (/^(set|alter database)\b/i.test(sql)) return undefined;
    if (/^alter table/i.test(sql)) {
      this.#database.exec(sql);
      this.#describe();
      return undefined;
    }
    const statement = this.#database.prepare(inSqlite(sql));
    if (!statement.reader) {
      statement.run(bindings);
      if (/^(create|drop|alter)\b/i.test(sql)) this.#describe();
      return undefined;
    }
    const columns = statement.columns();
    const rows = statement.raw().iterate(bindings) as IterableIterator<readonly unknown[]>;
    const first = rows.next();
    const converted = convertedTypes(sql);
    const types = columns.map(({ name, type }, at) =>
      wireType(converted.get(name) ?? type, first.done === true ? '' : first.value[at]),
    );
    return {
      columns: columnTokens(columns.map(({ name }, at) => ({ name, type: types[at] as WireType }))),
      types,
      rows: first.done === true ? [] : withFirst(first.value, rows),
    };
  }

  insert(table: string, columns: readonly string[], rows: readonly (readonly unknown[])[]): void {
    const names = columns.map((name) => `[${name}]`).join(', ');
    const places = columns.map(() => '?').join(', ');
    const insert = this.#database.prepare(`INSERT INTO ${table} (${names}) VALUES (${places})`);
    this.#database.transaction(() => {
      for (const row of rows) insert.run(row);
    })();
  }

  #attach(schema: string): void {
    this.#database.exec(`ATTACH '${join(this.shelf.folder, `${schema}.sqlite`)}' AS [${schema}]`);
    this.#database.pragma(`[${schema}].journal_mode = WAL`); // a reader's snapshot stands while others write
  }

  #describe(): void {
    for (const view of ['SCHEMATA', 'TABLES', 'COLUMNS'])
      this.#database.exec(`DELETE FROM INFORMATION_SCHEMA.${view}`);
    const note = this.#database.prepare('INSERT INTO INFORMATION_SCHEMA.COLUMNS VALUES (?, ?, ?, ?, ?, ?)');
    for (const schema of this.shelf.schemas) {
      this.#database.prepare('INSERT INTO INFORMATION_SCHEMA.SCHEMATA VALUES (?)').run(schema);
      const tables = this.#database
        .prepare(`SELECT name FROM [${schema}].sqlite_master WHERE type = 'table'`)
        .pluck()
        .all() as string[];
      for (const table of tables) {
        if (this.shelf.hides.has(table)) continue;
        this.#database.prepare('INSERT INTO INFORMATION_SCHEMA.TABLES VALUES (?, ?)').run(schema, table);
        const columns = this.#database
          .prepare('SELECT name, type, "notnull" FROM pragma_table_info(?, ?)')
          .raw()
          .all(table, schema) as [string, string, number][];
        for (const [name, type, required] of columns) {
          if (this.shelf.hides.has(`${table}.${name}`)) continue;
          const [, plain = '', length] = /^(\w+)(?:\((\d+)\))?$/.exec(type) ?? [];
          const size = length === undefined ? null : Number(length);
          note.run(schema, table, name, plain, size, required === 1 ? 'NO' : 'YES');
        }
      }
    }
  }
}

function* withFirst<T>(first: T, rest: Iterator<T>): Generator<T> {
  try {
    yield first;
    for (let next = rest.next(); next.done !== true; next = rest.next()) yield next.value;
  } finally {
    rest.return?.();
  }
}

/** By alias: the types of converted columns, which SQLite does not know. */
const convertedTypes = (sql: string): ReadonlyMap<string, string> =>
  new Map(
    [...sql.matchAll(/convert\((n?char\(\d+\)), [^()]+\) as \[(\w+)\]/g)].map(
      ([, type = '', alias = '']): [string, string] => [alias, type],
    ),
  );

/** SQLite takes brackets and @p0 as they are. */
function inSqlite(sql: string): string {
  return sql
    .replace(/\bN'/g, "'")
    .replace(/^select top \((@p\d+)\) (.*)$/s, 'select $2 limit $1')
    .replace(/convert\(n?char\(10\), ([^,]+), 23\)/g, 'substr($1, 1, 10)')
    .replace(/convert\(n?char\(36\), ([^)]+)\)/g, '$1')
    .replace(/try_convert\(bigint, /g, 'number_or_null(')
    .replace(/^CREATE INDEX (\[\w+\]) ON (\[\w+\])\.(\[\w+\])/i, 'CREATE INDEX $2.$1 ON $3');
}

/** A Campus database that has its tables, its school years, and nothing else; for a stand-in with this `folder` and schema dbo. */
export function makeEmptyCampus(folder: string, ...years: readonly string[]): void {
  const empty = new Database(join(folder, 'dbo.sqlite'));
  for (const statement of createTablesSql('mssql')) empty.exec(statement);
  for (const year of years) empty.exec(`INSERT INTO SchoolYear VALUES (${year})`);
  empty.close();
}
