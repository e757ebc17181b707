/** Reads and writes the state database, in whole transactions. */
import type Database from 'better-sqlite3';
import { actor, appendAudit, checkAudit, type AuditEntry, type AuditTrail } from './audit.js';
import { openToLook, openToWrite } from './database.js';
import type {
  BaseRecord,
  BundleRecord,
  BundleState,
  DeliveryRecord,
  NewBundle,
  PublicationRecord,
  RefreshRecord,
  ToldRecord,
} from './records.js';
import type { SchoolCount } from '../model/result.js';

type Row = Record<string, unknown>;

/** Bundles of a connection, released and held ones too, whose counts by school are kept. */
const NIGHTS_WITH_SCHOOLS = 150;

export class State {
  readonly #database: Database.Database;
  readonly #now: () => Date;

  private constructor(database: Database.Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
  }

  /** Opens the database, making it or bringing it up to date. Throws ExportError `home` when it cannot be written. */
  static open(path: string, now: () => Date): State {
    return new State(openToWrite(path), now);
  }

  /** For read-only commands. Undefined if no refresh has ever run. */
  static look(path: string): State | undefined {
    const database = openToLook(path);
    return database && new State(database, () => new Date());
  }

  transaction<T>(work: () => T): T {
    return this.#database.transaction(work).immediate();
  }

  audit(what: string, connection: string | null, detail: object): void {
    appendAudit(this.#database, this.#now(), { what, connection, detail });
  }

  /** Who acts now and when, as the audit trail would record it. */
  acting(): Pick<AuditEntry, 'who' | 'at'> {
    return { who: actor(), at: this.#now().toISOString() };
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

  finishRefresh(
    id: number,
    outcome: 'done' | 'failed' | 'interrupted',
    exitCode: number,
    message?: string,
  ): void {
    this.#database
      .prepare('UPDATE refresh SET finishedAt = ?, outcome = ?, exitCode = ?, message = ? WHERE id = ?')
      .run(this.#now().toISOString(), outcome, exitCode, message ?? null, id);
  }

  /** Refreshes that never finished were killed. Returns their number. */
  markInterrupted(): number {
    return this.#database
      .prepare(`UPDATE refresh SET outcome = 'interrupted' WHERE outcome = 'started'`)
      .run().changes;
  }

  addBundle(bundle: NewBundle): number {
    const { lastInsertRowid } = this.#database
      .prepare(
        `INSERT INTO bundle (refreshId, connection, state, madeAt, version, mode, scheme, name, sha256, bytes,
           contentSha256, baseId, rows, exclusions, reason, difference, seconds, trials)
         VALUES (@refreshId, @connection, @state, @madeAt, @version, @mode, @scheme, @name, @sha256, @bytes,
           @contentSha256, @baseId, @rows, @exclusions, @reason, @difference, @seconds, @trials)`,
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
        trials: bundle.trials === undefined ? null : JSON.stringify(bundle.trials),
      });
    const id = Number(lastInsertRowid);
    if (bundle.schools !== undefined) this.#addSchools(id, bundle.connection, bundle.schools);
    return id;
  }

  /** The reports look back over some weeks; what is older would only fill the disk. */
  #addSchools(id: number, connection: string, schools: readonly SchoolCount[]): void {
    this.#database.prepare('INSERT INTO bundleSchools VALUES (?, ?)').run(id, JSON.stringify(schools));
    this.#database
      .prepare(
        `DELETE FROM bundleSchools WHERE bundleId IN (
           SELECT id FROM bundle WHERE connection = ? ORDER BY id DESC LIMIT -1 OFFSET ${NIGHTS_WITH_SCHOOLS})`,
      )
      .run(connection);
  }

  /** Empty where the bundle is older than the reports look back, or was made before they did. */
  schoolsOf(bundleId: number): readonly SchoolCount[] {
    const schools = this.#database
      .prepare('SELECT schools FROM bundleSchools WHERE bundleId = ?')
      .pluck()
      .get(bundleId) as string | undefined;
    return schools === undefined ? [] : (JSON.parse(schools) as readonly SchoolCount[]);
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

  /** The newest of these states; reads no other row. */
  newestBundle(connection: string, ...states: readonly BundleState[]): BundleRecord | undefined {
    const places = states.map(() => '?').join(', ');
    return this.#bundles(
      `WHERE connection = ? AND state IN (${places}) ORDER BY id DESC LIMIT 1`,
      connection,
      ...states,
    )[0];
  }

  /** Of any state, newest first. */
  newestBundles(connection: string, limit: number, offset = 0): readonly BundleRecord[] {
    return this.#bundles('WHERE connection = ? ORDER BY id DESC LIMIT ? OFFSET ?', connection, limit, offset);
  }

  bundlesOfRefresh(id: number): readonly BundleRecord[] {
    return this.#bundles('WHERE refreshId = ? ORDER BY id', id);
  }

  /** Whether a bundle of the connection ever had this name. */
  hasName(connection: string, name: string): boolean {
    return this.#bundles('WHERE connection = ? AND name = ?', connection, name).length > 0;
  }

  /** Every connection in the history, including those that are no longer in the config. */
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

  /** A release that was cut short is recorded again when it is resumed; the first time counts. */
  addPublication({ bundleId, receiver, fields }: Omit<PublicationRecord, 'at'>): void {
    this.#database
      .prepare('INSERT OR IGNORE INTO publication (bundleId, at, receiver, fields) VALUES (?, ?, ?, ?)')
      .run(bundleId, this.#now().toISOString(), receiver, JSON.stringify(fields));
  }

  /** By bundle. */
  publications(connection: string): ReadonlyMap<number, PublicationRecord> {
    const rows = this.#database
      .prepare('SELECT p.* FROM publication p JOIN bundle b ON b.id = p.bundleId WHERE b.connection = ?')
      .all(connection) as (Omit<PublicationRecord, 'fields'> & { fields: string })[];
    return new Map(
      rows.map((row) => [
        row.bundleId,
        { ...row, fields: JSON.parse(row.fields) as PublicationRecord['fields'] },
      ]),
    );
  }

  /** `rollback`: the reason for sending an older bundle on purpose. */
  startDelivery(bundleId: number, target: string, rollback?: string): number {
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO delivery (bundleId, target, state, startedAt, rollback) VALUES (?, ?, ?, ?, ?)')
      .run(bundleId, target, 'delivering', this.#now().toISOString(), rollback ?? null);
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
      .prepare(
        `INSERT OR REPLACE INTO base (connection, bundleId, receiver, isRolledBack)
         VALUES (@connection, @bundleId, @receiver, @isRolledBack)`,
      )
      .run(base);
  }

  /** The last notice of a channel, by subject. */
  told(channel: string): ReadonlyMap<string, ToldRecord> {
    const rows = this.#database
      .prepare('SELECT about, condition, since FROM told WHERE channel = ?')
      .all(channel) as (ToldRecord & { about: string })[];
    return new Map(rows.map(({ about, condition, since }) => [about, { condition, since }]));
  }

  setTold(channel: string, about: string, { condition, since }: ToldRecord): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO told VALUES (?, ?, ?, ?)')
      .run(channel, about, condition, since);
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
          trials: typeof row['trials'] === 'string' ? (JSON.parse(row['trials']) as unknown) : null,
        }) as BundleRecord,
    );
  }
}
