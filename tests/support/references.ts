/** Which references of an outcome name a record that is not there, by the declaration of the tables. */
import { versions } from '../../src/oneroster/versions.js';
import type { Version } from './connections.js';
import type { Outcome } from './outcome.js';

export function danglingReferences(outcome: Outcome, version: Version): readonly string[] {
  const ids = new Map(
    versions[version].tables.map(({ name }) => [
      name,
      new Set(outcome.rows(name).map((row) => row['sourcedId'] ?? '')),
    ]),
  );
  return versions[version].tables.flatMap(({ name, columns }) =>
    columns.flatMap((column) => {
      const targets = column.refers === undefined ? undefined : ids.get(column.refers);
      if (targets === undefined) return [];
      return outcome
        .rows(name)
        .flatMap((row) => (row[column.name] ?? '').split(',').filter((id) => id !== ''))
        .filter((id) => !targets.has(id))
        .map((id) => `${name}.${column.name} ${id}`);
    }),
  );
}

/** Ids that stand twice in one table. */
export function repeatedIds(outcome: Outcome, version: Version): readonly string[] {
  return versions[version].tables.flatMap(({ name }) => {
    const ids = outcome.rows(name).map((row) => row['sourcedId'] ?? '');
    return ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${name} ${id}`);
  });
}
