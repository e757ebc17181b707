/**
 * A parcel to its target: tried again after what may pass by itself, with full-jitter waits and until a deadline. Promises:
 * one connection per host at a time; what failed for good is not tried again; where a connection broke between the rename
 * and its answer, the next attempt looks at the receiver before it sends.
 */
import { setTimeout } from 'node:timers/promises';
import { DeliveryFault } from './fault.js';
import type { DeliveryTarget, Parcel, Receipt } from './target.js';

export { DeliveryFault } from './fault.js';
export { deadlineFor, type Deadline } from './deadline.js';
export { openTarget } from './open-target.js';
export { packParcel } from './parcel.js';
export type { DeliveryTarget, Inspection, Parcel, Receipt, Sight } from './target.js';

const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 300_000;
/** Less is not worth another attempt. */
const SHORTEST_REST_MS = 1_000;

export interface DeliveryClock {
  readonly now: () => number;
  /** Comes back early when stopping is asked for. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

export const systemClock: DeliveryClock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await setTimeout(ms, undefined, signal && { signal }).catch(() => undefined);
  },
  random: () => Math.random(),
};

/** What came of an attempt. */
export type AttemptEnd =
  | { readonly receipt: Receipt }
  /** `waitMs`: how long the next one is put off; without it there is none. */
  | { readonly receipt?: undefined; readonly fault: DeliveryFault; readonly waitMs?: number };

export interface DeliverRequest {
  readonly target: DeliveryTarget;
  readonly parcel: Parcel;
  readonly lastAttemptBy: Date;
  readonly turns: HostTurns;
  readonly clock: DeliveryClock;
  /** Asks to stop: an attempt comes to its end, and there is no other; its reason is thrown. */
  readonly signal?: AbortSignal;
  /** Called before an attempt, so that a kill in the middle of it is known later; gives what is told of its end. */
  readonly onAttempt: () => (end: AttemptEnd) => void;
}

/** Throws a DeliveryFault where it did not arrive, or where nobody knows. */
export async function deliver(request: DeliverRequest): Promise<Receipt> {
  const { target, turns, clock, signal } = request;
  let isOutcomeUnknown = false;
  for (let attempt = 0; ; attempt += 1) {
    const end = await turns.take(target.host, () => {
      signal?.throwIfAborted();
      return attemptOnce(request, attempt, isOutcomeUnknown);
    });
    if (end.receipt !== undefined) return end.receipt;
    if (end.waitMs === undefined) throw end.fault;
    ({ isOutcomeUnknown } = end.fault);
    await clock.sleep(end.waitMs, signal);
  }
}

async function attemptOnce(
  request: DeliverRequest,
  attempt: number,
  isOutcomeUnknown: boolean,
): Promise<AttemptEnd> {
  const { target, parcel, onAttempt } = request;
  const tell = onAttempt();
  const end = await (async (): Promise<AttemptEnd> => {
    try {
      const arrived = isOutcomeUnknown ? await seen(target, parcel) : undefined;
      return { receipt: arrived ?? (await target.send(parcel)) };
    } catch (error) {
      const fault = asFault(error, isOutcomeUnknown);
      const waitMs = waitAfter(request, attempt, fault);
      return { fault, ...(waitMs !== undefined && { waitMs }) };
    }
  })();
  tell(end);
  return end;
}

async function seen(target: DeliveryTarget, parcel: Parcel): Promise<Receipt | undefined> {
  const sight = await target.look(parcel);
  return sight.seen === 'there' ? sight.receipt : undefined;
}

/** Not known stays not known until a receipt says otherwise: a file that was seen nowhere may have been fetched. */
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

  async take<T>(host: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(host) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(
      host,
      mine.catch(() => undefined),
    );
    return await mine;
  }
}
