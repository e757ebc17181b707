/**
 * Delivers a connection's good bundle and records the outcome: every attempt, and with the receipt, in one
 * transaction, that the receiver now has this content. Never an older bundle after a newer one, never one that is
 * withheld. A bundle whose delivery failed stays, to be sent by the next refresh or by `deliver`.
 */
import { join } from 'node:path';
import {
  deadlineFor,
  deliver,
  DeliveryFault,
  openTarget,
  packParcel,
  labelOf,
  systemClock,
  type AttemptEnd,
  type DeliveryNotice,
  type DeliveryTarget,
  type HostTurns,
  type Parcel,
  type Receipt,
} from '../deliver/deliver.js';
import type { PublishedBundle } from '../model/bundle.js';
import type { NamedBundle } from '../model/remote-name.js';
import { isStop } from '../model/stopping.js';
import { clockTime } from '../model/values.js';
import { ExportError } from '../model/errors.js';
import type { Config, ConnectionSettings, DeliverySettings } from '../model/settings.js';
import { isReceiverOf, moveBaseTo, whyNotSendable } from '../home/base.js';
import { receiverAddress } from '../model/receiver.js';
import { fileOf } from '../home/bundle-files.js';
import { makeSubfolder } from '../home/folders.js';
import type { Home } from '../home/home.js';
import type { BundleRecord } from '../state/records.js';
import type { State } from '../state/state.js';
import { rollBackTo } from './rollback.js';

export interface DeliveryDesk {
  readonly config: Config;
  readonly home: Home;
  readonly state: State;
  /** Of the refresh, which decides what is late. */
  readonly startedAt: Date;
  readonly turns: HostTurns;
  /** The reason for sending an older bundle on purpose; without it, an older one never follows a newer one. */
  readonly rollback?: string;
  /** Ends the attempt and every wait at once. */
  readonly signal?: AbortSignal;
  /** Receives progress, for people who watch. */
  readonly onProgress: (step: string) => void;
}

export interface DeliveryAttempt {
  readonly seconds: number;
  /** Without it, the attempt succeeded. */
  readonly error?: DeliveryFault;
  readonly waitSeconds?: number;
}

export interface DeliveryOutcome {
  /** `unknown`: the connection broke before the receiver confirmed; the next start checks. */
  readonly state: 'delivered' | 'failed' | 'unknown';
  /** The address, with the name of the file filled in. */
  readonly target: string;
  /** Name of the bundle. */
  readonly bundle: string;
  readonly attempts: readonly DeliveryAttempt[];
  /** After `deliverBy`, or not at all by then. */
  readonly isLate: boolean;
  /** No attempt begins after this time. */
  readonly retriesUntil?: Date;
  readonly receipt?: Receipt;
  /** Of the receipt, without those that every delivery to this receiver has and that were shown before. */
  readonly notices?: readonly DeliveryNotice[];
  readonly error?: ExportError;
}

/** A connection that has a receiver to deliver to. */
export type Delivering = ConnectionSettings & { readonly delivery: DeliverySettings };

export const isDelivering = (settings: ConnectionSettings): settings is Delivering =>
  settings.delivery !== undefined;

/** The notices of a server's lasting properties: shown once, and kept in every receipt. */
const SHOWN_ONCE: readonly DeliveryNotice['code'][] = ['cannot-list', 'not-compared', 'not-confirmed'];

