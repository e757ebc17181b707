/**
 * The meaning of SQL Server error numbers and network codes: text with the next step, and whether another
 * attempt is worth it. Decided by the texts of Microsoft's "Database engine events and errors", its page on database states,
 * and Azure SQL's list of transient faults.
 */
import { inSis, isConstant } from '../../campus/mapping.js';
import type { MetadataRead, TableMapping } from '../../model/settings.js';
import { sisTables, type SisTable } from '../../campus/tables.js';

/** Login, server and database, for messages. */
export interface Whereabouts {
  /** Host and port, or host and instance. */
  readonly server: string;
  readonly database: string;
  readonly login: string;
  readonly schema: string;
  /** Declared tables and columns with other names here. */
  readonly tables?: TableMapping;
  /** What extension columns are read from. */
  readonly metadata?: readonly MetadataRead[];
}

/** `busy`: the server answers, but not this read. `away`: it is not there yet, or the database is not. */
export type Passing = 'never' | 'busy' | 'away';

export interface Meaning {
  readonly says: (where: Whereabouts, named: Named) => string;
  readonly passing: Passing;
}

/** The declared table and column that the server's text names, as far as it does. */
export interface Named {
  readonly table: string | undefined;
  readonly column: string | undefined;
}

const never = (says: Meaning['says']): Meaning => ({ says, passing: 'never' });
const busy = (text: string): Meaning => ({ says: () => text, passing: 'busy' });
const away = (text: string): Meaning => ({ says: () => text, passing: 'away' });

const each = (numbers: readonly number[], meaning: Meaning): readonly (readonly [number, Meaning])[] =>
  numbers.map((number) => [number, meaning]);

const quoted = (...names: readonly string[]): string => names.map((name) => `[${name}]`).join('.');

const refused = (why: string): Meaning =>
  never(() => `${why} Check source.connection.user and what its password refers to.`);

const createUser = ({ database, login }: Whereabouts): string =>
  `run in ${quoted(database)}: CREATE USER ${quoted(login)} FOR LOGIN ${quoted(login)}.`;

const unusable = never(
  (where) =>
    `The database does not exist, or the login has no user in it. Check source.connection.database, or ${createUser(where)}`,
);

/** What an administrator runs for a login that may not read a column, or any of the columns that the export needs. */
export function grantSelect({ login, schema, tables }: Whereabouts, table: string, column?: string): string {
  const mapped = tables?.[table];
  const place = (mapped?.table ?? table).split('.');
  const columns = (column === undefined ? neededColumns(table) : [column]).flatMap((name) => {
    const real = mapped?.columns[name];
    return isConstant(real) ? [] : [real ?? name];
  });
  const list = columns.length === 0 ? '' : ` (${columns.map((name) => quoted(name)).join(', ')})`;
  return `GRANT SELECT ON ${quoted(...(place.length > 1 ? place : [schema, ...place]))}${list} TO ${quoted(login)}`;
}

/** As `grants.sql` names them: optional columns may be absent, and a grant of an absent column fails as a whole. */
function neededColumns(table: string): readonly string[] {
  const columns = (sisTables as readonly SisTable[]).find(({ name }) => name === table)?.columns ?? [];
  return columns.filter(({ without }) => without === undefined).map(({ name }) => name);
}

/** The one that ships is for a database with the declared names. */
export const grantsScript = ({ tables }: Pick<Whereabouts, 'tables'>): string =>
  tables === undefined ? 'config/sqlserver/grants.sql' : 'the script that oneroster-export grants prints';

const denied = never((where, { table, column }) => {
  if (table === undefined)
    return `The login does not have this permission. Run ${grantsScript(where)} for ${quoted(where.login)}.`;
  const what = inSis(where.tables, table, column);
  return `The login cannot read ${what}. ${grantSelect(where, table, column)}; ${grantsScript(where)} grants all required permissions.`;
});

const noSnapshot = (pending: string): Meaning =>
  never(
    ({ database }) =>
      `${pending} Run ALTER DATABASE ${quoted(database)} SET ALLOW_SNAPSHOT_ISOLATION ON, or choose source.consistency: statement.`,
  );

const STARTING = away('The server is starting and accepts no logins yet.');
const RECOVERING = away('The server is up, but it is still recovering the database.');
const RESTORING = away('The database is in the middle of a restore.');
const UNAVAILABLE = away('The server or the database is not available right now.');
const FAILING_OVER = away('The availability group or the mirror is failing over.');
const NO_ROOM_FOR_VERSIONS = busy('The server ran out of room for row versions in tempdb.');

