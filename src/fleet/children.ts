/** The refresh of a district in a child process: the program itself, with the lease of its worker. */
import { Programs } from '../programs/programs.js';
import { SCHEDULE } from './planner.js';
import type { NewJob } from './job.js';
import type { Child } from './worker.js';

/** `program`: path of `cli.js`. `onStderr`: what it reported, once it has ended. */
export function startRefresh(
  program: string,
  { night, sentBy }: Pick<NewJob, 'night'> & { readonly sentBy?: string },
  config: string,
  token: number,
): Child {
  const programs = new Programs({ program, config });
  const args = ['refresh', '--lease', String(token), ...(night === null ? [] : ['--night', night])];
  const ended = programs.run({ args, actingFor: sentBy ?? SCHEDULE });
  return { ended, stop: () => void programs.stop(), kill: () => programs.kill() };
}
