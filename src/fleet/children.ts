/** The refresh of a district in a child process: the program itself, with the lease of its worker. */
import { Programs } from '../programs/programs.js';
import type { Child, Order } from './working.js';

/** `program`: path of `cli.js`. */
export function startRefresh(program: string, { night, config, token, sentBy }: Order): Child {
  const programs = new Programs({ program, config });
  const args = ['refresh', '--lease', String(token), ...(night === null ? [] : ['--night', night])];
  const ended = programs.run({ args, actingFor: sentBy });
  return { ended, stop: () => void programs.stop(), kill: () => programs.kill() };
}
