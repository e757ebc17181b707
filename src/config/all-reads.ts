/** What is read from the SIS for all connections in addition to the declared tables. */
import type { MetadataRead, TableMapping } from '../model/settings.js';
import type { WrittenConnection } from './config.js';
import { metadataReads } from './metadata.js';
import { valueReads } from './values.js';

/** Each once. */
export function readsOf(
  connections: readonly WrittenConnection[],
  mapping: TableMapping | undefined,
): readonly MetadataRead[] {
  const reads = new Map<string, MetadataRead>();
  for (const connection of connections) {
    for (const read of [...metadataReads(connection.metadata, mapping), ...valueReads(connection, mapping)]) {
      const usedFor = read.usedFor.map((path) => `${path} of ${connection.name}`);
      const same = reads.get(read.id);
      reads.set(read.id, { ...read, usedFor: [...(same?.usedFor ?? []), ...usedFor] });
    }
  }
  return [...reads.values()];
}
