/**
 * Brings a connection's good bundle to its receiver and records what came of it: every attempt, and with the receipt, in one
 * transaction, that the receiver holds this content from now on. Never an older bundle after a newer one, never one that is
 * withheld. A bundle whose delivery failed stays, to be sent by the next refresh or by `deliver`.
 */
import { join } from 'node:path';
import {
  deadlineFor,
  deliver,
  DeliveryFault,
  openTarget,
  packParcel,
  systemClock,
  type AttemptEnd,
  type DeliveryTarget,
  type HostTurns,
  type Parcel,
  type Receipt,
} from './deliver/deliver.js';
import type { PublishedBundle } from './model/bundle.js';
import { ExportError } from './model/errors.js';
import type { Config, ConnectionSettings, DeliverySettings } from './model/settings.js';
import { isReceiverOf, moveBaseTo, receiverOf, whyNotSendable } from './state/base.js';
import { makeFolder, type Home } from './state/home.js';
import type { BundleRecord } from './state/records.js';
import type { State } from './state/state.js';

export interface DeliveryDesk {
  readonly config: Config;
  readonly home: Home;
  readonly state: State;
  /** Of the refresh, which decides what is late. */
  readonly startedAt: Date;
  readonly turns: HostTurns;
  /** Asks to stop before the next attempt. */
  readonly signal?: AbortSignal;
  /** Told what is going on, for people who watch. */
  readonly onProgress: (step: string) => void;
}

export interface DeliveryAttempt {
  readonly seconds: number;
  /** Without it, the attempt succeeded. */
  readonly error?: DeliveryFault;
  readonly waitSeconds?: number;
}

export interface DeliveryOutcome {
  /** `unknown`: the connection broke before the receiver confirmed; the next start looks. */
  readonly state: 'delivered' | 'failed' | 'unknown';
  readonly target: string;
  /** Name of the bundle. */
  readonly bundle: string;
  readonly attempts: readonly DeliveryAttempt[];
  /** After `deliverBy`, or not at all by then. */
  readonly isLate: boolean;
  readonly receipt?: Receipt;
  readonly error?: ExportError;
}

/** A connection that has a receiver to deliver to. */
export type Delivering = ConnectionSettings & { readonly delivery: DeliverySettings };

export const isDelivering = (settings: ConnectionSettings): settings is Delivering =>
  settings.delivery !== undefined;

/** Gives what came of it; throws only what has nothing to do with the receiver. */
export async function deliverBundle(
  desk: DeliveryDesk,
  settings: Delivering,
  bundle: BundleRecord,
): Promise<DeliveryOutcome> {
  const { state, config, startedAt } = desk;
  const target = await openTarget(settings.delivery, scratchOf(desk, settings));
  const deadline = deadlineFor(settings.delivery, config.timezone, startedAt, new Date());
  const attempts: DeliveryAttempt[] = [];
  const outcome = (what: Pick<DeliveryOutcome, 'state' | 'receipt' | 'error'>): DeliveryOutcome => ({
    target: target.address,
    bundle: bundle.name ?? '',
    attempts,
    isLate: deadline.dueBy !== undefined && Date.now() > deadline.dueBy.getTime(),
    ...what,
  });
  const obstacle = whyNeverTo(desk, settings, bundle);
  if (obstacle !== undefined) return outcome({ state: 'failed', error: obstacle });
  const book = new AttemptBook(desk, settings, bundle, target, attempts);
  try {
    const parcel = await parcelOf(desk, settings, bundle, target).catch((error: unknown) => {
      book.noteUnsent(error);
      throw error;
    });
    desk.onProgress(`delivering ${settings.name}`);
    const receipt = await deliver({
      target,
      parcel,
      lastAttemptBy: deadline.lastAttemptBy,
      turns: desk.turns,
      clock: systemClock,
      ...(desk.signal && { signal: desk.signal }),
      onAttempt: () => book.begin(),
    });
    return outcome({ state: 'delivered', receipt });
  } catch (error) {
    if (!(error instanceof DeliveryFault)) throw error;
    const { name, sha256 } = bundle;
    const told = { name, sha256, target: target.address, step: error.facts.step, attempts: attempts.length };
    state.transaction(() => state.audit('delivery-failed', settings.name, told));
    return outcome({ state: error.isOutcomeUnknown ? 'unknown' : 'failed', error });
  }
}

