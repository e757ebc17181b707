/**
 * A parcel to its target: retried after what may pass by itself, with exponential backoff with jitter, until a deadline. Promises: one
 * connection per host at a time; what failed for good is not retried; where a connection broke between the rename and its
 * answer, the next attempt looks at the receiver before it sends; a signal and the limit of the whole delivery end every wait.
 */
import { DELIVERY_LIMITS, inMs } from '../model/limits.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { unlessStopped } from '../model/stopping.js';
import { DeliveryFault } from './fault.js';
import { stoppedFacts } from './sftp/faults.js';
import { Stopped } from './sftp/stall.js';
import type { DeliveryTarget, Parcel, Receipt } from './target.js';

export { DeliveryFault } from './fault.js';
export { deadlineFor, type Deadline } from './deadline.js';
export { labelOf, openTarget } from './open-target.js';
export { packParcel } from './parcel.js';
export type { DeliveryNotice, DeliveryTarget, Inspection, Parcel, Receipt, Sight } from './target.js';

const MINUTE_MS = 60_000;
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = inMs(DELIVERY_LIMITS.retryWait);
/** Less is not worth another attempt. */
const SHORTEST_REST_MS = 1_000;

export interface DeliveryClock {
  readonly now: () => number;
  /** Comes back early with the signal. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

export const systemClock: DeliveryClock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, signal && { signal }).catch(() => undefined);
  },
  random: () => Math.random(),
};

/** The limit of the whole delivery is reached. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';

  constructor(minutes: number) {
    super(`the delivery took longer than maxMinutes (${minutes})`);
  }
}

/** The outcome of an attempt. */
export type AttemptEnd =
  | { readonly receipt: Receipt }
  /** `waitMs`: how long the next one is put off; without it there is none. */
  | { readonly receipt?: undefined; readonly fault: DeliveryFault; readonly waitMs?: number };

export interface DeliverRequest {
  readonly target: DeliveryTarget;
  readonly parcel: Parcel;
  readonly lastAttemptBy: Date;
  /** How long all of it may take, retries included. */
  readonly maxMinutes: number;
  readonly turns: HostTurns;
  readonly clock: DeliveryClock;
  /** Ends every wait at once; its reason is thrown. */
  readonly signal?: AbortSignal;
  /** Called before an attempt, so that a kill in the middle of it is known later; returns the function that reports its end. */
  readonly onAttempt: () => Promise<(end: AttemptEnd) => Promise<void>>;
}

/** Throws a DeliveryFault where it did not arrive, or where that is not known. */
export async function deliver(request: DeliverRequest): Promise<Receipt> {
  const limit = new AbortController();
  const { maxMinutes, signal } = request;
  const timer = setTimeout(() => limit.abort(new OutOfTime(maxMinutes)), maxMinutes * MINUTE_MS);
  try {
    return await deliverWithin({
      ...request,
      signal: AbortSignal.any([limit.signal, ...(signal ? [signal] : [])]),
    });
  } catch (error) {
    // What ended the attempt is recorded by then; the stop of the program takes precedence over the attempt's error.
    if (signal?.aborted === true) throw signal.reason;
    if (error !== limit.signal.reason) throw error;
    throw new DeliveryFault(request.target.label, stoppedFacts('wait for the host', new Stopped(error)));
  } finally {
    clearTimeout(timer);
  }
}

type Limited = DeliverRequest & { readonly signal: AbortSignal };

async function deliverWithin(request: Limited): Promise<Receipt> {
  const { target, turns, clock, signal } = request;
  let isOutcomeUnknown = false;
  for (let attempt = 0; ; attempt += 1) {
    const end = await turns.take(target.host, () => attemptOnce(request, attempt, isOutcomeUnknown), signal);
    if (end.receipt !== undefined) return end.receipt;
    if (end.waitMs === undefined) throw end.fault;
    ({ isOutcomeUnknown } = end.fault);
    await clock.sleep(end.waitMs, signal);
    if (signal.aborted) throw end.fault;
  }
}

async function attemptOnce(
  request: Limited,
  attempt: number,
  isOutcomeUnknown: boolean,
): Promise<AttemptEnd> {
  const report = await request.onAttempt();
  const end = await endOf(request, attempt, isOutcomeUnknown);
  await report(end);
  return end;
}

async function endOf(request: Limited, attempt: number, isOutcomeUnknown: boolean): Promise<AttemptEnd> {
  const { target, parcel, signal } = request;
  try {
    const arrived = isOutcomeUnknown ? await seen(target, parcel, signal) : undefined;
    return { receipt: arrived ?? (await target.send(parcel, signal)) };
  } catch (error) {
    const fault = asFault(error, isOutcomeUnknown);
    const waitMs = waitAfter(request, attempt, fault);
    return { fault, ...(waitMs !== undefined && { waitMs }) };
  }
}

async function seen(
  target: DeliveryTarget,
  parcel: Parcel,
  signal: AbortSignal,
): Promise<Receipt | undefined> {
  const sight = await target.look(parcel, signal);
  return sight.seen === 'there' ? sight.receipt : undefined;
}

/** Unknown stays unknown until there is a receipt: a file that is not there may have been fetched. */
function asFault(error: unknown, isOutcomeUnknown: boolean): DeliveryFault {
  if (!(error instanceof DeliveryFault)) throw error;
  return isOutcomeUnknown ? error.withOutcomeUnknown() : error;
}

function waitAfter(
  { lastAttemptBy, clock }: DeliverRequest,
  attempt: number,
  fault: DeliveryFault,
): number | undefined {
  const left = lastAttemptBy.getTime() - clock.now();
  if (!fault.isWorthAnother || left < SHORTEST_REST_MS) return undefined;
  const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
  return Math.min(left, Math.round(clock.random() * ceiling));
}

/** Receivers refuse a second connection, or mix up two uploads. */
export class HostTurns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** The wait for the turn ends with the signal; the work is expected to end by it as well. */
  async take<T>(host: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#last.get(host) ?? Promise.resolve();
    const mine = unlessStopped(signal, before).then(() => {
      signal?.throwIfAborted();
      return work();
    });
    // The next delivery waits for both: a canceled turn does not end the one before it.
    this.#last.set(host, Promise.allSettled([before, mine]));
    return await mine;
  }
}
