/** A SQL Server named in one text, for tests and demos: a connection string, a URL, or the settings of `source` as JSON. */
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
 * `mssql://sa:…@localhost:1433/campus?trustServerCertificate=true` (what is no letter or digit in the password as `%xx`), or
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
  if (/^mssql:\/\//i.test(text)) return sourceOfUrl(new URL(text));
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

function sourceOfUrl({
  hostname,
  port,
  username,
  password,
  pathname,
  searchParams,
}: URL): MssqlSourceSettings {
  const isSet = (name: string, byDefault: boolean): boolean => {
    const value = searchParams.get(name);
    return value === null ? byDefault : /^(true|yes|1)$/i.test(value);
  };
  return sourceOf(
    {
      ...defaults,
      server: hostname,
      port: port === '' ? defaults.port : Number(port),
      database: decodeURIComponent(pathname.slice(1)) || 'campus',
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      encrypt: isSet('encrypt', defaults.encrypt),
      trustServerCertificate: isSet('trustServerCertificate', defaults.trustServerCertificate),
    },
    searchParams.get('schema') ?? undefined,
    searchParams.get('consistency') === 'statement' ? 'statement' : 'snapshot',
  );
}

function sourceOf(
  connection: MssqlConnectionSettings,
  schema = 'dbo',
  consistency: MssqlSourceSettings['consistency'] = 'snapshot',
): MssqlSourceSettings {
  return { client: 'mssql', connection, schema, consistency, retryMinutes: 0 };
}
