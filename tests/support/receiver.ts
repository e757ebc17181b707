/**
 * A OneRoster consumer: it keeps what it was sent in tables of its own, replaces them by a bulk bundle, and applies a delta
 * row by row. It is strict: a delta that says what it knows already, or deletes what it does not have, is an error.
 */
import { readBundle, type PublishedRow } from './published.js';

type Table = Map<string, PublishedRow>;

const own = (row: PublishedRow): PublishedRow => ({ ...row, status: '', dateLastModified: '' });
const same = (a: PublishedRow, b: PublishedRow): boolean => JSON.stringify(own(a)) === JSON.stringify(own(b));

export interface Applied {
  readonly mode: 'bulk' | 'delta';
  readonly active: number;
  readonly deleted: number;
}

export class Receiver {
  #tables = new Map<string, Table>();

  async take(zip: string): Promise<Applied> {
    const files = await readBundle(zip);
    const manifest = new Map(
      (files.get('manifest') ?? []).map(({ propertyName = '', value = '' }) => [propertyName, value]),
    );
    const told = [...files.keys()].filter((table) => table !== 'manifest');
    const modes = new Set(told.map((table) => manifest.get(`file.${table}`)));
    if (modes.size > 1) throw new Error(`${zip} mixes ${[...modes].join(' and ')}`);
    if (!modes.has('bulk')) return this.#apply(files);
    this.#tables = new Map(
      told.map((table) => [
        table,
        new Map((files.get(table) ?? []).map((row) => [row['sourcedId'] ?? '', row])),
      ]),
    );
    return { mode: 'bulk', active: 0, deleted: 0 };
  }

  #apply(files: ReadonlyMap<string, readonly PublishedRow[]>): Applied {
    let [active, deleted] = [0, 0];
    for (const [name, rows] of files) {
      if (name === 'manifest') continue;
      if (rows.length === 0) throw new Error(`the delta has a ${name} without rows`);
      const table: Table = this.#tables.get(name) ?? new Map<string, PublishedRow>();
      this.#tables.set(name, table);
      for (const row of rows) {
        const id = row['sourcedId'] ?? '';
        const known = table.get(id);
        if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(row['dateLastModified'] ?? '')) {
          throw new Error(`${name} ${id} has no dateLastModified`);
        }
        if (row['status'] === 'active') {
          if (known !== undefined && same(known, row)) throw new Error(`${name} ${id} did not change`);
          table.set(id, row);
          active += 1;
        } else if (row['status'] === 'tobedeleted') {
          if (known === undefined) throw new Error(`${name} ${id} was never sent`);
          if (!same(known, row)) throw new Error(`${name} ${id} is deleted with other values than its last`);
          table.delete(id);
          deleted += 1;
        } else throw new Error(`${name} ${id} has the status ${row['status'] ?? ''}`);
      }
    }
    return { mode: 'delta', active, deleted };
  }

  /** Everything it holds, in an order of its own: equal where two receivers hold the same. */
  content(): Readonly<Record<string, readonly string[]>> {
    const told = [...this.#tables].map(([name, table]): [string, readonly string[]] => [
      name,
      [...table.values()].map((row) => JSON.stringify(own(row))).sort(),
    ]);
    return Object.fromEntries(
      told.filter(([, rows]) => rows.length > 0).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }

  /** The ids of one table. */
  ids(table: string): readonly string[] {
    return [...(this.#tables.get(table) ?? new Map<string, PublishedRow>()).keys()];
  }
}

/** What a full bundle says, as a receiver would hold it. */
export async function contentOf(zip: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const receiver = new Receiver();
  await receiver.take(zip);
  return receiver.content();
}
