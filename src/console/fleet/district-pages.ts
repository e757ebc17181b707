/** The pages of each district that someone has opened, over its config as it is now. */
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Hono } from 'hono';
import { getPath } from 'hono/utils/url';
import { FLEET_FILE } from '../../config/fleet-file.js';
import { loadConfig } from '../../config/load.js';
import type { Env as Environment } from '../../config/references.js';
import { Programs } from '../../programs/programs.js';
import { districtRoutes } from '../app.js';
import { deskOver, jobsOf } from '../console.js';
import type { Env, FrontDesk } from '../desk.js';
import type { Jobs } from '../jobs.js';
import { notFound } from '../refusals.js';
import { baseOf } from '../sessions.js';

/** What a district keeps while its config changes. */
interface Opened {
  readonly programs: Programs;
  readonly jobs: Jobs;
  /** When its files were changed. */
  readonly stamp: string;
  readonly app: Hono<Env>;
}

export interface DistrictPagesOptions {
  readonly env: Environment;
  /** Path of `cli.js`. */
  readonly program: string;
}

/** More than people look at in a day; the oldest is opened anew when someone comes back. */
const MOST_OPEN = 300;

export class DistrictPages {
  readonly #opened = new Map<string, Opened>();

  constructor(private readonly options: DistrictPagesOptions) {}

  /** `config`: its absolute path. Throws ExportError `config` where the config has problems now. */
  async of(front: FrontDesk, district: string, config: string): Promise<Hono<Env>> {
    const stamp = stampOf(config);
    const known = this.#opened.get(district);
    if (known?.stamp === stamp) return known.app;
    const settings = await loadConfig(config, this.options.env);
    const programs = known?.programs ?? new Programs({ program: this.options.program, config });
    const jobs = known?.jobs ?? jobsOf(front, programs);
    const app = appOf(district);
    districtRoutes(app, deskOver(front, settings, programs, jobs));
    this.#opened.set(district, { programs, jobs, stamp, app });
    this.#forgetOldest();
    return app;
  }

  /** Ends what their pages have started, at its next safe point. */
  async stop(): Promise<void> {
    await Promise.all([...this.#opened.values()].map(({ programs }) => programs.stop()));
  }

  #forgetOldest(): void {
    if (this.#opened.size <= MOST_OPEN) return;
    const idle = [...this.#opened].find(
      ([, { programs, jobs }]) => programs.running === 0 && jobs.all().length === 0,
    );
    if (idle !== undefined) this.#opened.delete(idle[0]);
  }
}

/** Its gates are those of the whole console; an error is explained there, too. */
function appOf(district: string): Hono<Env> {
  const base = baseOf({ district });
  const app = new Hono<Env>({ getPath: (request) => getPath(request).slice(base.length) });
  app.notFound((c) => notFound(c));
  app.onError((error) => {
    throw error;
  });
  app.use(async (c, next) => {
    const { within } = c.env;
    if (within !== undefined) c.set('session', within);
    await next();
  });
  return app;
}

function stampOf(config: string): string {
  const files = [config, join(dirname(dirname(config)), FLEET_FILE)];
  return files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 'none').join(' ');
}
