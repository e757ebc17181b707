/** Opens the state where the config has it: in a file of the home folder, or in a PostgreSQL database. */
import type { Config } from '../model/settings.js';
import { State } from './state.js';

/** `file`: path of the file, where the state is in one. */
export interface StatePlace {
  readonly settings: Config['state'];
  readonly file: string;
}

/** Creates it or brings it up to date. Throws ExportError `home` where it cannot be written. */
export async function openState({ settings, file }: StatePlace, now: () => Date): Promise<State> {
  if (settings.client === 'better-sqlite3') return await State.open(file, now);
  const { openToWrite } = await import('./postgres.js');
  return State.over(await openToWrite(settings), now);
}

/** For commands that only read: creates and changes nothing. Undefined if no refresh has ever run. */
export async function lookAtState({ settings, file }: StatePlace): Promise<State | undefined> {
  if (settings.client === 'better-sqlite3') return await State.look(file);
  const { openToLook } = await import('./postgres.js');
  const store = await openToLook(settings);
  return store && State.over(store, () => new Date());
}
