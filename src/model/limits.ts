/**
 * Every limit and deadline that does not depend on a district's data, as data: the code takes its constants from here, and the
 * documentation is generated from here. Each row is the default; `key` or `flag` names what changes it.
 */
import { EXIT_CODES, type ErrorCode } from './errors.js';
import { READING_LIMITS } from './reading-limits.js';

export type LimitUnit =
  | 'bytes'
  | 'columns'
  | 'entries'
  | 'times'
  | 'levels'
  | 'aliases'
  | 'values'
  | 'characters'
  | 'cells'
  | '%'
  | 'attempts'
  | 'seconds'
  | 'minutes'
  | 'hours';

export interface Limit {
  /** What is bounded, in words. */
  readonly says: string;
  readonly most: number;
  readonly unit: LimitUnit;
  /** The key of the config that changes it. */
  readonly key?: string;
  /** The command-line option that changes it. */
  readonly flag?: string;
  /** The error or the check that reports a breach; `none` where the program goes on without what it waited for. */
  readonly error: string;
}

type Limits = Readonly<Record<string, Limit>>;

const MB = 2 ** 20;

/** Far beyond any real config, and small enough that a hostile one is refused within seconds. */
export const CONFIG_LIMITS = {
  fileBytes: { says: 'the config file', most: MB, unit: 'bytes', error: 'config' },
  referenceBytes: {
    says: 'a file that a reference such as `${file:PATH}` names',
    most: 64 * 1024,
    unit: 'bytes',
    error: 'config',
  },
  levels: { says: 'maps and lists inside one another', most: 50, unit: 'levels', error: 'config' },
  aliases: { says: 'YAML aliases', most: 1_000, unit: 'aliases', error: 'config' },
  values: {
    says: 'values, each counted as often as an alias repeats it',
    most: 200_000,
    unit: 'values',
    error: 'config',
  },
  nameLetters: {
    says: 'the name of a connection, which becomes part of file names',
    most: 100,
    unit: 'characters',
    error: 'config',
  },
  authorityBytes: {
    says: 'a certificate file (`ca`)',
    most: MB,
    unit: 'bytes',
    error: 'exit code 4 (`source`), or a warning of the notice',
  },
  knownHostsBytes: { says: 'a known_hosts file', most: 4 * MB, unit: 'bytes', error: 'delivery' },
} as const satisfies Limits;

export const SOURCE_LIMITS = {
  connect: { says: 'connecting to SQL Server and signing in', most: 30, unit: 'seconds', error: 'source' },
  silence: {
    says: 'SQL Server sends nothing, before the first row or between two',
    most: 30,
    unit: 'minutes',
    key: 'source.connection.requestTimeoutMinutes',
    error: 'source',
  },
  retry: {
    says: 'a refresh waits for a server that does not answer or is starting',
    most: 30,
    unit: 'minutes',
    key: 'source.retryMinutes',
    error: 'source',
  },
  retryWait: { says: 'the wait between two of these attempts', most: 60, unit: 'seconds', error: 'none' },
  reads: {
    says: 'reads of a server that answers and breaks off each time',
    most: 5,
    unit: 'attempts',
    error: 'source',
  },
  moved: { says: 'reads during which others changed the rows', most: 2, unit: 'attempts', error: 'source' },
  unreadableCells: {
    says: 'unreadable cells of a column that count as empty, however few cells are filled',
    most: 5,
    unit: 'cells',
    error: 'source',
  },
  unreadableShare: {
    says: 'unreadable cells of a column that count as empty, of its filled cells',
    most: 1,
    unit: '%',
    error: 'source',
  },
} as const satisfies Limits;

