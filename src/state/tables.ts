/**
 * The tables of the state and their columns, parents first. Each row belongs to a district, which is the first part of each key:
 * a SQLite file has one district only, and a PostgreSQL database as many as a fleet has.
 */
export const COLUMNS = {
  refresh: [
    'id',
    'startedAt',
    'finishedAt',
    'asOf',
    'program',
    'connections',
    'outcome',
    'exitCode',
    'message',
  ],
  bundle: [
    'id',
    'refreshId',
    'connection',
    'state',
    'madeAt',
    'version',
    'mode',
    'scheme',
    'name',
    'sha256',
    'bytes',
    'contentSha256',
    'baseId',
    'rows',
    'exclusions',
    'reason',
    'difference',
    'seconds',
    'trials',
    'night',
  ],
  bundleSchools: ['bundleId', 'schools'],
  delivery: [
    'id',
    'bundleId',
    'target',
    'state',
    'startedAt',
    'finishedAt',
    'receipt',
    'message',
    'rollback',
  ],
  base: ['connection', 'bundleId', 'receiver', 'isRolledBack'],
  publication: ['bundleId', 'at', 'receiver', 'fields'],
  audit: ['seq', 'at', 'who', 'what', 'connection', 'detail', 'previous', 'hash'],
  auditHead: ['seq', 'hash'],
  told: ['channel', 'about', 'condition', 'since'],
} as const;

export type TableName = keyof typeof COLUMNS;

export const TABLES = Object.keys(COLUMNS) as readonly TableName[];

/** Of a SQLite file, which has one. */
export const ONLY_DISTRICT = '';
