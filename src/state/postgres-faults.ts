/** The errors of a PostgreSQL server and its driver, in words for an administrator. */
import { ExportError } from '../model/errors.js';
import type { PostgresConnectionSettings } from '../model/settings.js';

type Server = Pick<PostgresConnectionSettings, 'host' | 'port' | 'database' | 'user'>;

interface Meaning {
  readonly code: RegExp;
  readonly says: (server: Server) => string;
}

const CODES: readonly Meaning[] = [
  {
    code: /^(28000|28P01)$/,
    says: ({ user }) => `refused the login ${user}. Check user and password of state.connection`,
  },
  {
    code: /^3D000$/,
    says: ({ database }) => `has no database ${database}. Create it, or check state.connection.database`,
  },
  {
    code: /^42501$/,
    says: ({ user }) => `does not allow this to ${user}. The login must own the tables of the state`,
  },
  { code: /^(53100|53200)$/, says: () => 'has no more room. Free some space on its disk' },
  { code: /^53300$/, says: () => 'takes no more connections. Raise max_connections, or run fewer programs' },
  { code: /^(57P03)$/, says: () => 'is starting or stopping. Try again' },
  {
    code: /^(57014|55P03|25P03)$/,
    says: () => 'did not finish a statement in time. Check its load and its locks',
  },
  {
    code: /^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_|ERR_TLS_)/,
    says: () =>
      'has a certificate that cannot be verified. Set state.connection.ca, and host to the name in it',
  },
  { code: /^(57P01|57P02|08\w{3})$/, says: () => 'closed the connection. Check the server' },
  {
    code: /^E[A-Z_]+$/,
    says: () => 'cannot be reached. Check the server, and host and port of state.connection',
  },
];

/** Of errors without a code. */
const TEXTS: readonly { readonly text: RegExp; readonly says: string }[] = [
  {
    text: /does not support SSL/,
    says: 'does not encrypt connections. Turn on ssl in its settings',
  },
  {
    text: /password authentication|SASL|client password/,
    says: 'requires a password. Set state.connection.password',
  },
  {
    text: /timeout|Timeout/,
    says: 'did not answer in time. Check the server',
  },
  { text: /terminated|not queryable|Connection ended/, says: 'closed the connection. Check the server' },
];

/** As ExportError `home`, or the error itself where it is none of the server's. */
export function postgresFault(server: Server, error: unknown): unknown {
  if (error instanceof ExportError) return error;
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  const found =
    typeof code === 'string'
      ? CODES.find((each) => each.code.test(code))?.says(server)
      : TEXTS.find(({ text }) => text.test(String(message)))?.says;
  if (found === undefined) return error;
  const { host, port } = server;
  const where = host.startsWith('/') ? host : `${host}:${port}`;
  const coded = typeof code === 'string' ? ` (${code})` : '';
  return new ExportError('home', `The PostgreSQL server ${where} of the state ${found}.${coded}`, [], {
    cause: error,
  });
}
