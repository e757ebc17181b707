/** What every command gets beside its own arguments and options. */
import type { Config } from '../model/settings.js';
import type { Terminal } from './terminal.js';

export interface Call {
  readonly config: Config;
  readonly terminal: Terminal;
  readonly now: Date;
  /** Version of this program. */
  readonly program: string;
  /** Requests a stop at the next safe point. */
  readonly signal?: AbortSignal;
}
