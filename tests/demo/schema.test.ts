import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { createIndexesSql, createTablesSql, isNumber } from '../../src/demo/schema.js';
import { sisTable, sisTables } from '../../src/campus/tables.js';
import type { SisTable } from '../../src/campus/tables.js';

function emptyDistrict(): Database.Database {
  const database = new Database(':memory:');
  for (const statement of [...createTablesSql('sqlite'), ...createIndexesSql('sqlite')]) {
    database.exec(statement);
  }
  return database;
}

describe('the DDL for SQLite', () => {
  it('has every declared table with its columns in declaration order', () => {
    const database = emptyDistrict();
    for (const { name, columns } of sisTables as readonly SisTable[]) {
      const made = database.prepare(`SELECT name FROM pragma_table_info(?)`).pluck().all(name);
      expect([name, made]).toEqual([name, columns.map((column) => column.name)]);
    }
  });

  it.each([
    ['Person', 'personID', 'INTEGER', 1],
    ['Person', 'personGUID', 'TEXT', 0],
    ['Section', 'number', 'INTEGER', 0],
    ['Enrollment', 'startDate', 'TEXT', 0],
    ['RelatedPair', 'personID1', 'INTEGER', 0],
  ])('%s.%s is %s', (table, column, type, pk) => {
    const row = emptyDistrict()
      .prepare('SELECT type, pk FROM pragma_table_info(?) WHERE name = ?')
      .get(table, column);
    expect(row).toEqual({ type, pk });
  });

  it('compares text as SQL Server does, ignoring case', () => {
    const database = emptyDistrict();
    database.exec(`INSERT INTO "UserAccount" VALUES (1, 1, 'Ana.Ruiz', 0, NULL)`);
    expect(
      database.prepare(`SELECT count(*) FROM "UserAccount" WHERE "username" = 'ana.ruiz'`).pluck().get(),
    ).toBe(1);
  });

  it('lets one pair of people be related twice, and a needed column not be null', () => {
    const database = emptyDistrict();
    const relate = database.prepare(`INSERT INTO "RelatedPair" ("personID1", "personID2") VALUES (?, ?)`);
    relate.run(1, 2);
    relate.run(1, 2);
    expect(database.prepare(`SELECT count(*) FROM "RelatedPair"`).pluck().get()).toBe(2);
    expect(() => relate.run(null, 2)).toThrow('NOT NULL');
  });

  it('knows numbers from text', () => {
    const numbers = sisTable('School')
      .columns.filter(isNumber)
      .map(({ name }) => name);
    expect(numbers).toEqual(['schoolID', 'districtID', 'externalLMSExclude']);
  });
});
