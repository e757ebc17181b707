/** Retention over 400 nights of a fake clock: what is kept, what never goes, and that the folders stay as large as they are. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { publishBundle, withholdBundle, type Desk } from '../../src/settle/settle.js';
import type { BundleMode, ConnectionSettings, DeliverySettings } from '../../src/model/settings.js';
import type { StagedBundle, VerifiedBundle } from '../../src/model/bundle.js';
import { reverify } from '../../src/verify/verify.js';
import { moveBaseTo } from '../../src/home/base.js';
import { schemeOf } from '../../src/model/scheme.js';
import { homeAt } from '../../src/home/home.js';
import { retain } from '../../src/home/shelf.js';
import { State } from '../../src/state/state.js';
import { sha256, walk } from '../refresh/visible.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aConnection } from '../support/connections.js';

afterAll(removeFolders);

const NIGHT = 86_400_000;
const START = Date.parse('2026-01-01T03:00:00Z');
const DELIVERED: DeliverySettings = {
  target: {
    kind: 'folder',
    path: '/in',
    readBack: true,
    upload: 'temporary',
    temporaryName: '.{name}.{id}.part',
  },
  files: 'zip',
  name: 'n.zip',
  retryMinutes: 0,
  maxMinutes: 120,
};
const KEPT = { days: 30, bundles: 5 };

/** What passed some night, as the state keeps it. */
async function verified(bundle: StagedBundle): Promise<VerifiedBundle> {
  const again = await reverify(bundle);
  if (again === undefined) throw new Error(`${bundle.path} is not what it was`);
  return again;
}

/** Bundles of some kilobytes, settled as a refresh does it, under a clock that the test sets. */
class Nights {
  readonly home = homeAt(join(makeFolder(), 'home'));
  now = START;
  #state: State | undefined;

  constructor(readonly settings: ConnectionSettings) {
    mkdirSync(this.home.path, { recursive: true });
  }

  async open(): Promise<State> {
    this.#state = await State.open(this.home.state, () => new Date(this.now));
    return this.#state;
  }

  get state(): State {
    if (this.#state === undefined) throw new Error('the state is not open');
    return this.#state;
  }

  get desk(): Desk {
    return { home: this.home, state: this.state, settings: this.settings };
  }

  #bundle(night: number, mode: BundleMode, kind: string): StagedBundle {
    const folder = join(makeFolder(), String(night));
    mkdirSync(folder);
    const path = join(folder, 'bundle.zip');
    writeFileSync(path, `${kind} ${night} ${String(crc32(String(night))).repeat(200)}`);
    writeFileSync(join(folder, 'exclusions.csv'), 'kind,id,rule,facts\r\n');
    const { connection, version } = { connection: this.settings.name, version: this.settings.version };
    const bytes = statSync(path).size;
    const rows = new Map([['users', 10]]);
    return {
      state: 'staged',
      connection,
      version,
      mode,
      path,
      sha256: sha256(path),
      bytes,
      rows,
      exclusions: join(folder, 'exclusions.csv'),
    };
  }

