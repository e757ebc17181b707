/**
 * SIS -> snapshot. Takes a source and the path of a file that does not exist yet; gives a sealed snapshot of the active
 * year, read in one view, table by table, never holding a table. After a fault that passes, the whole read begins anew.
 * Throws SourceFault when the source cannot be read, when the schema lacks something, when not exactly one year is active,
 * or when a table does not give all its rows.
 */
import { rmSync } from 'node:fs';
import { Notices } from '../model/notices.js';
import type { Attempt } from '../model/retry.js';
import { Snapshot, UNNAMED, type ActiveYear } from '../snapshot/snapshot.js';
import { Copy } from './copy.js';
import type { Focus, Names } from './names.js';
import { retrying, type Retries } from './retrying.js';
import { copyMetadata } from './metadata.js';
import { checkSchema, withoutUnread } from './schema.js';
import type { SisSource, SisView } from './source.js';

export interface Extraction {
  readonly snapshot: Snapshot;
  readonly year: ActiveYear;
}

export interface ExtractOptions {
  readonly notices: Notices;
  /** Reads a part of the district instead of the whole; asked with the names, inside the same view. */
  readonly focus?: (view: SisView, names: Names) => Promise<Focus>;
  /** By its end year: judged as the active one, whatever is marked. */
  readonly schoolYear?: number;
  /** Receives each finished table, for progress. */
  readonly onTable?: (table: string, rows: number) => void;
  /** Awaited between batches: gives others a turn, and may throw to stop the read. */
  readonly onBatch?: () => Promise<void>;
  /** Receives each finished attempt, including the successful one. */
  readonly onAttempt?: (attempt: Attempt) => void;
  /** How often a read that failed in passing starts over; without it there is one attempt. */
  readonly retries?: Retries;
  /** Ends the wait before another attempt. */
  readonly signal?: AbortSignal;
}

export async function extract(source: SisSource, path: string, options: ExtractOptions): Promise<Extraction> {
  const { extraction, notices } = await retrying(async () => {
    if (path !== UNNAMED) rmSync(path, { force: true }); // what an attempt before this one left
    const notices = new Notices();
    return { extraction: await extractOnce(source, path, { ...options, notices }), notices };
  }, options);
  const { remarks } = source;
  for (const { code, severity, message } of remarks) options.notices.add(code, severity, message);
  for (const { code, severity, message, count } of notices.list())
    options.notices.add(code, severity, message, count);
  return extraction;
}

async function extractOnce(source: SisSource, path: string, options: ExtractOptions): Promise<Extraction> {
  return await source.withView(async (view) => {
    const { tables } = source;
    const found: Names = {
      knex: view.knex,
      forms: view.forms,
      schema: withoutUnread(await view.schema(), source.filters),
      ...(tables !== undefined && { tables }),
    };
    checkSchema(found.schema, source, options.notices);
    const names = options.focus === undefined ? found : { ...found, focus: await options.focus(view, found) };
    const snapshot = Snapshot.create(path);
    try {
      const request = { ...options, label: source.label };
      const copy = new Copy(view, names, snapshot, request);
      const year = await copy.activeYear();
      await copy.everything(year);
      // A part of the district is read to explain it, which needs no extension columns.
      if (options.focus === undefined)
        await copyMetadata({ view, names, snapshot, request }, source.metadata);
      snapshot.seal(year);
      return { snapshot, year };
    } catch (error) {
      snapshot.close();
      throw error;
    }
  });
}