export const DELIVERY_LIMITS = {
  connect: { says: 'connecting to an SFTP server', most: 20, unit: 'seconds', error: 'delivery' },
  signIn: { says: 'the SSH handshake and the login', most: 20, unit: 'seconds', error: 'delivery' },
  stall: {
    says: 'nothing moves at any step on an SFTP server, the start of SFTP included',
    most: 60,
    unit: 'seconds',
    key: 'connections[].delivery.sftp.stalledAfterSeconds',
    error: 'delivery',
  },
  folderStall: {
    says: 'nothing moves at any step in a folder, which may be on another machine',
    most: 60,
    unit: 'seconds',
    error: 'delivery',
  },
  end: { says: 'closing a connection', most: 3, unit: 'seconds', error: 'none' },
  retry: {
    says: 'a failed delivery is retried, where `deliverBy` does not apply',
    most: 60,
    unit: 'minutes',
    key: 'connections[].delivery.retryMinutes',
    error: 'delivery',
  },
  retryWait: { says: 'the wait between two of these attempts', most: 5, unit: 'minutes', error: 'none' },
  lookAhead: {
    says: 'how far ahead `deliverBy` may be; a later time is meant for another refresh',
    most: 12,
    unit: 'hours',
    error: 'none',
  },
  whole: {
    says: 'a whole delivery, retries included',
    most: 120,
    unit: 'minutes',
    key: 'connections[].delivery.maxMinutes',
    error: 'delivery',
  },
} as const satisfies Limits;

const NOT_SENT = 'a warning; the next refresh sends it';

export const NOTICE_LIMITS = {
  attempt: { says: 'one attempt at an email or a webhook', most: 15, unit: 'seconds', error: NOT_SENT },
  attempts: { says: 'attempts at an email or a webhook', most: 3, unit: 'attempts', error: NOT_SENT },
  whole: { says: 'an email or a webhook, retries included', most: 60, unit: 'seconds', error: NOT_SENT },
  close: { says: 'closing the connection to a mail server', most: 1, unit: 'seconds', error: 'none' },
  signAttempt: { says: 'one attempt at a health check', most: 5, unit: 'seconds', error: 'none' },
  signWhole: { says: 'a health check, its retry included', most: 12, unit: 'seconds', error: 'none' },
} as const satisfies Limits;

export const PROGRAM_LIMITS = {
  stop: { says: 'any wait, after a signal to stop', most: 2, unit: 'seconds', error: 'terminated' },
  closeRead: {
    says: 'closing the read of the SIS, after a signal to stop',
    most: 0.5,
    unit: 'seconds',
    error: 'none',
  },
  zipStall: { says: 'nothing moves while a zip is written', most: 60, unit: 'seconds', error: 'unexpected' },
  stateBusy: { says: 'waiting for another user of the state', most: 5, unit: 'seconds', error: 'home' },
  stateConnect: {
    says: 'connecting to the PostgreSQL server of the state',
    most: 20,
    unit: 'seconds',
    error: 'home',
  },
  stateAnswer: {
    says: 'an answer of the PostgreSQL server of the state',
    most: 60,
    unit: 'seconds',
    error: 'home',
  },
  stateIdle: {
    says: 'a pause inside a transaction of the PostgreSQL server, which it ends then',
    most: 30,
    unit: 'seconds',
    error: 'home',
  },
  lease: {
    says: 'a process that has ended without a word, or hangs, keeps a district in PostgreSQL',
    most: 60,
    unit: 'seconds',
    error: 'already-running',
  },
  lock: { says: 'waiting for another refresh', most: 0, unit: 'seconds', error: 'already-running' },
} as const satisfies Limits;

/** By the title that they have in the documentation. */
export const LIMITS = {
  config: { title: 'Config', limits: CONFIG_LIMITS },
  source: { title: 'Reading Campus', limits: SOURCE_LIMITS },
  delivery: { title: 'Delivery', limits: DELIVERY_LIMITS },
  notices: { title: 'Notices', limits: NOTICE_LIMITS },
  program: { title: 'The program', limits: PROGRAM_LIMITS },
  reading: { title: 'Zips of others', limits: READING_LIMITS },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly limits: Limits }>>;

const MS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000 } as const;

export const inMs = ({ most, unit }: { readonly most: number; readonly unit: keyof typeof MS }): number =>
  most * MS[unit];

/** What a breach leads to, for the documentation. */
export function breachInWords({ error }: Pick<Limit, 'error'>): string {
  const exit = EXIT_CODES[error as ErrorCode] as number | undefined;
  if (exit !== undefined) return `exit code ${exit} (\`${error}\`)`;
  if (error === 'none') return 'the program goes on';
  return /^\w+\.[\w-]+$/.test(error) ? `\`${error}\`` : error;
}