  /** A night's id in the state; held ones are not published. */
  async live(night: number, mode: BundleMode, isHeld = false): Promise<number> {
    this.now = START + night * NIGHT;
    const startedAt = new Date(this.now);
    const refreshId = await this.state.startRefresh(startedAt.toISOString().slice(0, 10), '0.0.0', [
      this.settings.name,
    ]);
    const full = this.#bundle(night, 'bulk', 'full');
    const bundle =
      mode === 'bulk' ? full : { ...this.#bundle(night, 'delta', 'delta'), exclusions: full.exclusions };
    const draft = {
      refreshId,
      connection: this.settings.name,
      version: this.settings.version,
      mode,
      scheme: schemeOf(this.settings),
      bundle,
      contentSha256: full.sha256,
      exclusions: new Map([['NO_SHOW', 3]]),
    };
    if (isHeld) {
      await withholdBundle(
        this.desk,
        { bundle, full, draft, startedAt },
        {
          state: 'held',
          reason: 'too much vanished',
        },
      );
    } else {
      const of = await verified(bundle);
      const content = mode === 'bulk' ? of : await verified(full);
      await publishBundle(this.desk, { bundle: of, full: content, draft, startedAt }, {});
      await retain(this.desk, this.settings.name, KEPT, startedAt);
    }
    await this.state.finishRefresh(refreshId, 'done', 0);
    return (await this.state.bundles(this.settings.name))[0]?.id ?? 0;
  }

  files(folder: string): readonly string[] {
    return walk(folder)
      .filter(({ stats }) => stats.isFile())
      .map(({ path }) => basename(path));
  }

  get size(): number {
    return walk(this.home.path)
      .filter(({ path, stats }) => stats.isFile() && !basename(path).startsWith('state.db'))
      .reduce((sum, { stats }) => sum + stats.size, 0);
  }
}

describe('over 400 nights', () => {
  it.each(['bulk', 'delta'] as const)(
    '%s: sizes stay flat, and what went is in the audit trail',
    async (mode) => {
      const nights = new Nights(aConnection({ mode }));
      const { home, settings } = nights;
      const state = await nights.open();
      const sizes: number[] = [];
      for (let night = 0; night < 400; night += 1) {
        await nights.live(night, night === 0 ? 'bulk' : mode);
        sizes.push(nights.size);
      }
      // Thirty days, and the night itself; each with its exclusions.
      expect(nights.files(home.bundles(settings.name))).toHaveLength(31 * 2);
      const steady = sizes.slice(60);
      expect(Math.max(...steady) / Math.min(...steady)).toBeLessThan(1.05);
      // Of deltas only the content behind the last one is kept as a whole.
      expect(nights.files(home.full(settings.name))).toHaveLength(mode === 'delta' ? 1 : 0);
      expect(readFileSync(join(home.bundles(settings.name), 'latest.zip'), 'utf8')).toContain(' 399 ');
      const removed = (await state.auditTrail()).filter(({ what }) => what === 'removed');
      expect(removed).toHaveLength(400 - 31);
      expect(JSON.parse(removed[0]?.detail ?? '{}')).toMatchObject({
        name: '20260101T030000Z-1.1-bulk',
        sha256: expect.any(String) as unknown,
      });
      expect((await state.checkAudit()).firstBroken).toBeNull();
      await state.close();
    },
    300_000,
  );

  it('never takes the last good one, the held one or the base of a delta, however old', async () => {
    const nights = new Nights(aConnection({ mode: 'delta', delivery: DELIVERED }));
    const { home, settings } = nights;
    const state = await nights.open();
    const base = await nights.live(0, 'bulk');
    // It reached the receiver; nothing after it did.
    await moveBaseTo(state, settings, base);
    const baseFile = join(home.bundles(settings.name), `${(await state.bundle(base))?.name ?? ''}.zip`);
    for (let night = 1; night < 60; night += 1) await nights.live(night, 'delta');
    expect(existsSync(baseFile)).toBe(true);
    const lastGood = await nights.live(60, 'delta');
    const held = await nights.live(61, 'delta', true);
    const heldFile = join(home.withheld(settings.name), `${(await state.bundle(held))?.name ?? ''}.zip`);
    nights.now = START + 400 * NIGHT;
    await retain({ home, state }, settings.name, { days: 1, bundles: 1 }, new Date(nights.now));
    expect(existsSync(baseFile)).toBe(true);
    expect(existsSync(heldFile)).toBe(true);
    expect((await state.bundles(settings.name, 'published')).map(({ id }) => id)).toEqual([lastGood, base]);
    expect(
      readFileSync(
        join(home.full(settings.name), `${(await state.bundle(lastGood))?.name ?? ''}.zip`),
        'utf8',
      ),
    ).toContain('full 60');
    // Once something newer reached the receiver, the old base may go.
    await moveBaseTo(state, settings, lastGood);
    await retain({ home, state }, settings.name, { days: 1, bundles: 1 }, new Date(nights.now));
    expect(existsSync(baseFile)).toBe(false);
    await state.close();
  }, 120_000);

  it('keeps the newest few regardless of age, and touches no other files', async () => {
    const nights = new Nights(aConnection());
    const { home, settings } = nights;
    const state = await nights.open();
    for (let night = 0; night < 8; night += 1) await nights.live(night, 'bulk');
    const foreign = join(home.bundles(settings.name), 'notes-1.1-bulk.zip');
    writeFileSync(foreign, '');
    await retain({ home, state }, settings.name, KEPT, new Date(START + 1_000 * NIGHT));
    expect(await state.bundles(settings.name, 'published')).toHaveLength(5);
    expect(existsSync(foreign)).toBe(true);
    await state.close();
  });
});
