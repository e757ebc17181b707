/**
 * Writes `config/sqlserver/`: the grants and the DDL that belong to the declared tables. With `--check` it only reports whether
 * the written files are up to date.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { grantsSql, readableTables } from '../src/campus/grants.js';
import { createIndexesSql, createTablesSql } from '../src/demo/schema.js';

// Seen from build/scripts, where this file runs.
const folder = fileURLToPath(new URL('../../config/sqlserver/', import.meta.url));

const MADE =
  '-- Generated from the declared tables by scripts/write-sqlserver-scripts.ts. Do not edit: change the tables and run the script.';

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
  ['grants.sql', grantsSql(MADE, readableTables())],
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
