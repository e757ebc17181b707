/** Connections by name. */
import { ExportError } from './errors.js';
import type { Config, ConnectionSettings } from './settings.js';

/** In the order of the config; all of them where none is named. Throws ExportError `usage` that lists the unknown names. */
export function connectionsNamed(
  { connections }: Pick<Config, 'connections'>,
  wanted: readonly string[],
): readonly ConnectionSettings[] {
  const known = connections.map(({ name }) => name);
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new ExportError(
      'usage',
      `The config has no connection ${unknown.join(', ')}. It has: ${known.join(', ')}.`,
    );
  return connections.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
}

/** Throws ExportError `usage` where there is no such connection. */
export function connectionNamed(config: Pick<Config, 'connections'>, wanted: string): ConnectionSettings {
  const [found] = connectionsNamed(config, [wanted]);
  if (found === undefined) throw new ExportError('usage', `The config has no connection ${wanted}.`);
  return found;
}
