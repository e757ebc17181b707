/** `fleet console`: the web pages of all districts, until it is stopped. */
import { startFleetConsole } from '../../console/fleet/console.js';
import { readFleetSettings } from '../../fleet/folder.js';
import { THIS_PROGRAM } from '../../programs/programs.js';
import { showConsole } from '../console.js';
import type { FleetCall } from './call.js';

export interface FleetConsoleOptions {
  /** IP address and port, instead of the one in `fleet.yaml`. */
  readonly listen?: string;
}

/** Returns once the signal has come and everything has ended. */
export async function fleetConsoleCommand(
  { folder, env, terminal, version }: FleetCall & { readonly version: string },
  options: FleetConsoleOptions,
  signal: AbortSignal,
): Promise<void> {
  const { database, console: settings } = await readFleetSettings(folder, env);
  await showConsole({ settings, listen: options.listen, terminal, version, signal }, (serving) =>
    startFleetConsole({
      ...serving,
      database,
      env,
      program: THIS_PROGRAM,
    }),
  );
}
