/** Scenes for killing the program: a home folder with a past, and a command that is about to run. */
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleRecord } from '../../src/state/records.js';
import { State } from '../../src/state/state.js';
import { run, start, type Ended, type Running } from '../support/cli.js';
import { ONE_THREAD } from '../support/strace.js';
import { AS_OF, change, configText, makeSite } from './small-district.js';

export const SCENES = ['bulk', 'delta', 'release'] as const;
export type SceneKind = (typeof SCENES)[number];

export const CONNECTIONS = ['library', 'lms'] as const;

/** The clock stands still, so that a delta has the same bytes whenever it is made. */
const STILL = `data:text/javascript,${encodeURIComponent(
  `const D = Date, at = D.parse('2026-10-16T03:00:00Z'); globalThis.Date = class extends D { constructor(...of) { if (of.length > 0) super(...of); else super(at); } static now() { return at; } };`,
)}`;
const NODE = ['--import', STILL];

export class Scene {
  private constructor(
    readonly kind: SceneKind,
    readonly folder: string,
  ) {}

  /** The first night of a district, and what happened since. */
  static async make(kind: SceneKind, folder: string): Promise<Scene> {
    const scene = new Scene(kind, folder);
    const { district, config } = makeSite(folder);
    const mode = kind === 'delta' ? 'delta' : 'bulk';
    // One of six users leaves, and only where there is something to release that is too much.
    const lenient = 'thresholds: { users: 50, enrollments: 50, perSchool: 50 }';
    const strict = kind === 'release' ? 'thresholds: { users: 10 }' : lenient;
    const connections = [
      `  - { name: library, version: 1.1, mode: ${mode}, ${strict} }\n`,
      `  - { name: lms, version: 1.2, mode: ${mode}, ${lenient} }\n`,
    ];
    writeFileSync(config, configText('./home', './district.sqlite', connections.join('')));
    await scene.expectCode(0, scene.refresh());
    change(
      district,
      `UPDATE Identity SET lastName = 'Other' WHERE personID = 12`,
      `UPDATE EmploymentAssignment SET endDate = '2026-10-01' WHERE personID = 22`,
      `UPDATE Roster SET endDate = '2026-10-01' WHERE personID = 13`,
    );
    if (kind === 'release') await scene.expectCode(3, scene.refresh());
    return scene;
  }

  /** The same scene once more, in a folder of its own. */
  copyTo(folder: string): Scene {
    cpSync(this.folder, folder, { recursive: true, verbatimSymlinks: true });
    return new Scene(this.kind, folder);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  get home(): string {
    return join(this.folder, 'home');
  }

  get #config(): readonly string[] {
    return ['--config', join(this.folder, 'oneroster.yaml')];
  }

  /** The command that gets killed. */
  begin(under: readonly string[] = []): Running {
    const args =
      this.kind === 'release'
        ? ['release', 'library', '--reason', 'a closed program', ...this.#config]
        : this.#refreshArgs;
    return start(args, { node: NODE, under, env: ONE_THREAD });
  }

  get #refreshArgs(): readonly string[] {
    return ['refresh', ...this.#config, '--as-of', AS_OF, '--json'];
  }

  /** The night after. */
  async refresh(): Promise<Ended> {
    return await run(this.#refreshArgs, { node: NODE });
  }

  async expectCode(code: number, running: Promise<Ended>): Promise<void> {
    const ended = await running;
    if (ended.code !== code)
      throw new Error(`${this.kind}: left with ${ended.code ?? ''}: ${ended.stderr}${ended.stdout}`);
  }

  async look<T>(
    at: (state: State) => Promise<T>,
    path = join(this.home, 'state.db'),
  ): Promise<T | undefined> {
    const state = await State.look(path);
    try {
      return state && (await at(state));
    } finally {
      await state?.close();
    }
  }

  /** As it was left: opening the database itself would repair what the program must repair. */
  async lookAside<T>(at: (state: State) => Promise<T>): Promise<T | undefined> {
    const aside = join(this.folder, 'aside');
    mkdirSync(aside, { recursive: true });
    for (const name of ['state.db', 'state.db-wal'].filter((each) => existsSync(join(this.home, each)))) {
      copyFileSync(join(this.home, name), join(aside, name));
    }
    const found = await this.look(at, join(aside, 'state.db'));
    rmSync(aside, { recursive: true });
    return found;
  }

  async published(connection: string): Promise<readonly BundleRecord[]> {
    return ((await this.look((state) => state.bundles(connection, 'published'))) ?? []).toReversed();
  }

  path({ connection, name }: BundleRecord): string {
    return join(this.home, 'bundles', connection, `${name ?? ''}.zip`);
  }
}
