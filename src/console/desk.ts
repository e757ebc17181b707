/** What all routes of the console share. */
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Config, ConsoleSettings } from '../model/settings.js';
import type { Home } from '../home/home.js';
import { lookAtState } from '../state/open.js';
import type { State } from '../state/state.js';
import type { Person } from './access.js';
import type { Limiter } from './counters.js';
import type { Jobs } from './jobs.js';
import type { Programs } from '../programs/programs.js';
import type { Session, Sessions } from './sessions.js';

export interface Variables {
  /** Set behind the sign-in. */
  session: Session;
}

export interface Env {
  /** `within`: of a request that the console of a fleet hands to the pages of a district. */
  Bindings: HttpBindings & { readonly within?: Session };
  Variables: Variables;
}

export type Request = Context<Env>;

/** Of the console of one district, or of a fleet. */
export interface FrontDesk {
  readonly console: ConsoleSettings;
  /** Version of this program. */
  readonly version: string;
  /** The address that people open. */
  readonly publicUrl: URL;
  readonly sessions: Sessions;
  readonly limits: {
    readonly signIn: Limiter;
    readonly search: Limiter;
    readonly start: Limiter;
  };
  readonly now: () => Date;
  /** One line of JSON: ids, codes and paths, no personal data. */
  readonly log: (line: object) => void;
  /** Private folder for lists of records, one folder for each job. */
  readonly lists: string;
  /** Ends the event streams that are open. */
  readonly streams: Set<() => void>;
}

/** Of the pages of one district. */
export interface Desk extends FrontDesk {
  readonly config: Config;
  readonly home: Home;
  readonly jobs: Jobs;
  readonly programs: Programs;
}

/** The state as of now, for reading; undefined while no refresh has ever run. */
export async function withState<T>(
  { home, config }: Pick<Desk, 'home' | 'config'>,
  read: (state: State | undefined) => Promise<T> | T,
): Promise<T> {
  const state = await lookAtState({ settings: config.state, file: home.state });
  try {
    return await read(state);
  } finally {
    await state?.close();
  }
}

export const personIn = (c: Request): Person => c.get('session').person;

/** The address of the connection, never that of a header. */
export function addressOf(c: Request): string {
  const { incoming } = c.env;
  return (incoming.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** For the audit trail of the program that does the work. */
export const actingFor = (c: Request): string => `${personIn(c).login} (${addressOf(c)})`;