/** The rows of the attempts, begun before anything is sent: what a kill leaves behind is looked after at the next start. */
class AttemptBook {
  constructor(
    private readonly desk: DeliveryDesk,
    private readonly settings: Delivering,
    private readonly bundle: BundleRecord,
    private readonly target: DeliveryTarget,
    private readonly attempts: DeliveryAttempt[],
  ) {}

  begin(): (end: AttemptEnd) => void {
    const { state } = this.desk;
    const began = performance.now();
    const id = state.transaction(() => state.startDelivery(this.bundle.id, this.target.address));
    return (end) => {
      const seconds = Math.round(performance.now() - began) / 1_000;
      if (end.receipt !== undefined) {
        recordArrival(this.desk, this.settings, this.bundle, id, end.receipt);
        this.attempts.push({ seconds });
        return;
      }
      const { fault, waitMs } = end;
      state.finishDelivery(id, fault.isOutcomeUnknown ? 'unknown' : 'failed', undefined, fault.message);
      const waitSeconds = waitMs === undefined ? undefined : Math.round(waitMs) / 1_000;
      this.attempts.push({ seconds, error: fault, ...(waitSeconds !== undefined && { waitSeconds }) });
      if (waitSeconds !== undefined) {
        this.desk.onProgress(
          `${this.settings.name}: delivery failed (${fault.facts.says}); next attempt in ${waitSeconds.toFixed(0)} s`,
        );
      }
    };
  }

  noteUnsent(error: unknown): void {
    if (error instanceof DeliveryFault) this.begin()({ fault: error });
  }
}

export function recordArrival(
  { state }: Pick<DeliveryDesk, 'state'>,
  settings: Delivering,
  bundle: BundleRecord,
  deliveryId: number,
  receipt: Receipt,
): void {
  state.transaction(() => {
    state.finishDelivery(deliveryId, 'delivered', receipt);
    moveBaseTo(state, settings, bundle.id);
    const { name, sha256, rows } = bundle;
    state.audit('delivered', settings.name, { name, sha256, rows, target: receiverOf(settings), receipt });
  });
}

export async function parcelOf(
  desk: Pick<DeliveryDesk, 'config' | 'home'>,
  settings: Delivering,
  bundle: BundleRecord,
  { address }: DeliveryTarget,
): Promise<Parcel> {
  return await packParcel(asPublished(desk.home, bundle), {
    delivery: settings.delivery,
    address,
    madeAt: new Date(bundle.madeAt),
    timezone: desk.config.timezone,
    scratch: join(scratchOf(desk, settings), bundle.name ?? ''),
  });
}

/** Below staging, which every start clears. */
export function scratchOf({ home }: Pick<DeliveryDesk, 'home'>, { name }: ConnectionSettings): string {
  return makeFolder(join(home.staging, 'delivery', name));
}

/** Its state says so, and its bytes are compared before it leaves. */
function asPublished(home: Home, record: BundleRecord): PublishedBundle {
  const { connection, version, mode, name, sha256, bytes, rows } = record;
  const folder = home.bundles(connection);
  return {
    state: 'published',
    ...{ connection, version, mode },
    path: join(folder, `${name ?? ''}.zip`),
    sha256: sha256 ?? '',
    bytes: bytes ?? 0,
    rows: new Map(Object.entries(rows)),
    exclusions: join(folder, `${name ?? ''}-exclusions.csv`),
  };
}

/** Reasons that no other attempt would change. */
function whyNeverTo(
  { state, home }: DeliveryDesk,
  settings: Delivering,
  bundle: BundleRecord,
): ExportError | undefined {
  const { name } = bundle;
  const refuse = (why: string): ExportError => new ExportError('delivery', why);
  if (bundle.state !== 'published') {
    return refuse(`The bundle ${name ?? ''} is ${bundle.state}, and only published ones are sent.`);
  }
  const base = state.base(settings.name);
  if (base !== undefined && isReceiverOf(base.receiver, settings) && base.bundleId > bundle.id) {
    const newer = state.bundle(base.bundleId)?.name ?? '';
    return refuse(
      `The bundle ${name ?? ''} is older than ${newer}, which the receiver has: old content would replace newer.`,
    );
  }
  const obstacle = whyNotSendable(state, home, settings, bundle);
  return obstacle === undefined ? undefined : refuse(obstacle);
}
