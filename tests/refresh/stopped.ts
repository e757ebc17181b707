/** A home with its state in PostgreSQL, whose holder is stopped at a step and continued after another process has taken over. */
import { existsSync, readdirSync, readFileSync, readlinkSync, mkdirSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout } from 'node:timers/promises';
import { loadConfig } from '../../src/config/load.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import type { Config, PostgresStateSettings } from '../../src/model/settings.js';
import { exitCodeOf } from '../../src/refresh/refresh.js';
import { takeLease } from '../../src/state/lease.js';
import { lookAtState } from '../../src/state/open.js';
import { openToWrite } from '../../src/state/postgres.js';
import type { State } from '../../src/state/state.js';
import { start, type Ended, type Running } from '../support/cli.js';
import { day } from '../support/connections.js';
import { refreshHere } from '../support/in-process.js';
import type { PostgresServer } from '../support/postgres.js';
import type { StopAt } from '../support/stop-at.js';
import { AS_OF, change, makeSite, type Site } from './small-district.js';
import { sha256 } from './visible.js';

const SEAM = pathToFileURL(join(import.meta.dirname, '../support/stop-at.js')).href;
const DATABASE = 'stopped';

export const KINDS = ['delta', 'hold', 'release'] as const;
export type Kind = (typeof KINDS)[number];

const [FIRST, TONIGHT, NEXT] = ['2026-10-13', '2026-10-14', '2026-10-15'].map(day);

export class StoppedNight {
  private constructor(
    readonly kind: Kind,
    private readonly server: PostgresServer,
    private readonly site: Site,
    private readonly state: PostgresStateSettings,
    private readonly config: Config,
  ) {}

  /** With one good night, and for a release, one on hold. */
  static async make(
    kind: Kind,
    server: PostgresServer,
    folder: string,
    district: string,
  ): Promise<StoppedNight> {
    mkdirSync(join(folder, 'receiver'), { recursive: true });
    const strict = kind === 'delta' ? '' : 'thresholds: { users: 10 }, ';
    const sent = `delivery: { folder: { path: ${join(folder, 'receiver')}, name: roster.zip }, retryMinutes: 0 }`;
    const mode = kind === 'delta' ? 'delta' : 'bulk';
    const connection = `  - { name: library, version: 1.1, mode: ${mode}, ${strict}${sent} }\n`;
    const site = makeSite(join(folder, 'site'), connection);
    const state = server.state(DATABASE, district);
    appendFileSync(site.config, `state: ${JSON.stringify(state)}\n`);
    const night = new StoppedNight(kind, server, site, state, await loadConfig(site.config, {}));
    await night.expectCode(0, FIRST);
    if (kind === 'delta') change(site.district, `UPDATE Identity SET lastName = 'Other' WHERE personID = 12`);
    else change(site.district, 'UPDATE Enrollment SET noShow = 1 WHERE personID IN (11, 12)');
    if (kind === 'release') await night.expectCode(3, TONIGHT);
    return night;
  }