/** Returns the outcome; throws only errors unrelated to the receiver. */
export async function deliverBundle(
  desk: DeliveryDesk,
  settings: Delivering,
  bundle: BundleRecord,
): Promise<DeliveryOutcome> {
  const { state, config, startedAt } = desk;
  const target = await openFor(desk, settings, bundle);
  const deadline = deadlineFor(settings.delivery, config.timezone, startedAt, new Date());
  const attempts: DeliveryAttempt[] = [];
  const outcome = (
    what: Pick<DeliveryOutcome, 'state' | 'receipt' | 'notices' | 'error'>,
  ): DeliveryOutcome => ({
    target: target.label,
    bundle: bundle.name ?? '',
    attempts,
    retriesUntil: deadline.lastAttemptBy,
    isLate: deadline.dueBy !== undefined && Date.now() > deadline.dueBy.getTime(),
    ...what,
  });
  const obstacle = await whyNeverTo(desk, settings, bundle);
  if (obstacle !== undefined) return outcome({ state: 'failed', error: obstacle });
  const known = await knownNotices(state, settings, target);
  const book = new AttemptBook({ desk, settings, bundle, target, attempts, until: deadline.lastAttemptBy });
  try {
    const packed = await parcelOf(desk, settings, bundle, target).catch(async (error: unknown) => {
      await book.noteUnsent(error);
      throw error;
    });
    // The receiver has no part in the lease: what a holder that lost it has uploaded gets no final name.
    const parcel = { ...packed, confirm: () => state.requireLease() };
    desk.onProgress(`delivering ${settings.name}`);
    const receipt = await deliver({
      target,
      parcel,
      lastAttemptBy: deadline.lastAttemptBy,
      maxMinutes: settings.delivery.maxMinutes,
      turns: desk.turns,
      clock: systemClock,
      ...(desk.signal && { signal: desk.signal }),
      onAttempt: () => book.begin(),
    });
    const notices = (receipt.notices ?? []).filter(({ code }) => !known.has(code));
    return outcome({ state: 'delivered', receipt, ...(notices.length > 0 && { notices }) });
  } catch (error) {
    if (error instanceof ExportError && isStop(error)) {
      const isUnknown = attempts.at(-1)?.error?.isOutcomeUnknown === true;
      return outcome({ state: isUnknown ? 'unknown' : 'failed', error });
    }
    if (!(error instanceof DeliveryFault)) throw error;
    const { name, sha256 } = bundle;
    const told = { name, sha256, target: target.address, step: error.facts.step, attempts: attempts.length };
    await state.audit('delivery-failed', settings.name, told);
    return outcome({ state: error.isOutcomeUnknown ? 'unknown' : 'failed', error });
  }
}

/** Notices of the last delivery there that are not shown again. */
async function knownNotices(
  state: State,
  { name }: Delivering,
  { address }: DeliveryTarget,
): Promise<ReadonlySet<string>> {
  const delivered = await state.deliveriesOf(name, 'delivered');
  const last = delivered.find(({ target }) => target === address);
  const { notices = [] } = (last?.receipt ?? {}) as Partial<Receipt>;
  return new Set<string>(notices.map(({ code }) => code).filter((code) => SHOWN_ONCE.includes(code)));
}

interface Page {
  readonly desk: DeliveryDesk;
  readonly settings: Delivering;
  readonly bundle: BundleRecord;
  readonly target: DeliveryTarget;
  readonly attempts: DeliveryAttempt[];
  readonly until: Date;
}

/** The rows of the attempts, begun before anything is sent: leftovers of a kill are handled at the next start. */
class AttemptBook {
  constructor(private readonly page: Page) {}

  async begin(): Promise<(end: AttemptEnd) => Promise<void>> {
    const { desk, settings, bundle, target, attempts } = this.page;
    const { state, rollback } = desk;
    const began = performance.now();
    const id = await state.startDelivery(bundle.id, target.address, rollback);
    return async (end) => {
      const seconds = Math.round(performance.now() - began) / 1_000;
      if (end.receipt !== undefined) {
        await recordArrival(desk, settings, bundle, { id, receipt: end.receipt });
        attempts.push({ seconds });
        return;
      }
      const { fault, waitMs } = end;
      await state.finishDelivery(id, fault.isOutcomeUnknown ? 'unknown' : 'failed', undefined, fault.message);
      const waitSeconds = waitMs === undefined ? undefined : Math.round(waitMs) / 1_000;
      attempts.push({ seconds, error: fault, ...(waitSeconds !== undefined && { waitSeconds }) });
      if (waitSeconds !== undefined) this.#announce(fault, waitSeconds);
    };
  }

