/**
 * Writes `config/sqlserver/`: the grants and the DDL that belong to the declared tables. With `--check` only tells whether
 * the written ones are up to date.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { sisTables, type SisColumn, type SisTable } from '../src/campus/tables.js';
import { createIndexesSql, createTablesSql } from '../src/demo/schema.js';

// Seen from build/scripts, where this file runs.
const folder = fileURLToPath(new URL('../../config/sqlserver/', import.meta.url));

const ROLE = 'oneroster_export';
const MADE =
  '-- Made from the declared tables by scripts/write-sqlserver-scripts.ts. Do not edit: change those and run it.';

function grantsSql(): string {
  return `${MADE}
--
-- The least that the export needs: a login, its user in the Campus database, and a role that may read just the columns that
-- are read. No social security number and no password is among them. An administrator runs it once, and again after an
-- upgrade of the export:
--
--   sqlcmd -S sis-db -d campus -b -i grants.sql -v Login="oneroster_ro" Schema="dbo"
--
-- The new login's password comes from the environment variable Password, so that it stands in no list of processes.
-- An existing login keeps its password, but sqlcmd wants the variable all the same. For a Windows login make it before, with CREATE LOGIN [DOMAIN\\name] FROM WINDOWS; on
-- Azure SQL Database make a user with CREATE USER [name] FROM EXTERNAL PROVIDER before.
--
-- For reading all tables as of one moment the database has to allow it, once:
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
-- The Campus tables as far as the export reads them, with the types that public sources show. For trying things out in an
-- empty database; a district's own database has them, and more.

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
