/** The content at a receiver: the base that the next delta builds on. It moves only after a confirmed arrival. */
import { formerAddressOf } from '../model/address.js';
import { receiverAddress } from '../model/receiver.js';
import type { ConnectionSettings } from '../model/settings.js';
import type { Home } from './home.js';
import type { BundleRecord } from '../state/records.js';
import { fullContent, isThere } from './bundle-files.js';
import type { State } from '../state/state.js';

/** Whether a recorded receiver is that of these settings, in today's form or in that of earlier releases. */
export function isReceiverOf(recorded: string | undefined, settings: ConnectionSettings): boolean {
  const { delivery } = settings;
  if (recorded === receiverAddress(settings)) return true;
  return delivery !== undefined && recorded === formerAddressOf(delivery);
}

/** Records that the receiver now has this bundle's content. Called inside a transaction, with its receipt or its publication. */
export async function moveBaseTo(
  state: State,
  settings: ConnectionSettings,
  bundleId: number,
  isRolledBack: 0 | 1 = 0,
): Promise<void> {
  await state.moveBase({
    connection: settings.name,
    bundleId,
    receiver: receiverAddress(settings),
    isRolledBack,
  });
}

export interface Base {
  readonly bundle: BundleRecord;
  /** Undefined when the content is no longer in its place. */
  readonly content: string | undefined;
  /** An older bundle was sent on purpose, so the next one is a bulk bundle. */
  readonly isRolledBack: boolean;
}

/** Undefined if the receiver of these settings has no content from here. */
export async function baseOf(
  state: State,
  home: Home,
  settings: ConnectionSettings,
): Promise<Base | undefined> {
  const base = await state.base(settings.name);
  if (base === undefined || !isReceiverOf(base.receiver, settings)) return undefined;
  const bundle = await state.bundle(base.bundleId);
  if (bundle === undefined) return undefined;
  const content = fullContent(home, bundle);
  const isRolledBack = base.isRolledBack === 1;
  return { bundle, content: isThere(content) ? content : undefined, isRolledBack };
}

/**
 * Why a bundle must not reach the receiver, or undefined when it may. A delta changes just the content it was made from; on
 * any other it would leave wrong records behind. What the receiver has already is harmless to send again.
 */
export async function whyNotSendable(
  state: State,
  home: Home,
  settings: ConnectionSettings,
  bundle: BundleRecord,
): Promise<string | undefined> {
  if (bundle.mode === 'bulk') return undefined;
  const base = await baseOf(state, home, settings);
  if (base?.bundle.id === bundle.id) return undefined;
  if (base === undefined || base.bundle.id !== bundle.baseId) {
    return `The delta ${bundle.name ?? ''} builds on content that the receiver no longer has. Run the refresh again.`;
  }
  if (bundle.state === 'published' && !isThere(fullContent(home, bundle))) {
    return `The delta ${bundle.name ?? ''} is older than the last good bundle, and its content is no longer kept. Send the last good bundle.`;
  }
  return undefined;
}