  #announce({ facts }: DeliveryFault, waitSeconds: number): void {
    const { desk, settings, until } = this.page;
    const end = clockTime(desk.config.timezone, until);
    desk.onProgress(
      `${settings.name}: delivery failed (${facts.says}); next attempt in ${waitSeconds.toFixed(0)} s, retries until ${end}`,
    );
  }

  async noteUnsent(error: unknown): Promise<void> {
    if (!(error instanceof DeliveryFault)) return;
    const end = await this.begin();
    await end({ fault: error });
  }
}

export async function recordArrival(
  { state }: Pick<DeliveryDesk, 'state'>,
  settings: Delivering,
  bundle: BundleRecord,
  { id: deliveryId, receipt }: { readonly id: number; readonly receipt: Receipt },
): Promise<void> {
  await state.transaction(async (writing) => {
    const deliveries = await writing.deliveries(bundle.id);
    const { rollback } = deliveries.find(({ id }) => id === deliveryId) ?? {};
    await writing.finishDelivery(deliveryId, 'delivered', receipt);
    if (rollback == null) await moveBaseTo(writing, settings, bundle.id);
    else await rollBackTo(writing, settings, bundle, rollback);
    const { name, sha256, rows } = bundle;
    await writing.audit('delivered', settings.name, {
      name,
      sha256,
      rows,
      target: receiverAddress(settings),
      receipt,
    });
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

export async function openFor(
  desk: Pick<DeliveryDesk, 'config' | 'home'>,
  settings: Delivering,
  bundle: BundleRecord,
): Promise<DeliveryTarget> {
  const named = namedOf(desk.config.timezone, bundle);
  return await openTarget(settings.delivery, { scratch: scratchOf(desk, settings), bundle: named });
}

/** The address of this bundle's file, for people. */
export const labelFor = (timezone: string, { delivery }: Delivering, bundle: BundleRecord): string =>
  labelOf(delivery, namedOf(timezone, bundle));

function namedOf(timezone: string, { connection, version, mode, madeAt }: BundleRecord): NamedBundle {
  return { connection, version, mode, timezone, madeAt: new Date(madeAt) };
}

/** Below staging, which every start clears. */
export function scratchOf({ home }: Pick<DeliveryDesk, 'home'>, { name }: ConnectionSettings): string {
  return makeSubfolder(join(makeSubfolder(join(home.staging, 'delivery')), name));
}

/** Its state is checked, and its bytes are compared before it is sent. */
function asPublished(home: Home, record: BundleRecord): PublishedBundle {
  const { connection, version, mode, name, sha256, bytes, rows } = record;
  const shelf = home.bundles(connection);
  return {
    state: 'published',
    ...{ connection, version, mode, name: name ?? '' },
    path: shelf.pathOf(fileOf(name, 'bundle')),
    sha256: sha256 ?? '',
    bytes: bytes ?? 0,
    rows: new Map(Object.entries(rows)),
    exclusions: shelf.pathOf(fileOf(name, 'exclusions')),
  };
}

/** Reasons that another attempt would not change. */
async function whyNeverTo(
  { state, home, rollback }: DeliveryDesk,
  settings: Delivering,
  bundle: BundleRecord,
): Promise<ExportError | undefined> {
  const { name } = bundle;
  const refuse = (why: string): ExportError => new ExportError('delivery', why);
  if (bundle.state !== 'published') {
    return refuse(`The bundle ${name ?? ''} is ${bundle.state}, and only published bundles are sent.`);
  }
  if (rollback !== undefined) return undefined;
  const base = await state.base(settings.name);
  if (base !== undefined && isReceiverOf(base.receiver, settings) && base.bundleId > bundle.id) {
    const newer = (await state.bundle(base.bundleId))?.name ?? '';
    return refuse(
      `The bundle ${name ?? ''} is older than ${newer}, which the receiver has: older content would replace newer content. To roll back on purpose, add --older --reason TEXT.`,
    );
  }
  const obstacle = await whyNotSendable(state, home, settings, bundle);
  return obstacle === undefined ? undefined : refuse(obstacle);
}
