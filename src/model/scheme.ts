/** What a bundle has in common with the deltas that build on it, as it is recorded with the bundle. */
import type { ConnectionSettings } from './settings.js';

type Settings = Pick<ConnectionSettings, 'version' | 'ids' | 'profile' | 'metadata'>;

/** Between the shape and the columns. */
const COLUMNS = '; columns ';

/** The version, how ids are made, the receiver's shape, and the extension columns. */
export function schemeOf({ version, ids, profile, metadata = [] }: Settings): string {
  const shape = `${version}, ids ${ids}, profile ${profile}`;
  const columns = metadata.map(({ table, name }) => `${table}.metadata.${name}`).sort();
  return columns.length === 0 ? shape : `${shape}${COLUMNS}${columns.join(' ')}`;
}

export interface Scheme {
  /** A delta on a base of another shape would duplicate or lose records. */
  readonly shape: string;
  /** Extension columns, `table.metadata.name`. */
  readonly columns: readonly string[];
}

export function readScheme(scheme: string): Scheme {
  const [shape = '', columns] = scheme.split(COLUMNS);
  return { shape, columns: columns?.split(' ') ?? [] };
}
