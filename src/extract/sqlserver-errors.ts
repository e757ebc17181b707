/**
 * What a SQL Server, or the way to it, answers when it refuses: number or code -> words that name the next step, and whether
 * another attempt is worth it. The server's own text may hold values and is never repeated; of the names in it only
 * those that are declared, or stand in the settings, come out again.
 */
import { sisTables, type SisTable } from '../campus/tables.js';
import { SourceFault } from './source-fault.js';

/** Who asked for what, as it may stand in a message. */
export interface Whereabouts {
  /** Host and port, or host and instance. */
  readonly server: string;
  readonly database: string;
  readonly login: string;
  readonly schema: string;
}

interface Meaning {
  readonly says: (where: Whereabouts, named: Named) => string;
  readonly passing: boolean;
}

/** The declared table and column that the server's text names, as far as it does. */
interface Named {
  readonly table: string | undefined;
  readonly column: string | undefined;
}

const never = (says: Meaning['says']): Meaning => ({ says, passing: false });
const passing = (text: string): Meaning => ({
  says: () => `${text} Run the refresh again later.`,
  passing: true,
});

const quoted = (...names: readonly string[]): string => names.map((name) => `[${name}]`).join('.');

const refused = (why: string): Meaning =>
  never(() => `${why} Check source.connection.user and what its password refers to.`);

const unusable = never(
  ({ database, login }) =>
    `The database does not exist, or the login has no user in it. Check source.connection.database, or run in ${quoted(
      database,
    )}: CREATE USER ${quoted(login)} FOR LOGIN ${quoted(login)}.`,
);

/** What an administrator has to run for a login that may not read a table, or a column of it. */
export function grantSelect({ login, schema }: Whereabouts, table: string, column?: string): string {
  const columns = column === undefined ? '' : ` (${quoted(column)})`;
  return `GRANT SELECT ON ${quoted(schema, table)}${columns} TO ${quoted(login)}`;
}

const denied = never((where, { table, column }) => {
  if (table === undefined)
    return `The login may not do this. Run config/sqlserver/grants.sql for ${quoted(where.login)}.`;
  const what = column === undefined ? table : `${table}.${column}`;
  return `The login may not read ${what}. ${grantSelect(where, table, column)}; config/sqlserver/grants.sql grants all that is read.`;
});

const noSnapshot = (pending: string): Meaning =>
  never(
    ({ database }) =>
      `${pending} Run ALTER DATABASE ${quoted(database)} SET ALLOW_SNAPSHOT_ISOLATION ON, or choose source.consistency: statement.`,
  );

/** What to say and do about a number. Numbers as in sys.messages and in Azure SQL's list of transient faults. */
const MEANINGS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [18456, refused('The login was refused.')],
  [18452, refused('The server does not trust the Windows domain of this login.')],
  [18470, refused('The login is disabled.')],
  [18486, refused('The login is locked out.')],
  [18487, refused('The password of the login has expired.')],
  [18488, refused('The password of the login has to be changed.')],
  [4060, unusable],
  [911, unusable],
  [916, unusable],
  [40615, never(() => 'The firewall of the server does not let this computer in. Add its address there.')],
  [229, denied],
  [230, denied],
  [262, denied],
  [
    208,
    never(
      (_where, { table }) =>
        `${table ?? 'A table'} does not exist in this schema. Check source.schema, and run preflight for the whole list.`,
    ),
  ],
  [
    207,
    never((_where, { column }) =>
      `A column ${column ?? ''} does not exist. Run preflight for the whole list.`.replace('  ', ' '),
    ),
  ],
  [
    978,
    never(() => 'The replica takes read-only connections alone. Set source.connection.readOnlyIntent: true.'),
  ],
  [976, never(() => 'The replica is not open to readers. Have it opened, or name the primary server.')],
  [982, never(() => 'No replica is open to readers. Have one opened, or set readOnlyIntent: false.')],
  [3952, noSnapshot('The database does not allow snapshot isolation.')],
  [
    3956,
    noSnapshot('The database is still being changed to allow snapshot isolation; wait until it is done.'),
  ],
  [1205, passing('The server broke a deadlock by ending our read.')],
  [1222, passing('Another program held locks for too long.')],
  [3961, passing('A table was being altered while it was read.')],
  [3958, passing('The server ran out of room for row versions in tempdb.')],
  [3966, passing('The server ran out of room for row versions in tempdb.')],
  [3967, passing('The server ran out of room for row versions in tempdb.')],
  ...[701, 802, 8645, 8651].map((number): [number, Meaning] => [
    number,
    passing('The server is short of memory.'),
  ]),
  ...[596, 983, 4221, 6005, 10053, 10054, 10060, 17142, 17187, 40143, 40197, 40540, 40613].map(
    (number): [number, Meaning] => [
      number,
      passing('The server or the database is not available right now.'),
    ],
  ),
  ...[10928, 10929, 10936, 40501, 49918, 49919, 49920].map((number): [number, Meaning] => [
    number,
    passing('The server is too busy.'),
  ]),
]);

