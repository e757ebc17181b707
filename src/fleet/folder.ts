/**
 * Takes the folder of a fleet: `fleet.yaml`, and a folder for each district with its `oneroster.yaml`. Gives the districts that are fit,
 * and for each of the others every problem of its config: one broken district keeps no other from its night.
 */
import { readdirSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { unknownDistrictsInGrants } from '../config/across-console.js';
import type { WrittenFleet } from '../config/fleet-declaration.js';
import {
  DISTRICT_FILE,
  FLEET_FILE,
  readFleetFile,
  requireFit,
  type FleetFile,
} from '../config/fleet-file.js';
import { readUnder } from '../config/load.js';
import { consoleOf, postgresOf } from '../config/normalize.js';
import { findingAt, keysAt, type Finding, type Places } from '../config/places.js';
import type { Env } from '../config/references.js';
import { ExportError } from '../model/errors.js';
import { didYouMean } from '../model/nearest.js';
import type { ConsoleSettings, PostgresConnectionSettings } from '../model/settings.js';
import type { District } from './model.js';

/** A district that is left out, with the error that says why. */
export interface UnfitDistrict {
  readonly name: string;
  readonly error: ExportError;
}

export interface ReadFleet {
  readonly districts: readonly District[];
  readonly unfit: readonly UnfitDistrict[];
  readonly database: PostgresConnectionSettings;
  /** How many refreshes may read from a host at once: also one of districts that are left out. */
  readonly mostAt: (host: string) => number;
}

/** What `fleet.yaml` says for all districts; none of their configs is read. */
export interface FleetSettings {
  readonly database: PostgresConnectionSettings;
  readonly console: ConsoleSettings;
}

/** Throws ExportError `config` where `fleet.yaml` has problems. */
export async function readFleetSettings(folder: string, env: Env): Promise<FleetSettings> {
  const file = await readFleetFile(join(resolve(folder), FLEET_FILE), env);
  const written = requireFit(file);
  return {
    database: postgresOf(written.database, file.folder),
    console: consoleOf(written.console, file.folder),
  };
}

/** Throws ExportError `config` where `fleet.yaml` itself has problems, or names districts that are not there. */
export async function readFleet(folder: string, env: Env): Promise<ReadFleet> {
  const root = resolve(folder);
  const names = districtFolders(root);
  const file = await readFleetFile(join(root, FLEET_FILE), env, (places) => [
    ...unknownDistricts(places, names),
    ...unknownHosts(places),
    ...unknownDistrictsInGrants(places, names),
  ]);
  const written = requireFit(file);
  const districts: District[] = [];
  const unfit: UnfitDistrict[] = [];
  for (const name of names) {
    try {
      districts.push(await readDistrict(file, name, written, env));
    } catch (error) {
      if (!(error instanceof ExportError)) throw error;
      unfit.push({ name, error });
    }
  }
  const mostAt = (host: string): number => written.hosts[host]?.maxPerHost ?? written.maxPerHost;
  return {
    districts,
    unfit,
    database: postgresOf(written.database, root),
    mostAt,
  };
}

/** In the order of their names; folders without a config are of no district, such as one of shared keys. */
function districtFolders(root: string): readonly string[] {
  try {
    return readdirSync(root, { withFileTypes: true })
      .filter((each) => each.isDirectory() && existsSync(join(root, each.name, DISTRICT_FILE)))
      .map(({ name }) => name)
      .sort();
  } catch (cause) {
    throw new ExportError(
      'config',
      `The folder of the fleet ${root} cannot be read: give the folder that has ${FLEET_FILE}.`,
      [],
      { cause },
    );
  }
}

async function readDistrict(
  file: FleetFile,
  name: string,
  written: WrittenFleet,
  env: Env,
): Promise<District> {
  const path = join(file.folder, name, DISTRICT_FILE);
  const { config } = await readUnder(file, { path, env });
  const { schedule, districts } = written;
  const { host = name, labels = [], start, timezone, deliverBy } = districts[name] ?? {};
  return {
    name,
    config: path,
    connections: config.connections.map((connection) => connection.name),
    host,
    labels,
    start: start ?? schedule.start,
    timezone: timezone ?? schedule.timezone ?? config.timezone,
    windowMinutes: schedule.windowMinutes,
    ...(deliverBy !== undefined && { deliverBy }),
  };
}

const unknownDistricts = (places: Places, names: readonly string[]): readonly Finding[] =>
  keysAt(places, ['districts'])
    .filter((name) => !names.includes(name))
    .map((name) =>
      findingAt(
        places,
        ['districts', name],
        `has no folder with ${DISTRICT_FILE} beside ${FLEET_FILE}${didYouMean(name, names) ?? ''}`,
      ),
    );

/** A number for a host that no district names changes nothing, which is seldom what was meant. */
function unknownHosts(places: Places): readonly Finding[] {
  const used = keysAt(places, ['districts']).flatMap((name) => {
    const host = places.get(`districts.${name}.host`)?.value;
    return typeof host === 'string' ? [host] : [];
  });
  return keysAt(places, ['hosts'])
    .filter((host) => !used.includes(host))
    .map((host) =>
      findingAt(
        places,
        ['hosts', host],
        `is the host of no district in districts${didYouMean(host, used) ?? ''}`,
      ),
    );
}
