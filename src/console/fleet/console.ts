/** The console of a fleet: a list of its districts, and under `/d/DISTRICT/` the pages of each. */
import type { Env as Environment } from '../../config/references.js';
import { openFleet } from '../../fleet/database.js';
import type { PostgresConnectionSettings } from '../../model/settings.js';
import { serve, type RunningConsole, type Serving } from '../serving.js';
import { fleetApp } from './app.js';
import { DistrictPages } from './district-pages.js';

export interface FleetConsoleRequest extends Serving {
  readonly database: PostgresConnectionSettings;
  /** For the references in the configs of the districts. */
  readonly env: Environment;
  /** Path of `cli.js`. */
  readonly program: string;
}

/** Throws ExportError `usage` where nothing can listen there, or where `fleet init` has not run. */
export async function startFleetConsole(request: FleetConsoleRequest): Promise<RunningConsole> {
  const database = await openFleet(request.database);
  const pages = new DistrictPages(request);
  const stop = async (): Promise<void> => {
    await pages.stop();
    await database.close();
  };
  try {
    return await serve(request, {
      app: (front, signIn) => fleetApp({ ...front, database, pages }, signIn),
      stop,
    });
  } catch (error) {
    await stop();
    throw error;
  }
}
