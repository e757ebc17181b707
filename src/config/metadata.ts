/** `metadata` of the connections in the form in which it is used: what is read from the SIS, and which column it fills. */
import { sisTables, type SisTable } from '../campus/tables.js';
import type { MetadataColumn, MetadataRead, TableMapping } from '../model/settings.js';
import { ENTITY_IDS, type EntityId } from '../oneroster/extensions.js';
import type { WrittenConnection } from './config.js';
import { known } from './known.js';

type WrittenColumn = NonNullable<WrittenConnection['metadata']>[string][string];

/** Which id the key column holds; undefined if neither its name nor `holds` is one of them. */
export function entityOf({
  key,
  holds,
}: {
  readonly key: string;
  readonly holds?: string | undefined;
}): EntityId | undefined {
  const name = (holds ?? key).trim().toLowerCase();
  return ENTITY_IDS.find((each) => each.toLowerCase() === name);
}

const SECRET = /^(ssn|social_?security\w*|password\w*|passwd|pwd|\w*_?ssn)$/i;

export const isSecretColumn = (column: string): boolean => SECRET.test(column.trim());

/** What all connections read, each once. */
export function readsOf(
  connections: readonly WrittenConnection[],
  mapping: TableMapping | undefined,
): readonly MetadataRead[] {
  const reads = new Map<string, MetadataRead>();
  for (const { name, metadata } of connections) {
    for (const read of readsOfConnection(metadata, mapping)) {
      const usedFor = read.usedFor.map((path) => `${path} of ${name}`);
      const same = reads.get(read.id);
      reads.set(read.id, { ...read, usedFor: [...(same?.usedFor ?? []), ...usedFor] });
    }
  }
  return [...reads.values()];
}

/** In the order of the config. */
export function metadataOf(
  metadata: NonNullable<WrittenConnection['metadata']>,
  mapping: TableMapping | undefined,
): readonly MetadataColumn[] {
  const reads = readsOfConnection(metadata, mapping);
  return entriesOf(metadata).map(({ path, table, name, column }) => {
    const { default: otherwise, ...values } = column.map ?? {};
    const read = reads.find(({ usedFor }) => usedFor.includes(path));
    return {
      table,
      name,
      by: entityOf(column) ?? 'personID',
      read: read?.id ?? '',
      column: sourceOf(column, mapping).column,
      ...known({ map: column.map && keyed(values), otherwise }),
    };
  });
}

const keyed = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(values).map(([value, sent]) => [value.trim().toLowerCase(), sent.trim()]),
  );

/**
 * Values of one table, key and condition are read together, so that they come from one row where a key has several. Reads of one
 * connection do not depend on the others: which row comes first depends on the columns.
 */
function readsOfConnection(
  metadata: WrittenConnection['metadata'] = {},
  mapping: TableMapping | undefined,
): readonly MetadataRead[] {
  const groups = new Map<string, { source: Source; columns: Set<string>; usedFor: string[] }>();
  for (const { path, column } of entriesOf(metadata)) {
    const source = sourceOf(column, mapping);
    const group = JSON.stringify([source.table, source.key, Object.entries(source.where).sort()]);
    const { columns, usedFor } = groups.get(group) ?? { columns: new Set(), usedFor: [] };
    groups.set(group, { source, columns: columns.add(source.column), usedFor: [...usedFor, path] });
  }
  return [...groups].map(([group, { source, columns, usedFor }]) => {
    const { table, key, where } = source;
    const sorted = [...columns].sort();
    return { id: JSON.stringify([group, sorted]), table, key, columns: sorted, where, usedFor };
  });
}

interface Entry {
  readonly path: string;
  readonly table: string;
  readonly name: string;
  readonly column: WrittenColumn;
}

function entriesOf(metadata: NonNullable<WrittenConnection['metadata']>): readonly Entry[] {
  return Object.entries(metadata).flatMap(([table, columns]) =>
    Object.entries(columns).map(([name, column]) => ({
      path: `${table}.metadata.${name}`,
      table,
      name,
      column,
    })),
  );
}

interface Source extends Pick<MetadataRead, 'table' | 'key' | 'where'> {
  readonly column: string;
}

/** Names in the spelling of the declaration or of the mapping, which compare by it; SQL ignores case. */
function sourceOf(written: WrittenColumn, mapping: TableMapping = {}): Source {
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
