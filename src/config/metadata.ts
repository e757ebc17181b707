/** `metadata` of the connections in the form in which it is used: what is read from the SIS, and which column it fills. */
import type { MetadataColumn, MetadataRead, TableMapping } from '../model/settings.js';
import { ENTITY_IDS, type EntityId } from '../oneroster/extensions.js';
import type { WrittenConnection } from './config.js';
import { known } from './known.js';
import { gathered, sourceOf } from './reads.js';

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

/** In the order of the config. */
export function metadataOf(
  metadata: NonNullable<WrittenConnection['metadata']>,
  mapping: TableMapping | undefined,
): readonly MetadataColumn[] {
  const reads = metadataReads(metadata, mapping);
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

/** The reads of these columns. */
export const metadataReads = (
  metadata: WrittenConnection['metadata'] = {},
  mapping: TableMapping | undefined,
): readonly MetadataRead[] =>
  gathered(
    'metadata',
    entriesOf(metadata).map(({ path, column }) => ({ path, column, by: entityOf(column) })),
    mapping,
  );

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
