/** The lease of a district for the time of one command: taken and renewed here, or taken over from the program that started this one. */
import { hostname } from 'node:os';
import { ExportError } from '../model/errors.js';
import {
  endLease,
  isNewest,
  leaseHolder,
  LeaseLost,
  leaseSeconds,
  renewLease,
  takeLease,
} from '../state/lease.js';
import type { Store } from '../state/store.js';

export interface Holding {
  readonly token: number;
  /** Aborted with LeaseLost as its reason, once another process has the district. */
  readonly lost: AbortSignal;
  /** Never throws: a lease that cannot be given back ends by itself. */
  release(): Promise<void>;
}

/** `lease`: the token of the program that started this one, which renews and ends it. Throws ExportError `already-running`. */
export async function holdDistrict(store: Store, now: Date, lease?: number): Promise<Holding> {
  if (lease === undefined) return await takeOwn(store, now);
  if (!(await isNewest(store, lease))) throw new LeaseLost(store.district);
  return { token: lease, lost: new AbortController().signal, release: () => Promise.resolve() };
}

async function takeOwn(store: Store, now: Date): Promise<Holding> {
  const token = await takeLease(store, {
    holder: `process ${process.pid} on ${hostname()}, since ${now.toISOString()}`,
  });
  if (token === undefined) throw await alreadyRunning(store);
  const lost = new AbortController();
  const renewal = setInterval(() => void renew(), (leaseSeconds() * 1_000) / 4);
  const renew = async (): Promise<void> => {
    try {
      if (await renewLease(store, token)) return;
      clearInterval(renewal);
      lost.abort(new LeaseLost(store.district));
    } catch {
      // The database is away. Until another takes the lease the token is good, and each write checks it.
    }
  };
  return {
    token,
    lost: lost.signal,
    release: async () => {
      clearInterval(renewal);
      await endLease(store, token).catch(() => undefined);
    },
  };
}

async function alreadyRunning(store: Store): Promise<ExportError> {
  const held = await leaseHolder(store);
  const who = held === undefined ? '' : `: ${held.holder}`;
  return new ExportError(
    'already-running',
    `A refresh of the district ${store.district} is already running${who}. Wait until it is finished; a process that was killed keeps the district for ${leaseSeconds()} seconds.`,
  );
}

/** What went wrong once another process had the district follows from that. */
export async function orLost(store: Store, token: number, error: unknown): Promise<unknown> {
  if (error instanceof LeaseLost) return error;
  const isOurs = await isNewest(store, token).catch(() => true);
  return isOurs ? error : new LeaseLost(store.district, { cause: error });
}
