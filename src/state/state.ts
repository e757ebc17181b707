/** Reads and writes the state database, in whole transactions. Holds codes, counts and hashes; never a person's data. */
import Database from 'better-sqlite3';
import type { Bundle } from '../model/bundle.js';
import { ExportError } from '../model/errors.js';
import type { BundleMode } from '../model/settings.js';
import { appendAudit, brokenAudit, type AuditEntry } from './audit.js';
import { diskFault } from './home.js';
import { MIGRATIONS } from './schema.js';

export type BundleState =
  'verified' | 'published' | 'held' | 'refused' | 'discarded' | 'replaced' | 'failed' | 'removed';

export interface BundleRecord {
  readonly id: number;
  readonly refreshId: number;
  readonly connection: string;
  readonly state: BundleState;
  readonly madeAt: string;
  readonly version: '1.1' | '1.2';
  readonly mode: BundleMode;
  readonly scheme: string;
  readonly name: string | null;
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly rows: Readonly<Record<string, number>>;
  readonly exclusions: Readonly<Record<string, number>>;
  readonly reason: string | null;
  readonly difference: unknown;
  readonly seconds: number | null;
}

export interface RefreshRecord {
  readonly id: number;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly asOf: string;
  readonly program: string;
  readonly outcome: 'started' | 'done' | 'failed' | 'interrupted';
  readonly exitCode: number | null;
  readonly message: string | null;
}

export interface DeliveryRecord {
  readonly id: number;
  readonly bundleId: number;
  readonly target: string;
  readonly state: 'delivering' | 'delivered' | 'failed';
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly receipt: unknown;
  readonly message: string | null;
}

export interface BaseRecord {
  readonly connection: string;
  readonly bundleId: number;
  readonly scheme: string;
  readonly file: string;
}

/** What is known of a bundle when it is first recorded. */
export interface NewBundle {
  readonly refreshId: number;
  readonly connection: string;
  readonly state: BundleState;
  readonly version: '1.1' | '1.2';
  readonly mode: BundleMode;
  readonly scheme: string;
  readonly name?: string;
  readonly bundle?: Pick<Bundle, 'sha256' | 'bytes' | 'rows'>;
  readonly exclusions?: ReadonlyMap<string, number>;
  readonly reason?: string;
  readonly difference?: unknown;
  readonly seconds?: number;
}

type Row = Record<string, unknown>;

export class State {
  readonly #database: Database.Database;
  readonly #now: () => Date;

  private constructor(database: Database.Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
  }

  /** Opens the database, making it or bringing it up to date. Throws ExportError `home` when it cannot be written. */
  static open(path: string, now: () => Date): State {
    try {
      const database = new Database(path, { timeout: 5_000 });
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      migrate(database);
      return new State(database, now);
    } catch (error) {
      throw stateFault(path, error);
    }
  }

  /** For commands that only look. Undefined where no refresh has ever run. */
  static look(path: string): State | undefined {
    try {
      const database = new Database(path, { fileMustExist: true, timeout: 5_000 });
      migrate(database);
      return new State(database, () => new Date());
    } catch (error) {
      if ((error as { code?: unknown }).code === 'SQLITE_CANTOPEN') return undefined;
      throw stateFault(path, error);
    }
  }

  transaction<T>(work: () => T): T {
    return this.#database.transaction(work).immediate();
  }

