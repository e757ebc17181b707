/**
 * A district's config in a fleet: its own file, under it the defaults of `fleet.yaml`, and over both what the fleet decides, the home
 * and the state. One list of places spans both files, so that settings are compared as if one file had them all.
 */
import { basename, dirname, resolve } from 'node:path';
import { ExportError, type Problem } from '../model/errors.js';
import type { WrittenConfig } from './config.js';
import { DEFAULT_HOME } from './defaults.js';
import { isDistrictName } from './fleet-declaration.js';
import type { FleetFile } from './fleet-file.js';
import type { FolderOf } from './normalize.js';
import { findingAt, type Place, type Places } from './places.js';
import type { Reading } from './read.js';
import type { Syntax } from './syntax.js';

export interface Layers extends Reading {
  readonly problemAt: Syntax['problemAt'];
  readonly folderOf: FolderOf;
}

/** `path`: of the config's own file. */
export function layered(
  path: string,
  own: Reading & Pick<Syntax, 'problemAt'>,
  fleet: FleetFile | undefined,
): Layers {
  const folder = dirname(resolve(path));
  return fleet === undefined ? { ...own, folderOf: () => folder } : under(fleet, folder, own);
}

/** Offsets from here on are of `fleet.yaml`; a config may have far fewer bytes. */
const FLEET_AT = 2 ** 40;

const DECIDED = ['home', 'state'] as const;
const ALWAYS: readonly string[] = DECIDED;

function under(fleet: FleetFile, folder: string, own: Reading & Pick<Syntax, 'problemAt'>): Layers {
  const district = districtOf(folder);
  const settings = groupOf(own.value);
  const isOwn = (setting: string): boolean => !ALWAYS.includes(setting) && Object.hasOwn(settings, setting);
  const { defaults, database, home } = groupOf(fleet.value);
  const value = {
    ...groupOf(defaults),
    ...settings,
    home: resolve(fleet.folder, typeof home === 'string' ? home : DEFAULT_HOME, district),
    state: { client: 'pg', district, connection: database },
  };
  const places = placesOf(own.places, fleet, isOwn);
  places.set('home', { ...atFleet(fleet, 'home'), value: value.home });
  return {
    value,
    places,
    problems: [
      ...own.problems.filter(({ path }) => !isDecided(path)),
      ...DECIDED.filter((setting) => own.places.has(setting)).map((setting) => decidedAbove(own, setting)),
      ...fleet.problems.map((problem) => ({ ...problem, file: fleet.path })),
    ],
    problemAt: (offset, path, message) =>
      offset < FLEET_AT
        ? own.problemAt(offset, path, message)
        : { ...fleet.problemAt(offset - FLEET_AT, pathInFleet(path), message), file: fleet.path },
    folderOf: (setting: keyof WrittenConfig) => (isOwn(setting) ? folder : fleet.folder),
  };
}

function districtOf(folder: string): string {
  const name = basename(folder);
  if (isDistrictName(name)) return name;
  throw new ExportError(
    'config',
    `The folder ${name} is no name of a district: use lowercase letters, digits and hyphens.`,
  );
}

function decidedAbove({ places, problemAt }: Reading & Pick<Syntax, 'problemAt'>, setting: string): Problem {
  const message = 'is set by fleet.yaml for all districts: remove it';
  const { path, offset } = findingAt(places, [setting], message);
  return problemAt(offset, path, message);
}

/** Those of the district without what the fleet decides, and those of the fleet under the names that a config has for them. */
function placesOf(own: Places, fleet: FleetFile, isOwn: (setting: string) => boolean): Places {
  const places: Places = new Map([...own].filter(([path]) => !isDecided(path)));
  for (const [path, place] of fleet.places) {
    const name = nameInConfig(path);
    if (name !== undefined && !isOwn(settingOf(name))) places.set(name, moved(place));
  }
  for (const path of ['state', 'state.client', 'state.district'])
    places.set(path, atFleet(fleet, 'database'));
  return places;
}

function nameInConfig(path: string): string | undefined {
  if (/^database\b/.test(path)) return path.replace('database', 'state.connection');
  return path.startsWith('defaults.') ? path.slice('defaults.'.length) : undefined;
}

const pathInFleet = (path: string): string => {
  if (settingOf(path) === 'home') return path;
  return settingOf(path) === 'state' ? path.replace(/^state(\.connection)?/, 'database') : `defaults.${path}`;
};

const settingOf = (path: string): string => /^[\w-]*/.exec(path)?.[0] ?? '';
const isDecided = (path: string): boolean => ALWAYS.includes(settingOf(path));

const atFleet = ({ places }: FleetFile, path: string): Place =>
  moved(places.get(path) ?? { keyAt: 0, valueAt: 0, value: undefined, isReferred: false });

const moved = (place: Place): Place => ({
  ...place,
  keyAt: place.keyAt + FLEET_AT,
  valueAt: place.valueAt + FLEET_AT,
});

const groupOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
