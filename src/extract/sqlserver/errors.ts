/**
 * The errors of a SQL Server, or of the way to it, as faults in words. The server's own text may hold values and is never
 * repeated; of the names in it only those that are declared, or part of the settings, come out again.
 */
import { isConstant } from '../../campus/mapping.js';
import { sisTables, type SisTable } from '../../campus/tables.js';
import { SourceFault } from '../source-fault.js';
import {
  CODES,
  LOST,
  MEANINGS,
  STATES,
  UNKNOWN,
  WRONG_CERTIFICATE,
  type Meaning,
  type Named,
  type Whereabouts,
} from './meanings.js';

export { grantSelect, grantsScript, type Whereabouts } from './meanings.js';

/** The server does not report why it opens no database: this number covers both a wrong name and a restore. */
const DATABASE_REFUSED = 4060;

/**
 * A fault in words. Errors that did not come from the driver are not for this: they give undefined. `state`: of a database
 * that was refused, as `sys.databases` has it.
 */
export function explainSqlServer(
  error: unknown,
  where: Whereabouts,
  state?: string,
): SourceFault | undefined {
  const chain = causesOf(error);
  const messages = chain.filter(isServerMessage);
  const known = messages.find(({ number }) => MEANINGS.has(number)) ?? messages[0];
  const codes = chain.flatMap(({ code }) => (typeof code === 'string' ? [code] : []));
  if (known === undefined && codes.length === 0) return undefined;
  const place = `SQL Server ${where.server}, database ${where.database}, login ${where.login}`;
  const mark = known === undefined ? codes.join(', ') : `SQL error ${known.number}`;
  const isRefused = known?.number === DATABASE_REFUSED;
  const meaning = (isRefused ? STATES.get(state ?? '') : undefined) ?? meaningOf(known, codes);
  const text = meaning.says(where, namesIn(known?.message ?? '', where));
  const { passing } = meaning;
  return new SourceFault(`${place}: ${text} (${mark})`, {
    passing: passing !== 'never',
    away: passing === 'away',
    cause: error,
  });
}

/** Whether the login was good, but not for the database. */
export function isDatabaseRefused(error: unknown): boolean {
  return causesOf(error).some(({ number }) => number === DATABASE_REFUSED);
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

function meaningOf(message: ServerMessage | undefined, codes: readonly string[]): Meaning {
  if (message !== undefined) return MEANINGS.get(message.number) ?? UNKNOWN;
  if (codes.some((code) => CERTIFICATE.test(code))) return WRONG_CERTIFICATE;
  // The code that says most is the deepest: a lost socket is a wrapper around its cause.
  const known = codes.toReversed().find((code) => CODES.has(code));
  return (known === undefined ? undefined : CODES.get(known)) ?? LOST;
}

const CERTIFICATE = /CERT|^ERR_TLS|^ERR_SSL|^UNABLE_TO_|^EPROTO$/;

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

/** A name of the settings is one as well: mapped, or read for an extension column. */
function namesIn(message: string, { tables: mapping = {}, metadata = [] }: Partial<Whereabouts>): Named {
  const words = [...message.matchAll(/['"\u201c]([^'"\u201d]+)['"\u201d]/g)].map(([, word = '']) =>
    word.toLowerCase().replace(/^.*\./, ''),
  );
  const first = (known: ReadonlyMap<string, string>): string | undefined =>
    known.get(words.find((word) => known.has(word)) ?? '');
  const tables = Object.entries(mapping).flatMap(([name, { table }]) =>
    table === undefined ? [] : [[table.toLowerCase().replace(/^.*\./, ''), name] as const],
  );
  const columns = Object.values(mapping).flatMap((each) =>
    Object.entries(each.columns).flatMap(([name, to]) =>
      isConstant(to) ? [] : [[to.toLowerCase(), name] as const],
    ),
  );
  const read = metadata.map(({ table }) => plainName(table));
  const values = metadata.flatMap(({ key, columns: each, where }) => [key, ...each, ...Object.keys(where)]);
  return {
    table: first(new Map([...byLowercase(read), ...TABLES, ...tables])),
    column: first(new Map([...byLowercase(values), ...COLUMNS, ...columns])),
  };
}

const plainName = (name: string): string => name.replace(/^.*\./, '');
const byLowercase = (names: readonly string[]) => names.map((name) => [name.toLowerCase(), name] as const);
