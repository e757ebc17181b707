/** Columns of the SIS that settings of connections name, gathered to reads. */
import { sisTables, type SisTable } from '../campus/tables.js';
import type { MetadataRead, TableMapping } from '../model/settings.js';

/** A column as a setting names it. */
export interface WrittenColumn {
  readonly table: string;
  readonly key: string;
  readonly column: string;
  readonly where?: Readonly<Record<string, string>> | undefined;
}

/** `Table.column`, where the table may have a schema. */
export function columnNamed(name: string, key: string): WrittenColumn {
  const dot = name.lastIndexOf('.');
  return { table: name.slice(0, dot), key, column: name.slice(dot + 1) };
}

export interface Wanted {
  /** Path of the setting, for messages. */
  readonly path: string;
  readonly column: WrittenColumn;
  /** Which id the key holds. */
  readonly by?: MetadataRead['by'] | undefined;
}

/** What the columns are for: one purpose does not change which row is read for another. */
export type Purpose = 'metadata' | 'values' | 'declared';

/**
 * Values of one table, key and condition are read together, so that they come from one row where a key has several. Reads of one
 * connection do not depend on the others: which row comes first depends on the columns.
 */
export function gathered(
  purpose: Purpose,
  wanted: readonly Wanted[],
  mapping: TableMapping | undefined,
): readonly MetadataRead[] {
  const groups = new Map<string, Group>();
  for (const { path, column, by } of wanted) {
    const source = sourceOf(column, mapping);
    const group = JSON.stringify([
      purpose,
      source.table,
      source.key,
      by,
      Object.entries(source.where).sort(),
    ]);
    const { columns, usedFor } = groups.get(group) ?? { columns: new Set(), usedFor: new Set() };
    groups.set(group, { source, by, columns: columns.add(source.column), usedFor: usedFor.add(path) });
  }
  return [...groups].map(([group, { source, by, columns, usedFor }]) => {
    const { table, key, where } = source;
    const sorted = [...columns].sort();
    return {
      id: JSON.stringify([group, sorted]),
      table,
      key,
      ...(by !== undefined && { by }),
      columns: sorted,
      where,
      usedFor: [...usedFor],
      ...(purpose === 'declared' && { isDeclared: true }),
    };
  });
}

interface Group {
  readonly source: Source;
  readonly by: MetadataRead['by'] | undefined;
  readonly columns: Set<string>;
  readonly usedFor: Set<string>;
}

interface Source extends Pick<MetadataRead, 'table' | 'key' | 'where'> {
  readonly column: string;
}

/** Names in the spelling of the declaration or of the mapping, which compare by it; SQL ignores case. */
export function sourceOf(written: WrittenColumn, mapping: TableMapping = {}): Source {
  const declared = sisTables as readonly SisTable[];
  const table = spelled(written.table, [...declared.map(({ name }) => name), ...Object.keys(mapping)]);
  const columns = [
    ...(declared.find(({ name }) => name === table)?.columns ?? []).map(({ name }) => name),
    ...Object.keys(mapping[table]?.columns ?? {}),
  ];
  const where = Object.entries(written.where ?? {}).map(
    ([name, value]) => [spelled(name, columns), value.trim()] as const,
  );
  return {
    table,
    key: spelled(written.key, columns),
    column: spelled(written.column, columns),
    where: Object.fromEntries(where),
  };
}

const spelled = (written: string, names: readonly string[]): string =>
  names.find((name) => name.toLowerCase() === written.trim().toLowerCase()) ?? written.trim();
