/**
 * Reads and writes the state: the only authority on what was made, published, held and delivered; files follow it. Each write is a
 * transaction, alone or as part of one: a decision and what it rests on are read and written in the same one.
 */
import {
  actor,
  appendAudit,
  checkAudit,
  newestActOn,
  newestAudit,
  type AuditEntry,
  type AuditTrail,
  type AuditWanted,
} from './audit.js';
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
import { byKey, inParts } from './lists.js';
import { bundleOf, bundleRow, deliveryOf, publicationOf, refreshOf, type Row } from './rows.js';
import { Scope, type Query } from './scope.js';
import { leaseHolder } from './lease.js';
import { openToLook, openToWrite } from './sqlite.js';
import type { Store } from './store.js';
import type { SchoolCount } from '../model/result.js';

/** Bundles of a connection, released and held ones too, whose counts by school are kept. */
const NIGHTS_WITH_SCHOOLS = 150;

export class State {
  readonly #scope: Scope;
  readonly #now: () => Date;

  private constructor(scope: Scope, now: () => Date) {
    this.#scope = scope;
    this.#now = now;
  }

  /** `store`: closed with the state. */
  static over(store: Store, now: () => Date): State {
    return new State(Scope.over(store), now);
  }

  /** Opens the database, making it or bringing it up to date. Throws ExportError `home` when it cannot be written. */
  static async open(path: string, now: () => Date): Promise<State> {
    return State.over(await openToWrite(path), now);
  }

  /** For read-only commands. Undefined if no refresh has ever run. */
  static async look(path: string): Promise<State | undefined> {
    const store = await openToLook(path);
    return store && State.over(store, () => new Date());
  }

  /** All of it or nothing. `work` uses the state that it is given: this one would wait for the end of the transaction. */
  async transaction<T>(work: (state: State) => Promise<T>): Promise<T> {
    return await this.#write((scope) => work(scope === this.#scope ? this : new State(scope, this.#now)));
  }

