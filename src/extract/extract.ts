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
import { copyYears } from './copy.js';
import type { Focus, Names } from './names.js';
import { retrying, type Retries } from './retrying.js';
import { copyMetadata } from './metadata.js';
import { checkSchema, withoutUnread } from './schema.js';
import type { SisSource, SisView } from './source.js';
import type { YearCopy } from './year-copy.js';

export interface Extraction {
  readonly snapshot: Snapshot;
  readonly year: ActiveYear;
  /** The same with the next school year as the active one, where that is asked for and has calendars. Without extension columns. */
  readonly nextYear?: Snapshot;
}

export interface ExtractOptions {
  readonly notices: Notices;
  /** Reads a part of the district instead of the whole; asked with the names, inside the same view. */
  readonly focus?: (view: SisView, names: Names) => Promise<Focus>;
  /** By its end year: judged as the active one, whatever is marked. */
  readonly schoolYear?: number;
  /** Also reads what the next school year needs, in the same queries. */
  readonly withNextYear?: boolean;
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
    const next = options.withNextYear === true ? Snapshot.create(UNNAMED) : undefined;
    try {
      const request = { ...options, label: source.label };
      const targets = { snapshot, ...(next && { next }) };
      const [active, ...others] = await copyYears({ view, names, request }, targets);
      await copyMetadata({ view, names, snapshot, request }, source.metadata);
      snapshot.seal(active.year);
      return { snapshot, year: active.year, ...nextOf(others, next) };
    } catch (error) {
      snapshot.close();
      next?.close();
      throw error;
    }
  });
}

/** Sealed where the year was read, else closed. */
function nextOf([of]: readonly YearCopy[], next: Snapshot | undefined): Pick<Extraction, 'nextYear'> {
  if (of === undefined) next?.close();
  else of.snapshot.seal(of.year);
  return of === undefined ? {} : { nextYear: of.snapshot };
}
