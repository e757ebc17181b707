/**
 * Writes `config/sqlserver/`: the grants and the DDL that belong to the declared tables. With `--check` it only reports whether
 * the written files are up to date.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { sisTables, type SisColumn, type SisTable } from '../src/campus/tables.js';
import { createIndexesSql, createTablesSql } from '../src/demo/schema.js';

// Seen from build/scripts, where this file runs.
const folder = fileURLToPath(new URL('../../config/sqlserver/', import.meta.url));

const ROLE = 'oneroster_export';
const MADE =
  '-- Generated from the declared tables by scripts/write-sqlserver-scripts.ts. Do not edit: change the tables and run the script.';

function grantsSql(): string {
  return `${MADE}
--
-- The least privileges that the export requires: a login, its user in the Campus database, and a role that can read only the columns that
-- are read. No social security number and no password is among them. An administrator runs it once, and again after an
-- upgrade of the export:
--
--   sqlcmd -S sis-db -d campus -b -i grants.sql -v Login="oneroster_ro" Schema="dbo"
--
-- The password of the new login comes from the environment variable Password, so it does not show in the process list.
-- An existing login keeps its password, but sqlcmd still requires the variable. For a Windows login, first run CREATE LOGIN [DOMAIN\\name] FROM WINDOWS; on
-- Azure SQL Database, first run CREATE USER [name] FROM EXTERNAL PROVIDER.
--
-- To read all tables as of one moment, allow it in the database once:
--
--   ALTER DATABASE [campus] SET ALLOW_SNAPSHOT_ISOLATION ON;

IF SUSER_ID(N'$(Login)') IS NULL AND DATABASE_PRINCIPAL_ID(N'$(Login)') IS NULL
  CREATE LOGIN [$(Login)] WITH PASSWORD = N'$(Password)', CHECK_POLICY = ON;
GO
IF DATABASE_PRINCIPAL_ID(N'$(Login)') IS NULL
  CREATE USER [$(Login)] FOR LOGIN [$(Login)];
GO
IF DATABASE_PRINCIPAL_ID(N'${ROLE}') IS NULL
  CREATE ROLE [${ROLE}];
GO
ALTER ROLE [${ROLE}] ADD MEMBER [$(Login)];
GO
${(sisTables as readonly SisTable[]).map(tableGrants).join('')}`;
}

function tableGrants(table: SisTable): string {
  const on = `[$(Schema)].[${table.name}]`;
  const grant = (columns: readonly string[]): string =>
    `GRANT SELECT ON ${on} (${columns.map((name) => `[${name}]`).join(', ')}) TO [${ROLE}];`;
  const needed = table.columns.filter(({ without }) => without === undefined).map(({ name }) => name);
  const optional = table.columns.filter(({ without }) => without !== undefined).flatMap(names);
  const condition = table.without === undefined ? '' : `IF OBJECT_ID(N'${on}') IS NOT NULL\n  `;
  return [
    `\n${condition}${grant(needed)}\nGO\n`,
    ...optional.map((name) => `IF COL_LENGTH(N'${on}', N'${name}') IS NOT NULL\n  ${grant([name])}\nGO\n`),
  ].join('');
}

function names({ name, alias }: SisColumn): readonly string[] {
  return alias === undefined ? [name] : [name, alias];
}

function schemaSql(): string {
  const statements = [
    ...createTablesSql('mssql', { schema: 'dbo' }),
    ...createIndexesSql('mssql', { schema: 'dbo' }),
  ];
  return `${MADE}
--
-- The Campus tables and columns that the export reads, with the types that public sources list. For trials in an
-- empty database; a district's own database has these tables and more.

${statements.map((statement) => `${statement};\nGO\n`).join('')}`;
}

const files: readonly (readonly [name: string, text: string])[] = [
  ['grants.sql', grantsSql()],
  ['schema.sql', schemaSql()],
];

if (!process.argv.includes('--check')) {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of files) await writeFile(`${folder}${name}`, text);
} else {
  for (const [name, text] of files) {
    if ((await readFile(`${folder}${name}`, 'utf8').catch(() => '')) === text) continue;
    console.error(`config/sqlserver/${name} is stale: run node build/scripts/write-sqlserver-scripts.js`);
    process.exitCode = 1;
  }
}
