/** Deliveries that would overwrite each other's files, or those of this program. */
import { realpathSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { fillName } from '../model/remote-name.js';
import { profileNamed } from '../profiles/index.js';
import { demandsFor, demandsOf } from '../profiles/profile.js';
import { DEFAULT_HOME } from './defaults.js';
import { DEFAULT_NAME } from './delivery.js';
import { formatPath, type Finding, type Place, type Places } from './places.js';

export function clashingDeliveries(places: Places, folder: string): readonly Finding[] {
  const deliveries = deliveriesIn(places, folder);
  return [...insideHome(places, deliveries, folder), ...repeatedFiles(deliveries)];
}

interface Written {
  /** `connections[0].delivery.folder`. */
  readonly path: string;
  readonly place: Place;
  readonly isFolder: boolean;
  /** Absolute; of a folder of this machine. */
  readonly folder: string;
  /** Every file that it may write, each by its whole address. */
  readonly files: readonly string[];
}

function insideHome(places: Places, deliveries: readonly Written[], folder: string): readonly Finding[] {
  const written = places.get('home')?.value ?? DEFAULT_HOME;
  if (typeof written !== 'string') return [];
  const home = real(resolve(folder, written));
  return deliveries.flatMap((delivery) => {
    if (!delivery.isFolder) return [];
    const way = relative(home, delivery.folder);
    const isOutside = way === '..' || way.startsWith('../') || way.startsWith('..\\') || resolve(way) === way;
    if (isOutside) return [];
    const message = `must be outside home (${home}): a delivery would overwrite the program's files`;
    return [{ path: `${delivery.path}.path`, offset: delivery.place.valueAt, message }];
  });
}

/** The later one replaces the file of the earlier one, and both nights look good. */
function repeatedFiles(deliveries: readonly Written[]): readonly Finding[] {
  const firstByFile = new Map<string, string>();
  return deliveries.flatMap(({ path, place, files }) => {
    const first = files.map((file) => firstByFile.get(file)).find((each) => each !== undefined);
    for (const file of files) if (!firstByFile.has(file)) firstByFile.set(file, path);
    if (first === undefined) return [];
    const message = `writes the same file as ${first}: each connection needs its own path or name`;
    return [{ path: `${path}.path`, offset: place.valueAt, message }];
  });
}

function deliveriesIn(places: Places, folder: string): readonly Written[] {
  const list = places.get('connections')?.value;
  return (Array.isArray(list) ? list : []).flatMap((_, at) =>
    deliveryIn(places, ['connections', at], folder),
  );
}

function deliveryIn(places: Places, segments: readonly [string, number], folder: string): readonly Written[] {
  const textAt = (...more: readonly string[]): string | undefined => {
    const value = places.get(formatPath([...segments, ...more]))?.value;
    return typeof value === 'string' ? value : undefined;
  };
  const kind = ['sftp', 'openssh', 'folder'].find((each) =>
    places.has(formatPath([...segments, 'delivery', each])),
  );
  if (kind === undefined) return [];
  const path = formatPath([...segments, 'delivery', kind]);
  const place = places.get(`${path}.path`);
  const written = textAt('delivery', kind, 'path');
  if (place === undefined || written === undefined) return [];
  const isFolder = kind === 'folder';
  const remote = isFolder ? real(resolve(folder, written)) : posix.normalize(written).replace(/(.)\/$/, '$1');
  const port = places.get(`${path}.port`)?.value;
  const host = (textAt('delivery', kind, 'host') ?? '').toLowerCase();
  const user = textAt('delivery', kind, 'user') ?? '';
  const server = isFolder ? 'file:' : `${user}@${host}:${typeof port === 'number' ? port : 22}:`;
  const names = namesOf(textAt, kind);
  return [
    { path, place, isFolder, folder: remote, files: names.map((name) => `${server}${remote}/${name}`) },
  ];
}

/** Every name that it may write in one night: the first bundle of a delta is a bulk one. */
function namesOf(
  textAt: (...keys: readonly string[]) => string | undefined,
  kind: string,
): readonly string[] {
  const version = textAt('version') === '1.2' ? '1.2' : '1.1';
  const demands = demandsFor(profileNamed(textAt('profile') ?? ''), version);
  const isLoose = demandsOf(demands, 'loose-files').length > 0;
  if ((textAt('delivery', 'files') ?? (isLoose ? 'loose' : 'zip')) === 'loose') return ['manifest.csv'];
  const name = textAt('delivery', kind, 'name') ?? demandsOf(demands, 'zip-name')[0]?.name ?? DEFAULT_NAME;
  const connection = textAt('name') ?? '';
  const modes = textAt('mode') === 'delta' ? (['bulk', 'delta'] as const) : (['bulk'] as const);
  const bundle = { madeAt: new Date(0), timezone: 'UTC', connection, version } as const;
  return [...new Set(modes.map((mode) => fillName(name, { ...bundle, mode })))];
}

/** Through links, as far as the path exists. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(real(parent), path.slice(parent.length));
  }
}