  audit(what: string, connection: string | null, detail: object): void {
    appendAudit(this.#database, this.#now(), what, connection, detail);
  }

  auditTrail(): readonly AuditEntry[] {
    return this.#database.prepare('SELECT * FROM audit ORDER BY seq').all() as AuditEntry[];
  }

  brokenAudit(): { readonly seq: number } | undefined {
    return brokenAudit(this.#database);
  }

  startRefresh(asOf: string, program: string): number {
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO refresh (startedAt, asOf, program, outcome) VALUES (?, ?, ?, ?)')
      .run(this.#now().toISOString(), asOf, program, 'started');
    return Number(lastInsertRowid);
  }

  finishRefresh(id: number, outcome: 'done' | 'failed', exitCode: number, message?: string): void {
    this.#database
      .prepare('UPDATE refresh SET finishedAt = ?, outcome = ?, exitCode = ?, message = ? WHERE id = ?')
      .run(this.#now().toISOString(), outcome, exitCode, message ?? null, id);
  }

  /** Refreshes that never finished were killed. Gives how many there were. */
  markInterrupted(): number {
    return this.#database
      .prepare(`UPDATE refresh SET outcome = 'interrupted' WHERE outcome = 'started'`)
      .run().changes;
  }

  addBundle(bundle: NewBundle): number {
    const { lastInsertRowid } = this.#database
      .prepare(
        `INSERT INTO bundle (refreshId, connection, state, madeAt, version, mode, scheme, name, sha256, bytes, rows,
           exclusions, reason, difference, seconds)
         VALUES (@refreshId, @connection, @state, @madeAt, @version, @mode, @scheme, @name, @sha256, @bytes, @rows,
           @exclusions, @reason, @difference, @seconds)`,
      )
      .run({
        refreshId: bundle.refreshId,
        connection: bundle.connection,
        state: bundle.state,
        madeAt: this.#now().toISOString(),
        version: bundle.version,
        mode: bundle.mode,
        scheme: bundle.scheme,
        name: bundle.name ?? null,
        sha256: bundle.bundle?.sha256 ?? null,
        bytes: bundle.bundle?.bytes ?? null,
        rows: JSON.stringify(Object.fromEntries(bundle.bundle?.rows ?? [])),
        exclusions: JSON.stringify(Object.fromEntries(bundle.exclusions ?? [])),
        reason: bundle.reason ?? null,
        difference: bundle.difference === undefined ? null : JSON.stringify(bundle.difference),
        seconds: bundle.seconds ?? null,
      });
    return Number(lastInsertRowid);
  }

  setBundle(
    id: number,
    state: BundleState,
    change: { readonly name?: string; readonly reason?: string } = {},
  ): void {
    this.#database
      .prepare(
        'UPDATE bundle SET state = ?, name = coalesce(?, name), reason = coalesce(?, reason) WHERE id = ?',
      )
      .run(state, change.name ?? null, change.reason ?? null, id);
  }

  bundle(id: number): BundleRecord | undefined {
    return this.#bundles('WHERE id = ?', id)[0];
  }

  /** Newest first. */
  bundles(connection: string, ...states: readonly BundleState[]): readonly BundleRecord[] {
    const among = states.map((state) => `'${state}'`).join(', ');
    return this.#bundles(
      `WHERE connection = ? ${among && `AND state IN (${among})`} ORDER BY id DESC`,
      connection,
    );
  }

  bundlesOfRefresh(id: number): readonly BundleRecord[] {
    return this.#bundles('WHERE refreshId = ? ORDER BY id', id);
  }

  refreshes(limit: number): readonly RefreshRecord[] {
    return this.#database
      .prepare('SELECT * FROM refresh ORDER BY id DESC LIMIT ?')
      .all(limit) as RefreshRecord[];
  }

  lastRefresh(): RefreshRecord | undefined {
    return this.refreshes(1)[0];
  }

  startDelivery(bundleId: number, target: string): number {
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO delivery (bundleId, target, state, startedAt) VALUES (?, ?, ?, ?)')
      .run(bundleId, target, 'delivering', this.#now().toISOString());
    return Number(lastInsertRowid);
  }

  finishDelivery(
    id: number,
    state: 'delivered' | 'failed',
    receipt: object | undefined,
    message?: string,
  ): void {
    this.#database
      .prepare('UPDATE delivery SET state = ?, finishedAt = ?, receipt = ?, message = ? WHERE id = ?')
      .run(
        state,
        this.#now().toISOString(),
        receipt === undefined ? null : JSON.stringify(receipt),
        message ?? null,
        id,
      );
  }

  deliveries(bundleId: number): readonly DeliveryRecord[] {
    const rows = this.#database
      .prepare('SELECT * FROM delivery WHERE bundleId = ? ORDER BY id DESC')
      .all(bundleId);
    return (rows as (Row & { receipt: string | null })[]).map(
      (row) =>
        ({
          ...row,
          receipt: row.receipt === null ? null : (JSON.parse(row.receipt) as unknown),
        }) as DeliveryRecord,
    );
  }

  lastDelivery(connection: string): DeliveryRecord | undefined {
    const row = this.#database
      .prepare(
        `SELECT d.bundleId AS bundleId FROM delivery d JOIN bundle b ON b.id = d.bundleId
         WHERE b.connection = ? ORDER BY d.id DESC LIMIT 1`,
      )
      .get(connection) as { bundleId: number } | undefined;
    return row === undefined ? undefined : this.deliveries(row.bundleId)[0];
  }

  base(connection: string): BaseRecord | undefined {
    return this.#database.prepare('SELECT * FROM base WHERE connection = ?').get(connection) as
      BaseRecord | undefined;
  }

  bases(): readonly BaseRecord[] {
    return this.#database.prepare('SELECT * FROM base').all() as BaseRecord[];
  }

  moveBase(base: BaseRecord): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO base VALUES (@connection, @bundleId, @scheme, @file)')
      .run(base);
  }

  close(): void {
    this.#database.close();
  }

  #bundles(where: string, key: number | string): readonly BundleRecord[] {
    const rows = this.#database.prepare(`SELECT * FROM bundle ${where}`).all(key) as Row[];
    return rows.map(
      (row) =>
        ({
          ...row,
          rows: JSON.parse(row['rows'] as string) as unknown,
          exclusions: JSON.parse(row['exclusions'] as string) as unknown,
          difference:
            row['difference'] === null ? null : (JSON.parse(row['difference'] as string) as unknown),
        }) as BundleRecord,
    );
  }
}

function migrate(database: Database.Database): void {
  const seen = database.pragma('user_version', { simple: true }) as number;
  if (seen > MIGRATIONS.length) {
    throw new ExportError('home', 'The state database was written by a newer version of this program.');
  }
  if (seen === MIGRATIONS.length) return;
  database
    .transaction(() => {
      for (const migration of MIGRATIONS.slice(seen)) database.exec(migration);
      database.pragma(`user_version = ${MIGRATIONS.length}`);
    })
    .immediate();
}

function stateFault(path: string, error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  if (code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT') {
    return new ExportError(
      'home',
      `The state database ${path} is damaged (${code}). Restore it from a backup, or move it away to start a new history.`,
      [],
      { cause: error },
    );
  }
  return diskFault(path, error) ?? error;
}
