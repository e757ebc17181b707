/** `grants`: the least-privilege script for this config; as JSON, the columns that it reads. */
import { grantsSql, readableTables } from '../campus/grants.js';
import { ExportError } from '../model/errors.js';
import { publishedJson } from '../model/published-json.js';
import type { Config } from '../model/settings.js';
import type { Terminal } from './terminal.js';

const MADE = '-- Printed by oneroster-export grants: the columns that this config reads, and nothing else.';

export function grantsCommand(
  { source }: Pick<Config, 'source'>,
  { json }: { readonly json?: boolean },
  { out }: Terminal,
): void {
  const tables = readableTables(source.tables, source.metadata, source.filters);
  if (json === true) {
    const usual = source.client === 'mssql' ? source.schema : null;
    // A promise to other programs.
    const document = tables.map(({ schema, name, isOptional, columns }) => ({
      schema: schema ?? usual,
      table: name,
      optional: isOptional,
      columns: columns.map((column) => ({ name: column.name, optional: column.isOptional })),
    }));
    out(`${publishedJson({ tables: document })}\n`);
    return;
  }
  if (source.client !== 'mssql')
    throw new ExportError(
      'usage',
      'The script is for SQL Server, and source.client is better-sqlite3. --json lists the columns that are read.',
    );
  const { server, database, user } = source.connection;
  out(grantsSql(MADE, tables, { server, database, login: user ?? 'oneroster_ro', schema: source.schema }));
}
