import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { isRead, sisTables, type SisTable } from '../../src/campus/tables.js';
import { createIndexesSql, createTablesSql } from '../../src/demo/schema.js';

const root = join(import.meta.dirname, '../../..');
const grants = readFileSync(join(root, 'config/sqlserver/grants.sql'), 'utf8');

describe('the DDL for SQL Server', () => {
  it('quotes reserved names, names the schema and says what may be null', () => {
    const [period] = createTablesSql('mssql', { schema: 'dbo' }).filter((sql) => sql.includes('[Period]'));
    expect(period).toBe(
      'CREATE TABLE [dbo].[Period] (\n  [periodID] int NOT NULL PRIMARY KEY,\n  [name] varchar(20) NOT NULL,\n  [seq] tinyint NULL\n)',
    );
    expect(createIndexesSql('mssql', { schema: 'x' })[0]).toBe(
      'CREATE INDEX [IX_School_districtID] ON [x].[School] ([districtID])',
    );
  });

  it('widens only the columns that are named', () => {
    const made = createTablesSql('mssql', { anyText: new Set(['Identity.firstName', 'Identity.gender']) });
    const identity = made.find((sql) => sql.includes('[Identity]'));
    expect(identity).toContain('[firstName] nvarchar(50) NULL');
    expect(identity).toContain('[gender] nchar(1) NULL');
    expect(identity).toContain('[lastName] varchar(50) NOT NULL');
    expect(identity).toContain('[legalFirstName] nvarchar(50) NULL');
  });
});

describe('config/sqlserver', () => {
  it('is what the declared tables make, by plain Node', async () => {
    const script = join(root, 'build/scripts/write-sqlserver-scripts.js');
    await expect(promisify(execFile)(process.execPath, [script, '--check'])).resolves.toEqual({
      stdout: '',
      stderr: '',
    });
  });

  it('grants each declared column and no other, to read', () => {
    const granted = [
      ...grants.matchAll(/GRANT (\w+) ON \[\$\(Schema\)\]\.\[(\w+)\] \(([^)]+)\) TO/g),
    ].flatMap(([, right = '', table = '', columns = '']) =>
      columns.split(', ').map((column) => `${right} ${table}.${column.slice(1, -1)}`),
    );
    const declared = (sisTables as readonly SisTable[]).flatMap(({ name, columns }) =>
      columns
        .filter((column) => isRead(column))
        .flatMap((column) =>
          [column.name, ...(column.alias === undefined ? [] : [column.alias])].map(
            (each) => `SELECT ${name}.${each}`,
          ),
        ),
    );
    expect(granted.toSorted()).toEqual(declared.toSorted());
    expect(granted.filter((right) => /ssn|password|pin$/i.test(right))).toEqual([]);
    expect(grants.match(/GRANT/g)).toHaveLength(
      grants.match(/GRANT SELECT ON \[\$\(Schema\)\]/g)?.length ?? 0,
    );
  });

  it('asks first for what may be missing', () => {
    expect(grants).toContain(
      "IF COL_LENGTH(N'[$(Schema)].[Section]', N'active') IS NOT NULL\n  GRANT SELECT ON [$(Schema)].[Section] ([active])",
    );
    expect(grants).toContain(
      "IF OBJECT_ID(N'[$(Schema)].[EmploymentAssignmentLocation]') IS NOT NULL\n  GRANT SELECT",
    );
  });
});
