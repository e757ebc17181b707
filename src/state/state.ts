/** Reads and writes the state database, in whole transactions. */
import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { ExportError } from '../model/errors.js';
import { appendAudit, checkAudit, type AuditEntry, type AuditTrail } from './audit.js';
import { diskFault } from './home.js';
import type {
  BaseRecord,
  BundleRecord,
  BundleState,
  DeliveryRecord,
  NewBundle,
  RefreshRecord,
} from './records.js';
import { MIGRATIONS } from './schema.js';

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
      statSync(path);
      const database = new Database(path, { fileMustExist: true, timeout: 5_000 });
      migrate(database);
      return new State(database, () => new Date());
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
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

  checkAudit(): AuditTrail {
    return checkAudit(this.#database);
  }

  startRefresh(asOf: string, program: string, connections: readonly string[]): number {
    const { lastInsertRowid } = this.#database
      .prepare(
        `INSERT INTO refresh (startedAt, asOf, program, connections, outcome) VALUES (?, ?, ?, ?, 'started')`,
      )
      .run(this.#now().toISOString(), asOf, program, JSON.stringify(connections));
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
        `INSERT INTO bundle (refreshId, connection, state, madeAt, version, mode, scheme, name, sha256, bytes,
           contentSha256, baseId, rows, exclusions, reason, difference, seconds)
         VALUES (@refreshId, @connection, @state, @madeAt, @version, @mode, @scheme, @name, @sha256, @bytes,
           @contentSha256, @baseId, @rows, @exclusions, @reason, @difference, @seconds)`,
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
        contentSha256: bundle.contentSha256 ?? null,
        baseId: bundle.baseId ?? null,
        rows: JSON.stringify(Object.fromEntries(bundle.bundle?.rows ?? [])),
        exclusions: JSON.stringify(Object.fromEntries(bundle.exclusions ?? [])),
        reason: bundle.reason ?? null,
        difference: bundle.difference === undefined ? null : JSON.stringify(bundle.difference),
        seconds: bundle.seconds ?? null,
      });
    return Number(lastInsertRowid);
  }

  setBundle(id: number, state: BundleState, reason?: string): void {
    this.#database
      .prepare('UPDATE bundle SET state = ?, reason = coalesce(?, reason) WHERE id = ?')
      .run(state, reason ?? null, id);
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

  /** Whether a bundle of the connection ever had this name. */
  hasName(connection: string, name: string): boolean {
    return this.#bundles('WHERE connection = ? AND name = ?', connection, name).length > 0;
  }

  /** Every connection that the history knows, also those that the config no longer has. */
  connections(): readonly string[] {
    return this.#database
      .prepare('SELECT DISTINCT connection FROM bundle ORDER BY connection')
      .pluck()
      .all() as string[];
  }

  refresh(id: number): RefreshRecord | undefined {
    return this.#refreshes('WHERE id = ?', id)[0];
  }

  /** Newest first; of one connection, those that were about it. */
  refreshes(limit: number, connection?: string): readonly RefreshRecord[] {
    return connection === undefined
      ? this.#refreshes('ORDER BY id DESC LIMIT ?', limit)
      : this.#refreshes(
          'WHERE EXISTS (SELECT 1 FROM json_each(connections) WHERE value = ?) ORDER BY id DESC LIMIT ?',
          connection,
          limit,
        );
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
    state: 'delivered' | 'failed' | 'unknown',
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

  /** Newest first. */
  deliveries(bundleId: number): readonly DeliveryRecord[] {
    return this.#deliveries('WHERE d.bundleId = ?', bundleId);
  }

  /** The newest attempt of a connection. */
  lastDelivery(connection: string): DeliveryRecord | undefined {
    return this.deliveriesOf(connection, 'delivering', 'delivered', 'failed', 'unknown')[0];
  }

  /** Newest first. */
  deliveriesOf(connection: string, ...states: readonly DeliveryRecord['state'][]): readonly DeliveryRecord[] {
    const among = states.map((state) => `'${state}'`).join(', ');
    return this.#deliveries(
      `JOIN bundle b ON b.id = d.bundleId WHERE b.connection = ? AND d.state IN (${among})`,
      connection,
    );
  }

  base(connection: string): BaseRecord | undefined {
    return this.#database.prepare('SELECT * FROM base WHERE connection = ?').get(connection) as
      BaseRecord | undefined;
  }

  moveBase(base: BaseRecord): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO base VALUES (@connection, @bundleId, @receiver)')
      .run(base);
  }

  close(): void {
    this.#database.close();
  }

  #refreshes(where: string, ...keys: readonly (number | string)[]): readonly RefreshRecord[] {
    const rows = this.#database.prepare(`SELECT * FROM refresh ${where}`).all(...keys) as Row[];
    return rows.map(
      (row) =>
        ({ ...row, connections: JSON.parse(row['connections'] as string) as unknown }) as RefreshRecord,
    );
  }

  #deliveries(where: string, key: number | string): readonly DeliveryRecord[] {
    const rows = this.#database
      .prepare(`SELECT d.* FROM delivery d ${where} ORDER BY d.id DESC`)
      .all(key) as (Row & { receipt: string | null })[];
    return rows.map(
      (row) =>
        ({
          ...row,
          receipt: row.receipt === null ? null : (JSON.parse(row.receipt) as unknown),
        }) as DeliveryRecord,
    );
  }

  #bundles(where: string, ...keys: readonly (number | string)[]): readonly BundleRecord[] {
    const rows = this.#database.prepare(`SELECT * FROM bundle ${where}`).all(...keys) as Row[];
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