const UNREACHABLE = passing('The server cannot be reached. Check source.connection and the network.');
const LOST = passing('The connection to the server was lost.');
const WRONG_CERTIFICATE = never(
  () =>
    "The server's certificate is not trusted: its authority is unknown, or it is expired or for another host name. Name its authority's file in source.connection.ca.",
);

const CODES: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['ETIMEOUT', passing('The server did not answer in time.')],
  ['ECONNREFUSED', UNREACHABLE],
  ['EHOSTUNREACH', UNREACHABLE],
  ['ENETUNREACH', UNREACHABLE],
  ['EAI_AGAIN', UNREACHABLE],
  ['ETIMEDOUT', UNREACHABLE],
  ['ENOTFOUND', never(() => 'There is no host of this name. Check source.connection.server.')],
  [
    'EINSTLOOKUP',
    passing(
      'The SQL Server Browser did not name the port of the instance. Give the port instead of instanceName.',
    ),
  ],
  ['ELOGIN', refused('The login was refused.')],
  ['EFEDAUTH', refused('Microsoft Entra gave no token for this login.')],
  [
    'EENCRYPT',
    never(() => 'The server and source.connection.encrypt do not agree on encryption. Leave encrypt: true.'),
  ],
  [
    'ENOENCRYPT',
    never(() => 'The server offers no encryption. Have it configured; the password was not sent.'),
  ],
]);

const CERTIFICATE = /CERT|^ERR_TLS|^ERR_SSL|^UNABLE_TO_|^EPROTO$/;

/** A fault in words. Errors that did not come from the driver are not for this: they give undefined. */
export function explainSqlServer(error: unknown, where: Whereabouts): SourceFault | undefined {
  const chain = causesOf(error);
  const messages = chain.filter(isServerMessage);
  const known = messages.find(({ number }) => MEANINGS.has(number)) ?? messages[0];
  const codes = chain.flatMap(({ code }) => (typeof code === 'string' ? [code] : []));
  if (known === undefined && codes.length === 0) return undefined;
  const place = `SQL Server ${where.server}, database ${where.database}, login ${where.login}`;
  const mark = known === undefined ? codes.join(', ') : `SQL error ${known.number}`;
  const meaning = known === undefined ? meaningOf(codes) : (MEANINGS.get(known.number) ?? unknownNumber);
  const text = meaning.says(where, namesIn(known?.message ?? ''));
  return new SourceFault(`${place}: ${text} (${mark})`, { passing: meaning.passing, cause: error });
}

export interface ServerMessage {
  readonly number: number;
  readonly message: string;
}

/** An error, as far as it is known by number, code and text. */
interface Link {
  readonly code?: unknown;
  readonly number?: unknown;
  readonly message?: unknown;
}

const unknownNumber = never(
  () =>
    'The server answered with an error that has no advice here; look its number up and ask its administrator.',
);

/** The code that says most stands deepest: a lost socket is a wrapper around what befell it. */
function meaningOf(codes: readonly string[]): Meaning {
  if (codes.some((code) => CERTIFICATE.test(code))) return WRONG_CERTIFICATE;
  const known = codes.toReversed().find((code) => CODES.has(code));
  return (known === undefined ? undefined : CODES.get(known)) ?? LOST;
}

/** An error with everything it wraps or gathers. */
function causesOf(error: unknown): readonly Link[] {
  if (typeof error !== 'object' || error === null) return [];
  const { cause, errors } = error as { readonly cause?: unknown; readonly errors?: unknown };
  return [error, ...causesOf(cause), ...(Array.isArray(errors) ? errors.flatMap(causesOf) : [])];
}

function isServerMessage(link: Link): link is Link & ServerMessage {
  return typeof link.number === 'number' && typeof link.message === 'string';
}

const TABLES: ReadonlyMap<string, string> = new Map(sisTables.map(({ name }) => [name.toLowerCase(), name]));
const COLUMNS: ReadonlyMap<string, string> = new Map(
  (sisTables as readonly SisTable[]).flatMap(({ columns }) =>
    columns.map(({ name }): [string, string] => [name.toLowerCase(), name]),
  ),
);

function namesIn(message: string): Named {
  const words = [...message.matchAll(/['"\u201c]([^'"\u201d]+)['"\u201d]/g)].map(([, word = '']) =>
    word.toLowerCase().replace(/^.*\./, ''),
  );
  const first = (known: ReadonlyMap<string, string>): string | undefined =>
    known.get(words.find((word) => known.has(word)) ?? '');
  return { table: first(TABLES), column: first(COLUMNS) };
}
