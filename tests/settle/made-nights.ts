/** Nights of some kilobytes, settled as a refresh does it, under a clock that the test sets. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { publishBundle, withholdBundle, type Desk } from '../../src/settle/settle.js';
import type { BundleMode, ConnectionSettings } from '../../src/model/settings.js';
import type { StagedBundle, VerifiedBundle } from '../../src/model/bundle.js';
import { reverify } from '../../src/verify/verify.js';
import { schemeOf } from '../../src/model/scheme.js';
import { homeAt, type Home } from '../../src/home/home.js';
import { retain } from '../../src/home/retention.js';
import type { Shelves } from '../../src/home/shelf.js';
import { State } from '../../src/state/state.js';
import { sha256, walk } from '../refresh/visible.js';
import { makeFolder } from '../support/cli.js';

export const NIGHT = 86_400_000;
export const START = Date.parse('2026-01-01T03:00:00Z');
export const KEPT = { days: 30, bundles: 5 };

/** What passed some night, as the state keeps it. */
async function verified(bundle: StagedBundle): Promise<VerifiedBundle> {
  const again = await reverify(bundle);
  if (again === undefined) throw new Error(`${bundle.path} is not what it was`);
  return again;
}

export class Nights {
  readonly home: Home;
  now = START;
  #state: State | undefined;

  constructor(
    readonly settings: ConnectionSettings,
    shelves?: Shelves,
  ) {
    this.home = homeAt(join(makeFolder(), 'home'), undefined, shelves);
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
