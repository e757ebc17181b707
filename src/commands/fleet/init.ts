/** `fleet init`: creates the tables of a fleet in its database, or brings them up to date. */
import { makeFleetTables } from '../../fleet/database.js';
import { readFleetSettings } from '../../fleet/folder.js';
import { Queue } from '../../fleet/queue.js';
import { asJson, type FleetCall } from './call.js';

export interface FleetInitOptions {
  readonly json?: boolean;
}

export async function fleetInitCommand(
  { folder, env, terminal: { out } }: FleetCall,
  { json }: FleetInitOptions,
): Promise<void> {
  const settings = (await readFleetSettings(folder, env)).database;
  const database = await makeFleetTables(settings);
  try {
    await Queue.make(database);
  } finally {
    await database.close();
  }
  const { host, database: name } = settings;
  out(
    json === true
      ? asJson({ host, database: name })
      : `The database ${name} on ${host} is ready for the fleet. Next: oneroster-export fleet apply\n`,
  );
}
