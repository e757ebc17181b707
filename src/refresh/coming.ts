/**
 * "Coming up": when all is published, delivered and recorded, the next days are judged from the snapshot that is still there, for the
 * reports and the notices. Never changes what the refresh came to: a forecast that fails is a warning.
 */
import { dirname, join } from 'node:path';
import type { Foreseer } from '../forecast/coming-thread.js';
import { foreseerOf } from '../forecast/foreseer.js';
import type { Home } from '../home/home.js';
import { listFolder } from '../home/folders.js';
import { emptyStaging } from '../home/home.js';
import type { ComingUp } from '../model/coming-up.js';
import type { Notice } from '../model/notices.js';
import type { ConnectionResult } from '../model/result.js';
import type { Config } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';
import { removeNow } from '../platform/files.js';
import { addComing } from '../report/after-decision.js';
import { withoutDelivery } from './connection.js';

/** The part of a result that is looked at. */
interface Made {
  readonly connections: readonly ConnectionResult[];
  /** Path of the sealed snapshot, where the SIS was read. */
  readonly snapshot?: string;
}

/**
 * Frees the disk for the record; of a full one the staging may be all that can be freed. Gives the path of the snapshot if that is kept
 * for the forecast: where a forecast is wanted, there is a bundle to compare with, and the disk was no trouble.
 */
export function freeStaging(
  home: Home,
  { forecast }: Config,
  { snapshot, connections }: Made,
): string | undefined {
  const isWanted = forecast.days > 0 && connections.some(({ bundle }) => bundle !== undefined);
  const isTrouble = connections.some(({ error }) => error?.code === 'home');
  if (snapshot === undefined || !isWanted || isTrouble) {
    emptyStaging(home);
    return undefined;
  }
  const folder = dirname(snapshot);
  try {
    for (const name of listFolder(folder)) if (join(folder, name) !== snapshot) removeNow(join(folder, name));
  } catch {
    // What cannot be removed now is swept at the end, which reports it.
  }
  return snapshot;
}

export interface ComingWants {
  readonly home: Home;
  readonly config: Config;
  readonly asOf: LocalDate;
  readonly onProgress: (step: string) => void;
  readonly signal?: AbortSignal;
  /** By default in this thread or another, by the size of the district. */
  readonly foreseer?: Foreseer;
}

export async function withComing<Result extends ConnectionResult>(
  { home, config, asOf, onProgress, signal, foreseer }: ComingWants,
  snapshot: string | undefined,
  results: readonly Result[],
): Promise<readonly Result[]> {
  const made = results.filter(({ bundle }) => bundle !== undefined);
  if (snapshot === undefined || made.length === 0 || signal?.aborted === true) return results;
  const { days } = config.forecast;
  onProgress(`judging the next ${days} days`);
  const connections = made.map(({ settings }) => withoutDelivery(settings));
  const wanted = { snapshot, connections, grades: config.grades, asOf, days };
  const found = await (foreseer ?? foreseerOf(snapshot)).foresee(wanted, signal);
  return await Promise.all(
    results.map(async (result) => {
      const coming = found.get(result.settings.name);
      return coming === undefined ? result : await withOne(home, result, coming);
    }),
  );
}

async function withOne<Result extends ConnectionResult>(
  home: Home,
  result: Result,
  coming: ComingUp,
): Promise<Result> {
  const remarks = remarksOn(coming);
  const { bundle, report } = result;
  if (bundle !== undefined && report !== undefined) await addComing(home, bundle, coming, remarks);
  return { ...result, coming, notices: [...result.notices, ...remarks] };
}

function remarksOn(coming: ComingUp): readonly Notice[] {
  if (!('failed' in coming)) return [];
  const message = `The coming days could not be forecast: ${coming.failed}`;
  return [{ code: 'forecast-failed', severity: 'warning', message, count: 1 }];
}
