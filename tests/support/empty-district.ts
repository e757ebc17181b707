/** The bytes of an SQLite file with all declared tables and no rows: made once for each suite, since that takes 50 statements. */
import Database from 'better-sqlite3';
import { createIndexesSql, createTablesSql } from '../../src/demo/schema.js';

export interface EmptyDistrict {
  /** Default: the tables alone. */
  readonly indexes?: boolean;
}

const made = new Map<boolean, Buffer>();

export function emptyDistrict({ indexes = false }: EmptyDistrict = {}): Buffer {
  const bytes = made.get(indexes) ?? serialize(indexes);
  made.set(indexes, bytes);
  return bytes;
}

function serialize(indexes: boolean): Buffer {
  const database = new Database(':memory:');
  for (const statement of createTablesSql('sqlite')) database.exec(statement);
  if (indexes) for (const statement of createIndexesSql('sqlite')) database.exec(statement);
  const bytes = database.serialize();
  database.close();
  return bytes;
}
