/** `source`: SQL Server, or an SQLite file of the same schema. */
import { z } from 'zod';
import { SOURCE_LIMITS } from '../../model/limits.js';
import { facts, flag, port, secret, text } from './fields.js';

/** A cell of the manifest: one line, no longer than the standard's readers must take. */
const manifestText = (byDefault: string, says: string) =>
  text(says)
    .regex(/^[^\p{Cc}]{1,255}$/u, 'must be one line of at most 255 characters')
    .default(byDefault);

const system = {
  systemName: manifestText(
    'Infinite Campus',
    'Name of the SIS in the manifest of each bundle (source.systemName).',
  ),
  systemCode: manifestText(
    'infinite-campus',
    'Code of the SIS in the manifest of each bundle (source.systemCode). Some importers fail if it is empty.',
  ),
};

const constant = z.strictObject({ value: text('A constant in place of the column.') });

const mappedTable = z.strictObject({
  table: z
    .string()
    .regex(
      /^[^.[\]"\s]+(\.[^.[\]"]+)?$/,
      'must be the name of a table or view, such as v_Login or dbo.v_Login, without brackets or quotes',
    )
    .optional()
    .describe('Name of the table or view in the database.'),
  columns: z
    .record(
      z.string(),
      z.union(
        [
          z.string().regex(/^[^.[\]"]+$/, 'must be the name of a column, without dots, brackets or quotes'),
          constant,
        ],
        'must be the name of a column, or a constant such as { value: 1 }',
      ),
    )
    .default({}),
});

const mapping = {
  tables: z
    .record(z.string(), mappedTable)
    .register(facts, {
      type: 'table: { table: name, columns: { column: name | { value: … }, … } }, …',
      default: 'the names of Campus',
    })
    .optional()
    .describe('Tables and columns that have other names in this database; views are allowed.'),
};

export const sqlite = z.strictObject({
  client: z
    .literal('better-sqlite3')
    .describe('Where the SIS data is: SQL Server, or a SQLite file with the same schema.'),
  connection: z.strictObject({ filename: text('The SQLite file.') }).describe('The SQLite file.'),
  ...mapping,
  ...system,
});

export const sqlServer = z.strictObject({
  client: z
    .literal('mssql')
    .describe('Where the SIS data is: SQL Server, or a SQLite file with the same schema.'),
  connection: z
    .strictObject({
      server: text('Host name of the SQL Server.'),
      port: port(1433),
      instanceName: text('Named instance, instead of a port; requires the SQL Server Browser.').optional(),
      database: text('Name of the Campus database.'),
      authentication: z
        .enum(['sql', 'windows', 'azure-service-principal', 'azure-managed-identity'])
        .default('sql')
        .describe('Kind of login: SQL Server, Windows domain, or Microsoft Entra (Azure AD).'),
      user: text(
        'Login with read access to the Campus tables; for a service principal or a user-assigned managed identity, its client id.',
      )
        .register(facts, { default: 'required, except for a managed identity' })
        .optional(),
      password: secret('Password of the login; for a service principal, its client secret.')
        .register(facts, { default: 'required, except for a managed identity', secret: true })
        .optional(),
      domain: text('Windows domain of the login, with authentication: windows.').optional(),
      tenantId: text('Entra tenant, with authentication: azure-service-principal.').optional(),
      encrypt: flag(true, 'Encrypt the connection to the server.'),
      ca: text("PEM file of the authority that signed the server's certificate.").optional(),
      trustServerCertificate: flag(
        false,
        'Accept any certificate: the connection is encrypted, but the server is not verified. Using `ca` is safer.',
      ),
      readOnlyIntent: flag(false, 'Connect to a readable replica (ApplicationIntent=ReadOnly).'),
      requestTimeoutMinutes: z
        .number()
        .positive()
        .max(1440)
        .default(SOURCE_LIMITS.silence.most)
        .describe('How long the server may be silent before the read fails.'),
    })
    .describe('How to reach the SQL Server.'),
  schema: text('Schema of the Campus tables.')
    .regex(/^[^.[\]"]+$/, 'must be a plain name, without dots, brackets or quotes')
    .default('dbo'),
  consistency: z
    .enum(['snapshot', 'statement'])
    .default('snapshot')
    .describe(
      'Read all tables as of one moment (snapshot), or each table as of its own moment (statement) if the database does not allow snapshots.',
    ),
  ...mapping,
  ...system,
  retryMinutes: z
    .number()
    .min(0)
    .max(720)
    .default(SOURCE_LIMITS.retry.most)
    .describe(
      'How long `refresh` retries a server that does not answer, is starting, recovering or failing over; 0 for one attempt.',
    ),
});