  async #write<T>(work: (scope: Scope) => Promise<T>): Promise<T> {
    return await this.#scope.transaction(work);
  }

  async audit(what: string, connection: string | null, detail: object): Promise<void> {
    await this.#write((scope) => appendAudit(scope, this.#now(), { what, connection, detail }));
  }

  /** Who acts now and when, as the audit trail would record it. */
  acting(): Pick<AuditEntry, 'who' | 'at'> {
    return { who: actor(), at: this.#now().toISOString() };
  }

  /** Newest first. */
  async newestAudit(wanted: AuditWanted): Promise<readonly AuditEntry[]> {
    return await newestAudit(this.#scope, wanted);
  }

  /** The newest entry of the audit trail that says one of these of the bundle. */
  async newestActOn(
    bundle: { readonly connection: string; readonly name: string },
    ...whats: readonly string[]
  ): Promise<AuditEntry | undefined> {
    return await newestActOn(this.#scope, bundle, whats);
  }

  async checkAudit(): Promise<AuditTrail> {
    return await checkAudit(this.#scope);
  }

  async startRefresh(asOf: string, program: string, connections: readonly string[]): Promise<number> {
    return await this.#add('refresh', {
      startedAt: this.#now().toISOString(),
      asOf,
      program,
      connections: JSON.stringify(connections),
      outcome: 'started',
    });
  }

  async finishRefresh(
    id: number,
    outcome: 'done' | 'failed' | 'interrupted',
    exitCode: number,
    message?: string,
  ): Promise<void> {
    const end = { finishedAt: this.#now().toISOString(), outcome, exitCode, message: message ?? null };
    await this.#write((scope) => scope.update('refresh', { id }, end));
  }

  /** Refreshes that never finished were killed. Returns their number. */
  async markInterrupted(): Promise<number> {
    return await this.#write((scope) =>
      scope.update('refresh', { outcome: 'started' }, { outcome: 'interrupted' }),
    );
  }

  async addBundle(bundle: NewBundle): Promise<number> {
    return await this.#write(async (scope) => {
      const id = await scope.next('bundle', 'id');
      await scope.insert('bundle', bundleRow(bundle, id, this.#now().toISOString()));
      if (bundle.schools !== undefined) await addSchools(scope, id, bundle.connection, bundle.schools);
      return id;
    });
  }

  /** Empty where the bundle is older than the reports look back, or was made before they did. */
  async schoolsOf(bundleId: number): Promise<readonly SchoolCount[]> {
    const [row] = await this.#scope.rows('bundleSchools').where({ bundleId }).select('schools');
    return row === undefined ? [] : (JSON.parse(row['schools'] as string) as readonly SchoolCount[]);
  }

  async setBundle(id: number, state: BundleState, reason?: string): Promise<void> {
    const change = { state, ...(reason !== undefined && { reason }) };
    await this.#write((scope) => scope.update('bundle', { id }, change));
  }

  async bundle(id: number): Promise<BundleRecord | undefined> {
    return (await this.#bundles((bundles) => bundles.where({ id })))[0];
  }

  /** Newest first; without states, those of any state. */
  async bundles(connection: string, ...states: readonly BundleState[]): Promise<readonly BundleRecord[]> {
    return await this.#bundles((bundles) => newestFirst(bundles, connection, states));
  }

  /** The newest of these states; reads no other row. */
  async newestBundle(
    connection: string,
    ...states: readonly BundleState[]
  ): Promise<BundleRecord | undefined> {
    return (await this.#bundles((bundles) => newestFirst(bundles, connection, states).limit(1)))[0];
  }

  /** Of any state, newest first. */
  async newestBundles(connection: string, limit: number, offset = 0): Promise<readonly BundleRecord[]> {
    return await this.#bundles((bundles) => newestFirst(bundles, connection, []).limit(limit).offset(offset));
  }

  /** The newest of a night, unless it failed and must be made again. */
  async bundleOfNight(connection: string, night: string): Promise<BundleRecord | undefined> {
    const found = await this.#bundles((bundles) =>
      bundles.where({ connection, night }).orderBy('id', 'desc'),
    );
    return found.find(({ state }) => state !== 'verified' && state !== 'failed');
  }

  async bundlesOfRefresh(id: number): Promise<readonly BundleRecord[]> {
    return (await this.bundlesOfRefreshes([id])).get(id) ?? [];
  }

  /** By refresh, in the order in which they were made; a refresh without any is absent. */
  async bundlesOfRefreshes(ids: readonly number[]): Promise<ReadonlyMap<number, readonly BundleRecord[]>> {
    const all = await inParts(ids, (part) =>
      this.#bundles((bundles) => bundles.whereIn('refreshId', part).orderBy('id')),
    );
    return byKey(all, ({ refreshId }) => refreshId);
  }

  /** Whether a bundle of the connection ever had this name. */
  async hasName(connection: string, name: string): Promise<boolean> {
    const found = await this.#scope.rows('bundle').where({ connection, name }).select('id').limit(1);
    return found.length > 0;
  }

  /** Every connection in the history, including those that are no longer in the config. */
  async connections(): Promise<readonly string[]> {
    const rows = await this.#scope.rows('bundle').distinct('connection');
    return rows.map((row) => (row as Row)['connection'] as string).sort();
  }

  async refresh(id: number): Promise<RefreshRecord | undefined> {
    return (await this.#refreshes((refreshes) => refreshes.where({ id })))[0];
  }

  /** Newest first; of one connection, those that were about it. */
  async refreshes(limit: number, connection?: string): Promise<readonly RefreshRecord[]> {
    return await this.#refreshes((refreshes) => {
      // The name of a connection has no character that means something in JSON or in a pattern.
      if (connection !== undefined) void refreshes.where('connections', 'like', `%"${connection}"%`);
      return refreshes.orderBy('id', 'desc').limit(limit);
    });
  }

  /** The days on which bundles were judged, by refresh. */
  async daysOf(bundles: readonly Pick<BundleRecord, 'refreshId'>[]): Promise<ReadonlyMap<number, string>> {
    const ids = [...new Set(bundles.map(({ refreshId }) => refreshId))];
    const rows = await this.#scope.rows('refresh').whereIn('id', ids).select('id', 'asOf');
    return new Map(rows.map((row) => [row['id'] as number, row['asOf'] as string]));
  }

  async lastRefresh(): Promise<RefreshRecord | undefined> {
    return (await this.refreshes(1))[0];
  }

  /** A release that was cut short is recorded again when it is resumed; the first time counts. */
  async addPublication({ bundleId, receiver, fields }: Omit<PublicationRecord, 'at'>): Promise<void> {
    const row = { bundleId, at: this.#now().toISOString(), receiver, fields: JSON.stringify(fields) };
    await this.#write(
      async (scope) => await scope.insert('publication', row).onConflict(['district', 'bundleId']).ignore(),
    );
  }

  /** By bundle. */
  async publications(connection: string): Promise<ReadonlyMap<number, PublicationRecord>> {
    const rows = await ofConnection(this.#scope.select('publication'), 'publication', connection);
    return new Map(rows.map(publicationOf).map((record) => [record.bundleId, record]));
  }

  /** `rollback`: the reason for sending an older bundle on purpose. */
  async startDelivery(bundleId: number, target: string, rollback?: string): Promise<number> {
    const startedAt = this.#now().toISOString();
    return await this.#add('delivery', {
      bundleId,
      target,
      state: 'delivering',
      startedAt,
      rollback: rollback ?? null,
    });
  }

  async finishDelivery(
    id: number,
    state: 'delivered' | 'failed' | 'unknown',
    receipt: object | undefined,
    message?: string,
  ): Promise<void> {
    const end = {
      state,
      finishedAt: this.#now().toISOString(),
      receipt: receipt === undefined ? null : JSON.stringify(receipt),
      message: message ?? null,
    };
    await this.#write((scope) => scope.update('delivery', { id }, end));
  }

  /** Newest first. */
  async deliveries(bundleId: number): Promise<readonly DeliveryRecord[]> {
    const rows = await this.#scope.select('delivery').where({ bundleId }).orderBy('delivery.id', 'desc');
    return rows.map(deliveryOf);
  }

  /** By bundle, newest first; a bundle without any is absent. */
  async deliveriesOfBundles(ids: readonly number[]): Promise<ReadonlyMap<number, readonly DeliveryRecord[]>> {
    const rows = await inParts(ids, (part) =>
      this.#scope.select('delivery').whereIn('bundleId', part).orderBy('delivery.id', 'desc'),
    );
    return byKey(rows.map(deliveryOf), ({ bundleId }) => bundleId);
  }

  /** The newest attempt of a connection. */
  async lastDelivery(connection: string): Promise<DeliveryRecord | undefined> {
    return (await this.#deliveriesOf(connection).limit(1)).map(deliveryOf)[0];
  }

  /** Newest first. */
  async deliveriesOf(
    connection: string,
    ...states: readonly DeliveryRecord['state'][]
  ): Promise<readonly DeliveryRecord[]> {
    return (await this.#deliveriesOf(connection).whereIn('delivery.state', states)).map(deliveryOf);
  }

  #deliveriesOf(connection: string): Query {
    return ofConnection(this.#scope.select('delivery'), 'delivery', connection).orderBy(
      'delivery.id',
      'desc',
    );
  }

  async base(connection: string): Promise<BaseRecord | undefined> {
    const [row] = await this.#scope.select('base').where({ connection });
    return row as BaseRecord | undefined;
  }

  async moveBase(base: BaseRecord): Promise<void> {
    const { connection, bundleId, receiver, isRolledBack } = base;
    const row = { connection, bundleId, receiver, isRolledBack };
    await this.#write(
      async (scope) =>
        await scope
          .insert('base', row)
          .onConflict(['district', 'connection'])
          .merge(['bundleId', 'receiver', 'isRolledBack']),
    );
  }

  /** The last notice of a channel, by subject. */
  async told(channel: string): Promise<ReadonlyMap<string, ToldRecord>> {
    const rows = (await this.#scope.select('told').where({ channel })) as unknown as readonly (ToldRecord & {
      readonly about: string;
    })[];
    return new Map(rows.map(({ about, condition, since }) => [about, { condition, since }]));
  }

  async setTold(channel: string, about: string, { condition, since }: ToldRecord): Promise<void> {
    await this.#write(
      async (scope) =>
        await scope
          .insert('told', { channel, about, condition, since })
          .onConflict(['district', 'channel', 'about'])
          .merge(['condition', 'since']),
    );
  }

  /** Throws LeaseLost where another process has taken over the district; without a lease there is none to lose. */
  async requireLease(): Promise<void> {
    if (this.#scope.store.token !== undefined) await this.#write(() => Promise.resolve());
  }

  /** The process that has the lease of the district, in words. */
  async holder(): Promise<string | undefined> {
    return (await leaseHolder(this.#scope.store))?.holder;
  }

  async close(): Promise<void> {
    await this.#scope.close();
  }

  async #add(table: 'refresh' | 'delivery', row: Row): Promise<number> {
    return await this.#write(async (scope) => {
      const id = await scope.next(table, 'id');
      await scope.insert(table, { ...row, id });
      return id;
    });
  }

  async #refreshes(pick: (refreshes: Query) => Query): Promise<readonly RefreshRecord[]> {
    return (await pick(this.#scope.select('refresh'))).map(refreshOf);
  }

  async #bundles(pick: (bundles: Query) => Query): Promise<readonly BundleRecord[]> {
    return (await pick(this.#scope.select('bundle'))).map(bundleOf);
  }
}

function newestFirst(bundles: Query, connection: string, states: readonly BundleState[]): Query {
  const found = bundles.where({ connection }).orderBy('id', 'desc');
  return states.length === 0 ? found : found.whereIn('state', states);
}

/** Rows that name a bundle, of one connection. */
const ofConnection = (query: Query, table: 'delivery' | 'publication', connection: string): Query =>
  query
    .join('bundle', (on) =>
      on.on('bundle.district', `${table}.district`).andOn('bundle.id', `${table}.bundleId`),
    )
    .where('bundle.connection', connection) as Query;

/** The reports look back over some weeks; what is older would only fill the disk. */
async function addSchools(
  scope: Scope,
  bundleId: number,
  connection: string,
  schools: readonly SchoolCount[],
): Promise<void> {
  await scope.insert('bundleSchools', { bundleId, schools: JSON.stringify(schools) });
  const [oldest] = await newestFirst(scope.rows('bundle').select('id'), connection, [])
    .offset(NIGHTS_WITH_SCHOOLS)
    .limit(1);
  if (oldest === undefined) return;
  const old = scope
    .rows('bundle')
    .where({ connection })
    .where('id', '<=', oldest['id'] as number);
  await scope.rows('bundleSchools').whereIn('bundleId', old.select('id')).delete();
}
