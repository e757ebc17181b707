/** Scenes for killing the program: a home folder with a past, and a command that is about to run. */
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadConfig } from '../../src/config/load.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { exitCodeOf } from '../../src/refresh/refresh.js';
import { discard, release } from '../../src/settle/decide.js';
import type { BundleRecord } from '../../src/state/records.js';
import type { State } from '../../src/state/state.js';
import { run, start, type Ended, type Running } from '../support/cli.js';
import { day } from '../support/connections.js';
import { refreshHere } from '../support/in-process.js';
import type { StopAt } from '../support/stop-at.js';
import { ONE_THREAD } from '../support/strace.js';
import { StateInFile, type SceneState } from './kill-states.js';
import { AS_OF, change, configText, makeSite } from './small-district.js';

/** What the command does: it publishes, puts a bundle on hold, or carries out a decision. */
export const SCENES = ['bulk', 'delta', 'hold', 'release', 'discard'] as const;
export type SceneKind = (typeof SCENES)[number];

export const CONNECTIONS = ['library', 'lms'] as const;

/** The clock stands still, so that a delta has the same bytes whenever it is made. */
const NOW = '2026-10-16T03:00:00Z';
const STILL = `data:text/javascript,${encodeURIComponent(
  `const D = Date, at = D.parse('${NOW}'); globalThis.Date = class extends D { constructor(...of) { if (of.length > 0) super(...of); else super(at); } static now() { return at; } };`,
)}`;
const NODE = ['--import', STILL];
const SEAM = ['--import', pathToFileURL(join(import.meta.dirname, '../support/stop-at.js')).href];

interface Nature {
  readonly mode: 'bulk' | 'delta';
  /** One of six users leaves, which is too much here. */
  readonly isStrict: boolean;
  /** The night with too much has been, and its bundle is on hold. */
  readonly isHeld: boolean;
  /** What the command leaves with, and what the night after it does. */
  readonly codes: readonly [number, number];
}

const NATURES: Readonly<Record<SceneKind, Nature>> = {
  bulk: { mode: 'bulk', isStrict: false, isHeld: false, codes: [0, 0] },
  delta: { mode: 'delta', isStrict: false, isHeld: false, codes: [0, 0] },
  hold: { mode: 'bulk', isStrict: true, isHeld: false, codes: [3, 3] },
  release: { mode: 'bulk', isStrict: true, isHeld: true, codes: [0, 0] },
  discard: { mode: 'bulk', isStrict: true, isHeld: true, codes: [0, 3] },
};

/** How the command is run. */
export interface Way {
  /** A program that runs it. */
  readonly under?: readonly string[];
  /** Its steps are listed, or it is killed at one. */
  readonly steps?: Pick<StopAt, 'log' | 'at' | 'isSent'>;
}

/** How a night has ended. */
export type Left = Pick<Ended, 'code' | 'stderr'>;

export class Scene {
  private constructor(
    readonly kind: SceneKind,
    readonly folder: string,
    readonly state: SceneState,
  ) {}

  /** The first night of a district, and what happened since. */
  static async make(
    kind: SceneKind,
    folder: string,
    state: SceneState = new StateInFile(join(folder, 'home')),
  ): Promise<Scene> {
    const scene = new Scene(kind, folder, state);
    const { district } = makeSite(folder);
    scene.#writeConfig();
    await scene.expectCode(0, scene.refreshHere());
    change(
      district,
      `UPDATE Identity SET lastName = 'Other' WHERE personID = 12`,
      `UPDATE EmploymentAssignment SET endDate = '2026-10-01' WHERE personID = 22`,
      `UPDATE Roster SET endDate = '2026-10-01' WHERE personID = 13`,
    );
    if (scene.nature.isHeld) await scene.expectCode(3, scene.refreshHere());
    return scene;
  }

  #writeConfig(): void {
    const { mode, isStrict } = this.nature;
    const lenient = 'thresholds: { users: 50, enrollments: 50, perSchool: 50 }';
    const connections = [
      `  - { name: library, version: 1.1, mode: ${mode}, ${isStrict ? 'thresholds: { users: 10 }' : lenient} }\n`,
      `  - { name: lms, version: 1.2, mode: ${mode}, ${lenient} }\n`,
    ];
    const text = configText('./home', './district.sqlite', connections.join(''));
    writeFileSync(this.#config, `${text}${this.state.settings}`);
  }

  /** The same scene once more, in a folder of its own. */
  copyTo(folder: string): Scene {
    cpSync(this.folder, folder, { recursive: true, verbatimSymlinks: true });
    const copy = new Scene(this.kind, folder, this.state.copyTo(join(folder, 'home')));
    copy.#writeConfig();
    return copy;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
    this.state.remove();
  }

  get nature(): Nature {
    return NATURES[this.kind];
  }

  get home(): string {
    return join(this.folder, 'home');
  }

  get #config(): string {
    return join(this.folder, 'oneroster.yaml');
  }

  /** The command that gets killed. */
  begin({ under = [], steps }: Way = {}): Running {
    const decision = ['library', '--reason', 'a closed program', '--config', this.#config];
    const args = this.nature.isHeld ? [this.kind, ...decision] : this.#refreshArgs;
    const { client } = this.state;
    const stop: StopAt = { ...steps, client, folder: this.folder, signal: 'SIGKILL' };
    return start(args, {
      node: steps === undefined ? NODE : [...NODE, ...SEAM],
      under,
      env: { ...ONE_THREAD, ...(steps && { STOP_AT: JSON.stringify(stop) }) },
    });
  }

  get #refreshArgs(): readonly string[] {
    return ['refresh', '--config', this.#config, '--as-of', AS_OF, '--json'];
  }

  /** The night after. */
  async refresh(): Promise<Ended> {
    return await run(this.#refreshArgs, { node: NODE });
  }

  /** The same in the process of the test, which costs a fraction. */
  async refreshHere(): Promise<Left> {
    const config = await loadConfig(this.#config, {});
    if (config.source.client !== 'better-sqlite3') throw new Error('another source');
    const source = sqliteSource(config.source);
    const result = await refreshHere({ config, source, asOf: day(AS_OF), startedAt: new Date(NOW) });
    const errors = [result.error, ...result.connections.map(({ error }) => error)];
    return { code: exitCodeOf(result), stderr: errors.map((error) => error?.message ?? '').join(' ') };
  }

  /** The decision of a release or a discard. */
  async decideHere(): Promise<void> {
    const config = await loadConfig(this.#config, {});
    const decision = { config, connection: 'library', reason: 'a closed program', now: new Date(NOW) };
    await (this.kind === 'release' ? release(decision) : discard(decision));
  }

  async expectCode(code: number, running: Promise<Left>): Promise<void> {
    const ended = await running;
    if (ended.code !== code) throw new Error(`${this.kind}: left with ${ended.code ?? ''}: ${ended.stderr}`);
  }

  async look<T>(at: (state: State) => Promise<T>): Promise<T | undefined> {
    return await this.state.look(at);
  }

  async published(connection: string): Promise<readonly BundleRecord[]> {
    return ((await this.look((state) => state.bundles(connection, 'published'))) ?? []).toReversed();
  }

  path({ connection, name, state }: BundleRecord): string {
    const folder = state === 'held' ? 'withheld' : 'bundles';
    return join(this.home, folder, connection, `${name ?? ''}.zip`);
  }
}
