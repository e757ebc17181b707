/**
 * Brings the history of a home folder into the PostgreSQL database of its config: all of it, with its numbers, or nothing. The file
 * stays as it is. Refused where the district has a history there already, or where the audit trail of the file is broken.
 */
import { openHome } from '../home/home.js';
import { takeLock } from '../home/lock.js';
import { ExportError } from '../model/errors.js';
import type { Config } from '../model/settings.js';
import { appendAudit, checkAudit, type AuditTrail } from '../state/audit.js';
import { holdDistrict } from './holding.js';
import { openToWrite } from '../state/postgres.js';
import { Scope } from '../state/scope.js';
import { openToLook } from '../state/sqlite.js';
import type { Store } from '../state/store.js';
import { COLUMNS, TABLES, type TableName } from '../state/tables.js';

export interface ImportRequest {
  readonly config: Config;
  /** Path of the state to import; by default that of the home folder. */
  readonly from?: string;
  readonly now: Date;
}

export interface ImportedState {
  readonly from: string;
  readonly district: string;
  /** Rows by table. */
  readonly rows: Readonly<Record<TableName, number>>;
  /** As in the file. */
  readonly audit: AuditTrail;
}

/** Holds the lock of the home folder, so that no refresh adds to the file meanwhile, and the lease of the district. */
export async function importState({ config, from, now }: ImportRequest): Promise<ImportedState> {
  const { state: settings } = config;
  if (settings.client !== 'pg')
    throw new ExportError(
      'usage',
      'The config keeps the state in a file. Set state.client to pg, with state.district and state.connection.',
    );
  const home = openHome(config.home);
  const lock = takeLock(home.lock, now);
  const path = from ?? home.state;
  const open: Store[] = [];
  try {
    const source = await openToLook(path);
    if (source === undefined)
      throw new ExportError('usage', `There is no state to import at ${path}. Set --from to its file.`);
    open.push(source);
    const audit = await checkAudit(Scope.over(source));
    requireWhole(audit, path);
    const target = await openToWrite(settings);
    open.push(target);
    const rows = await held(target, now, (holding) => copyAll(source, holding, { audit, now }));
    return { from: path, district: settings.district, rows, audit };
  } finally {
    for (const store of open) await store.close();
    lock.release();
  }
}

/** No process of another machine begins the history of the district meanwhile. */
async function held<T>(target: Store, now: Date, work: (holding: Store) => Promise<T>): Promise<T> {
  const holding = await holdDistrict(target, now);
  try {
    return await work({ ...target, token: holding.token });
  } finally {
    await holding.release();
  }
}

function requireWhole({ firstBroken }: AuditTrail, path: string): void {
  if (firstBroken === null) return;
  throw new ExportError(
    'home',
    `The audit trail of ${path} was changed: entry ${firstBroken} does not follow from the one before it. Restore the file from a backup.`,
  );
}

/** In one transaction, and of the file as of one moment. */
async function copyAll(
  source: Store,
  target: Store,
  { audit, now }: { readonly audit: AuditTrail; readonly now: Date },
): Promise<Record<TableName, number>> {
  return await source.transaction(
    async (reading) =>
      await Scope.over(target).transaction(async (writing) => {
        await requireEmpty(writing, target.district);
        const rows = {} as Record<TableName, number>;
        for (const table of TABLES) rows[table] = await copyTable(reading, writing, table);
        const copied = await checkAudit(writing);
        if (copied.head !== audit.head || copied.firstBroken !== null)
          throw new ExportError('home', 'The state was changed while it was imported. Try again.');
        await appendAudit(writing, now, {
          what: 'state-imported',
          connection: null,
          detail: { entries: audit.entries, head: audit.head },
        });
        return rows;
      }),
  );
}

async function requireEmpty(writing: Scope, district: string): Promise<void> {
  for (const table of TABLES) {
    const found = await writing.rows(table).select('district').limit(1);
    if (found.length > 0)
      throw new ExportError(
        'usage',
        `The district ${district} has a history in the database already. Nothing was imported; choose another state.district.`,
      );
  }
}

type Reading = Parameters<Parameters<Store['transaction']>[0]>[0];

const ROWS_AT_ONCE = 100;

async function copyTable(reading: Reading, writing: Scope, table: TableName): Promise<number> {
  const columns: readonly string[] = COLUMNS[table];
  let copied = 0;
  for (;;) {
    const rows: readonly object[] = await reading(table)
      .select(columns)
      .orderBy(columns.slice(0, 2).map((column) => ({ column })))
      .limit(ROWS_AT_ONCE)
      .offset(copied);
    if (rows.length > 0) await writing.insert(table, ...rows);
    copied += rows.length;
    if (rows.length < ROWS_AT_ONCE) return copied;
  }
}