export const MEANINGS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [18456, refused('The login was refused.')],
  [
    18452,
    refused(
      'The server does not trust the Windows domain of this login. A Windows account needs source.connection.authentication: windows and its domain; otherwise use a SQL login (config/windows/README.md).',
    ),
  ],
  [18470, refused('The login is disabled.')],
  [18486, refused('The login is locked out.')],
  [18487, refused('The password of the login has expired.')],
  [18488, refused('The password of the login must be changed.')],
  [4060, unusable],
  [
    911,
    never(
      () =>
        'The database does not exist, or the server hides it from the login. Check source.connection.database.',
    ),
  ],
  [916, never((where) => `The login has no user in the database; ${createUser(where)}`)],
  [40615, never(() => 'The firewall of the server blocks this computer. Add its address there.')],
  ...each([229, 230, 262], denied),
  [
    208,
    never(
      ({ tables }, { table }) =>
        `${table === undefined ? 'A table' : inSis(tables, table)} does not exist in this schema. Check source.schema, and run preflight for the whole list.`,
    ),
  ],
  [
    207,
    never((_where, { column }) =>
      `A column ${column ?? ''} does not exist. Run preflight for the whole list.`.replace('  ', ' '),
    ),
  ],
  // "Wait and try again", "waiting until recovery is finished", "not started": a start or a failover brings it up.
  ...each([921, 922, 941], RECOVERING),
  [927, RESTORING],
  [952, away('The database is in transition from one state to another.')],
  [924, away('The database is in single-user mode, and another user is connected.')],
  [
    923,
    never(() => 'The database is in restricted mode. Ask its administrator to run SET MULTI_USER for it.'),
  ],
  // Offline by an administrator's action, and until another one; the rest needs an administrator too.
  [
    942,
    never(({ database }) => `The database is offline. Run ALTER DATABASE ${quoted(database)} SET ONLINE.`),
  ],
  [
    926,
    never(
      () => 'The database is marked suspect: its recovery failed. Its administrator must repair it first.',
    ),
  ],
  [
    945,
    never(
      () =>
        'The database cannot be opened: files, memory or disk space are missing. See the server error log.',
    ),
  ],
  [954, never(() => 'The database is a mirror. Set source.connection.server to the principal server.')],
  ...each([955, 956, 983, 988], FAILING_OVER),
  [982, away('No replica is open to readers. Open one, or set source.connection.readOnlyIntent: false.')],
  [
    978,
    never(
      () => 'The replica accepts read-only connections only. Set source.connection.readOnlyIntent: true.',
    ),
  ],
  [
    976,
    never(
      () => 'The replica is not open to readers. Open it, or set source.connection.server to the primary.',
    ),
  ],
  [
    979,
    never(() => 'The server accepts no read-only connections. Set source.connection.readOnlyIntent: false.'),
  ],
  [3952, noSnapshot('The database does not allow snapshot isolation.')],
  [
    3956,
    noSnapshot(
      'The change to allow snapshot isolation is still pending in the database; wait until it is done.',
    ),
  ],
  // Script upgrade mode, "only administrators may connect at this time", single-user mode, "not ready to accept".
  ...each([18401, 18451, 18461, 17187], STARTING),
  ...each([6005, 17142, 17188], away('The server is paused or shutting down.')),
  [1205, busy('The server ended our read to break a deadlock.')],
  [1222, busy('Another program held locks on the table for too long.')],
  [1204, busy('The server ran out of locks.')],
  [3961, busy('A table was altered while it was read.')],
  ...each([3958, 3966, 3967], NO_ROOM_FOR_VERSIONS),
  ...each([701, 802, 8645, 8651, 17803], busy('The server is short of memory.')),
  ...each([17189, 17197, 17809], busy('The server accepts no more connections at the moment.')),
  ...each([596, 4221, 10053, 10054, 10060, 40143, 40197, 40540, 40613], UNAVAILABLE),
  ...each([10928, 10929, 10936, 40501, 49918, 49919, 49920], busy('The server is too busy.')),
]);

/** What a refused database means, by its state in `sys.databases`; any other state adds nothing. */
export const STATES: ReadonlyMap<string, Meaning | undefined> = new Map([
  ['ABSENT', MEANINGS.get(911)],
  ['ONLINE', MEANINGS.get(916)],
  ['RESTORING', RESTORING],
  ['RECOVERING', RECOVERING],
  ['RECOVERY_PENDING', MEANINGS.get(945)],
  ['SUSPECT', MEANINGS.get(926)],
  ['OFFLINE', MEANINGS.get(942)],
  ['SINGLE_USER', MEANINGS.get(924)],
  ['RESTRICTED_USER', MEANINGS.get(923)],
]);

const UNREACHABLE = away('The server cannot be reached. Check source.connection and the network.');

export const LOST = busy('The connection to the server was lost.');

export const WRONG_CERTIFICATE = never(
  () =>
    "The server's certificate is not trusted: its authority is unknown, or it is expired or for another host name. Set source.connection.ca to the file of its authority.",
);

export const UNKNOWN = never(
  () =>
    "This program has no hint for this server error. Run preflight; if it finds nothing, give the number to the server's administrator.",
);

/** The driver's code for no answer to a statement is the one for no answer to a login: this is ours. */
export const SILENT = 'ESILENT';

export const CODES: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['ETIMEOUT', away('The server did not answer in time.')],
  [
    SILENT,
    busy(
      'The server did not answer in time: it sent nothing for source.connection.requestTimeoutMinutes. Another program may hold locks on the table; end it, or raise the minutes.',
    ),
  ],
  ['ECONNREFUSED', UNREACHABLE],
  ['EHOSTUNREACH', UNREACHABLE],
  ['EHOSTDOWN', UNREACHABLE],
  ['ENETUNREACH', UNREACHABLE],
  ['ENETDOWN', UNREACHABLE],
  ['EAI_AGAIN', UNREACHABLE],
  ['ETIMEDOUT', UNREACHABLE],
  ['ENOTFOUND', never(() => 'There is no host with this name. Check source.connection.server.')],
  [
    'EINSTLOOKUP',
    away(
      'The SQL Server Browser did not return the port of the instance. Set source.connection.port instead of instanceName.',
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
    never(
      () =>
        'The server offers no encryption. Ask its administrator to configure it; the password was not sent.',
    ),
  ],
]);
