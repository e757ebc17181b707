/** Opens the state where the config has it: in a file of the home folder, or in a PostgreSQL database. */
import type { Config } from '../model/settings.js';
import { openToWrite } from './sqlite.js';
import { State } from './state.js';
import type { Store } from './store.js';

/** `file`: path of the file, where the state is in one. */
export interface StatePlace {
  readonly settings: Config['state'];
  readonly file: string;
}

/** Creates it or brings it up to date. Throws ExportError `home` where it cannot be written. */
export async function openStore({ settings, file }: StatePlace): Promise<Store> {
  if (settings.client === 'better-sqlite3') return await openToWrite(file);
  const { openToWrite: openPostgres } = await import('./postgres.js');
  return await openPostgres(settings);
}

/** For the holder of the home's lock, and for notes beside a refresh: what is written is not tied to a lease. */
export async function openState(place: StatePlace, now: () => Date): Promise<State> {
  return State.over(await openStore(place), now);
}

/** For commands that only read: creates and changes nothing. Undefined if no refresh has ever run. */
export async function lookAtState({ settings, file }: StatePlace): Promise<State | undefined> {
  if (settings.client === 'better-sqlite3') return await State.look(file);
  const { openToLook } = await import('./postgres.js');
  const store = await openToLook(settings);
  return store && State.over(store, () => new Date());
}
