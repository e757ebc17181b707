/** A SQL Server named in one text, for tests and demos: a connection string, or the settings of `source` as JSON. */
import mssql from 'mssql';
import type { MssqlConnectionSettings, MssqlSourceSettings } from '../src/model/settings.js';

const defaults = {
  port: 1433,
  authentication: 'sql',
  encrypt: true,
  trustServerCertificate: false,
  readOnlyIntent: false,
  requestTimeoutMinutes: 5,
} as const;

/**
 * `Server=localhost,1433;Database=campus;User Id=sa;Password=…;TrustServerCertificate=true`, or
 * `{ "server": "localhost", "database": "campus", "user": "sa", "password": "…", "trustServerCertificate": true }` with
 * the keys of `source.connection`; `schema` and `consistency` may stand beside them.
 */
export function sqlServerNamed(text: string): MssqlSourceSettings {
  if (text.trimStart().startsWith('{')) {
    const { schema, consistency, ...connection } = JSON.parse(text) as MssqlConnectionSettings & {
      readonly schema?: string;
      readonly consistency?: 'snapshot' | 'statement';
    };
    return sourceOf({ ...defaults, ...connection }, schema, consistency);
  }
  const { server, port, database, user, password, domain, options } =
    mssql.ConnectionPool.parseConnectionString(text);
  const { instanceName, encrypt, trustServerCertificate, readOnlyIntent } = options;
  return sourceOf({
    server,
    port: port ?? defaults.port,
    ...(instanceName !== undefined && { instanceName }),
    database: database ?? 'campus',
    authentication: domain === undefined ? 'sql' : 'windows',
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(domain !== undefined && { domain }),
    encrypt: encrypt !== false,
    trustServerCertificate: trustServerCertificate ?? defaults.trustServerCertificate,
    readOnlyIntent: readOnlyIntent ?? defaults.readOnlyIntent,
    requestTimeoutMinutes: defaults.requestTimeoutMinutes,
  });
}

function sourceOf(
  connection: MssqlConnectionSettings,
  schema = 'dbo',
  consistency: MssqlSourceSettings['consistency'] = 'snapshot',
): MssqlSourceSettings {
  return { client: 'mssql', connection, schema, consistency };
}
