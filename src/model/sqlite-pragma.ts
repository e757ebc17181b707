/** Settings of a SQLite database that are not taken for granted: SQLite keeps the current value if it rejects the new one. */
import type Database from 'better-sqlite3';

import { ExportError } from './errors.js';

type Pragmas = Pick<Database.Database, 'pragma'>;

/** Sets a pragma. Throws where the database answers another value. */
export function setPragma(database: Pragmas, name: string, value: string | number): void {
  database.pragma(`${name} = ${value}`);
  const found: unknown = database.pragma(name, { simple: true });
  if (found === value) return;
  throw new ExportError(
    'home',
    `SQLite keeps ${name} at ${String(found)}, and ${value} is required. Use a folder on a local disk, and the version of better-sqlite3 that this program names.`,
  );
}

/**
 * For a database that is thrown away when anything goes wrong: nothing of its content is written beside it. OFF would need no
 * memory, but SQLite's defensive mode, in which better-sqlite3 opens, ignores it and writes a journal file.
 */
export function keepNoJournal(database: Pragmas): void {
  setPragma(database, 'journal_mode', 'memory');
  setPragma(database, 'synchronous', 0);
}
