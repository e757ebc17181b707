/**
 * The web console of one district: for people without a shell. It reads the state itself; everything that reads the SIS or changes the
 * home is done by the program in a child process. Pages and their gates are in `app.ts`, listening and stopping in `serving.ts`.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../model/settings.js';
import { homeAt } from '../home/home.js';
import type { Programs } from '../programs/programs.js';
import { consoleApp } from './app.js';
import type { Desk, FrontDesk } from './desk.js';
import { Jobs } from './jobs.js';
import { serve, type RunningConsole, type Serving } from './serving.js';

export interface ConsoleRequest extends Omit<Serving, 'console'> {
  readonly config: Config;
  /** What it starts. */
  readonly programs: Programs;
}

/** Throws ExportError `usage` where nothing can listen there, `config` where a certificate cannot be used. */
export async function startConsole(request: ConsoleRequest): Promise<RunningConsole> {
  const { config, programs } = request;
  return await serve(
    { ...request, console: config.console },
    {
      app: (front, signIn) => consoleApp(deskOver(front, config, programs), signIn),
      stop: () => programs.stop(),
    },
  );
}

/** The desk of one district; its jobs are kept with it. */
export const deskOver = (
  front: FrontDesk,
  config: Config,
  programs: Programs,
  jobs = jobsOf(front, programs),
): Desk => ({ ...front, config, home: homeAt(config.home), programs, jobs });

export const jobsOf = ({ lists, now }: FrontDesk, programs: Programs): Jobs =>
  new Jobs(programs, now, (id) => {
    for (const name of [id, `${id}.zip`]) rmSync(join(lists, name), { recursive: true, force: true });
  });
