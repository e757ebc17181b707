/** What every command of a fleet gets beside its own arguments and options. */
import type { Env } from '../../config/references.js';
import { openFleet, type FleetDatabase } from '../../fleet/database.js';
import { readFleetSettings } from '../../fleet/folder.js';
import type { PostgresConnectionSettings } from '../../model/settings.js';
import type { Terminal } from '../terminal.js';

export interface FleetCall {
  /** The folder with `fleet.yaml`. */
  readonly folder: string;
  readonly env: Env;
  readonly terminal: Terminal;
  readonly now: Date;
}

/** The database that `fleet.yaml` names is closed when `work` has ended. */
export async function withDatabase<T>(
  { folder, env }: FleetCall,
  work: (database: FleetDatabase) => Promise<T>,
): Promise<T> {
  return await withOpened((await readFleetSettings(folder, env)).database, work);
}

export async function withOpened<T>(
  settings: PostgresConnectionSettings,
  work: (database: FleetDatabase) => Promise<T>,
): Promise<T> {
  const database = await openFleet(settings);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

export const NO_WORKER = 'No worker is running: start one with oneroster-export fleet worker.\n';

export const asJson = (document: object): string => `${JSON.stringify(document, undefined, 2)}\n`;
