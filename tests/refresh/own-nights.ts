/** Nights of a small district that has tables of its own. */
import { join } from 'node:path';
import { expect } from '@jest/globals';
import Database from 'better-sqlite3';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { homeAt } from '../../src/home/home.js';
import type { Config } from '../../src/model/settings.js';
import type { RefreshResult } from '../../src/refresh/refresh.js';
import { ledgerOf, type LedgerEntry } from '../../src/state/ledger.js';
import { State } from '../../src/state/state.js';
import type { ConfigFolder } from '../config/given-config.js';
import { day, NO_LIMITS } from '../support/connections.js';
import { refreshHere } from '../support/in-process.js';
import { readBundle, type PublishedRow } from '../support/published.js';
import { AS_OF, makeSmallDistrict } from './small-district.js';

let districts = 0;

/** A small district with tables of its own beside those of Campus, and its nights. */
export class OwnNights {
  readonly file: string;
  readonly #home: string;
  #nights = 0;

  constructor(
    private readonly folder: ConfigFolder,
    sql = '',
  ) {
    districts += 1;
    this.file = join(this.folder.folder, `district-${districts}.sqlite`);
    this.#home = join(this.folder.folder, `home-${districts}`);
    makeSmallDistrict(this.file);
    this.change(sql);
  }

  change(sql: string): void {
    const database = new Database(this.file);
    database.exec(sql);
    database.close();
  }

  async config(connections: string, source = ''): Promise<Config> {
    const config = await this.folder.load(
      `timezone: America/Chicago\nsource:\n  client: better-sqlite3\n  connection: { filename: ${this.file} }\n${source}connections:\n${connections}`,
    );
    const withoutLimits = config.connections.map((each) => ({ ...each, thresholds: NO_LIMITS }));
    return { ...config, home: this.#home, connections: withoutLimits };
  }

  async refresh(connections: string, source = ''): Promise<RefreshResult> {
    this.#nights += 1;
    const config = await this.config(connections, source);
    if (config.source.client !== 'better-sqlite3') throw new Error('not the given source');
    return await refreshHere({
      config,
      source: sqliteSource(config.source),
      asOf: day(AS_OF),
      startedAt: new Date(Date.UTC(2026, 9, 15 + this.#nights, 8)),
    });
  }

  /** What the receiver of a connection got, newest first. */
  async ledger(connection: string): Promise<readonly LedgerEntry[]> {
    const state = await State.look(homeAt(this.#home).state);
    try {
      return state === undefined ? [] : await ledgerOf(state, connection);
    } finally {
      await state?.close();
    }
  }

  /** What kept a refresh from reaching any connection. */
  async refusal(connections: string): Promise<unknown> {
    return (await this.refresh(connections)).error;
  }

  /** The tables of the only connection. */
  async night(connections: string, source = ''): Promise<ReadonlyMap<string, readonly PublishedRow[]>> {
    const { connections: results } = await this.refresh(connections, source);
    expect(results[0]?.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    const error = results[0] && 'error' in results[0] ? results[0].error : undefined;
    expect([results[0]?.outcome, error]).toEqual(['published', undefined]);
    return await readBundle(results[0]?.bundle?.path ?? '');
  }
}