  /** Starts the holder, which stops at the step if there is one. */
  async begin(steps: Pick<StopAt, 'log' | 'at'>): Promise<Running> {
    const lease = this.kind === 'delta' ? ['--lease', String(await this.#leaseOfWorker())] : [];
    const args =
      this.kind === 'release'
        ? ['release', 'library', '--reason', 'moved', '--config', this.site.config]
        : [...this.site.refresh, '--night', TONIGHT ?? '', ...lease];
    const stop: StopAt = { ...steps, client: 'pg', folder: join(this.site.folder, '..'), signal: 'SIGSTOP' };
    return start(args, { node: ['--import', SEAM], env: { STOP_AT: JSON.stringify(stop) } });
  }

  /** As a worker of a fleet takes it before it starts the program. */
  async #leaseOfWorker(): Promise<number> {
    const store = await openToWrite(this.state);
    const token = await takeLease(store, { holder: 'a worker' });
    await store.close();
    return token ?? 0;
  }

  /** The end of the lease, and of a transaction that its holder left open. */
  expire(): void {
    this.server.query(
      DATABASE,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${DATABASE}' AND state LIKE 'idle in transaction%'`,
    );
    const { district } = this.state;
    this.server.query(DATABASE, `UPDATE lease SET "expiresAt" = 0 WHERE district = '${district}'`);
  }

  /** What another process does then: the same night once more, and the next one. */
  async takeOver(): Promise<void> {
    if (this.kind !== 'release') await this.expectCode(this.kind === 'hold' ? 3 : 0, TONIGHT);
    change(
      this.site.district,
      'UPDATE Enrollment SET noShow = 0',
      `UPDATE Identity SET lastName = 'Another' WHERE personID = 13`,
    );
    await this.expectCode(0, NEXT);
  }

  async expectCode(code: number, night = TONIGHT): Promise<void> {
    const { config } = this;
    if (config.source.client !== 'better-sqlite3' || night === undefined) throw new Error('another source');
    const source = sqliteSource(config.source);
    const result = await refreshHere({ config, source, asOf: day(AS_OF), night });
    const ended = exitCodeOf(result);
    const why = result.connections.map(({ error, delivery }) => [error?.message, delivery?.error?.message]);
    if (ended !== code) throw new Error(`the night ended with ${ended}: ${JSON.stringify(why)}`);
  }

  /** What is wrong with the home, its state and the receiver; nothing where all is well. */
  async faults(): Promise<readonly string[]> {
    const state = await lookAtState({ settings: this.state, file: '' });
    if (state === undefined) return ['there is no state'];
    const wrong = [...(await faultsOfState(state)), ...(await this.#faultsOfFiles(state))];
    await state.close();
    return wrong;
  }

  async #faultsOfFiles(state: State): Promise<readonly string[]> {
    const wrong: string[] = [];
    const { home } = this.site;
    const list = (...names: readonly string[]): readonly string[] =>
      existsSync(join(home, ...names)) ? readdirSync(join(home, ...names)).sort() : [];
    const published = await state.bundles('library', 'published');
    for (const { name, sha256: sha } of published)
      if (sha256(join(home, 'bundles/library', `${name ?? ''}.zip`)) !== sha)
        wrong.push(`${name ?? ''} differs`);
    const same = (what: string, files: readonly string[], names: readonly string[]): void => {
      const expected = [...names].sort();
      if (files.join() !== expected.join()) wrong.push(`${what} has ${files.join()}, not ${expected.join()}`);
    };
    const zips = list('bundles/library').filter((file) => file !== 'latest.zip' && !/-report\./.test(file));
    same(
      'bundles',
      zips,
      published.flatMap(({ name }) => [`${name ?? ''}.zip`, `${name ?? ''}-exclusions.csv`]),
    );
    const newest = published[0];
    const latest = readlinkSync(join(home, 'bundles/library/latest.zip'));
    if (latest !== `${newest?.name ?? ''}.zip`) wrong.push(`latest.zip leads to ${latest}`);
    same('withheld', list('withheld/library'), []);
    // The receiver had the content of the night before when files were swept.
    const deltas = published.filter(({ mode }) => mode === 'delta').slice(0, 2);
    same(
      'full',
      list('full/library'),
      deltas.map(({ name }) => `${name ?? ''}.zip`),
    );
    same('staging', list('staging'), []);
    const received = sha256(join(this.site.folder, '../receiver/roster.zip'));
    if (received !== newest?.sha256) wrong.push('the receiver does not have the newest bundle');
    const metrics = readFileSync(join(home, 'metrics.prom'), 'utf8');
    if (!metrics.includes('oneroster_export_held{connection="library"} 0')) wrong.push('the metrics are old');
    return wrong;
  }
}

async function faultsOfState(state: State): Promise<readonly string[]> {
  const wrong: string[] = [];
  if ((await state.checkAudit()).firstBroken !== null) wrong.push('the audit trail is broken');
  const open = await state.bundles('library', 'verified', 'releasing', 'held');
  if (open.length > 0) wrong.push(`half done: ${open.map((each) => each.state).join()}`);
  const nights = (await state.bundles('library', 'published')).map(({ night }) => night);
  if (new Set(nights).size !== nights.length) wrong.push(`published twice: ${nights.join()}`);
  const pending = (await state.refreshes(10)).filter(({ outcome }) => outcome === 'started');
  if (pending.length > 0) wrong.push('a refresh has not ended');
  const sent = await state.deliveriesOf('library', 'delivering', 'unknown');
  if (sent.length > 0) wrong.push('a delivery has not ended');
  return wrong;
}

/** True once the process has stopped, false if it ends before. */
export async function hasStopped({ pid, ended }: Running): Promise<boolean> {
  let end: Ended | undefined;
  void ended.then((value) => (end = value));
  for (;;) {
    if (end !== undefined) return false;
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
    if (/^\d+ \(.*\) T/.test(stat)) return true;
    await setTimeout(20);
  }
}
