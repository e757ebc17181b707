/**
 * Deliveries with an unknown outcome: the program was killed, or the connection broke between the rename and its answer. The
 * receiver's side is checked before anything new is derived or sent: a file there with our size and hash has arrived.
 * If that is unknown, the old delta base is kept: duplicate rows are harmless, missing rows are not.
 */
import {
  isDelivering,
  openFor,
  parcelOf,
  recordArrival,
  type Delivering,
  type DeliveryDesk,
} from './dispatch.js';
import { DeliveryFault, type DeliveryTarget, type Receipt, type Sight } from '../deliver/deliver.js';
import type { ConnectionSettings } from '../model/settings.js';
import type { BundleRecord, DeliveryRecord } from '../state/records.js';

export async function resolveDeliveries(
  desk: DeliveryDesk,
  connections: readonly ConnectionSettings[],
): Promise<void> {
  for (const settings of connections.filter(isDelivering)) {
    for (const delivery of await desk.state.deliveriesOf(settings.name, 'delivering', 'unknown')) {
      desk.signal?.throwIfAborted();
      await resolveOne(desk, settings, delivery);
    }
  }
}

async function resolveOne(desk: DeliveryDesk, settings: Delivering, delivery: DeliveryRecord): Promise<void> {
  const { state } = desk;
  const { id } = delivery;
  const bundle = await state.bundle(delivery.bundleId);
  const seen = await sightOf(desk, settings, bundle, delivery);
  if (typeof seen === 'string') await state.finishDelivery(id, 'failed', undefined, `interrupted: ${seen}`);
  else if (bundle !== undefined) await recordArrival(desk, settings, bundle, { id, receipt: seen });
}

/** The receipt, or why there is none. */
async function sightOf(
  desk: DeliveryDesk,
  settings: Delivering,
  bundle: BundleRecord | undefined,
  { target: address, rollback }: DeliveryRecord,
): Promise<Receipt | string> {
  if (bundle?.state !== 'published') return 'its bundle is no longer kept';
  const newest = (await desk.state.base(settings.name))?.bundleId ?? 0;
  if (rollback === null && newest > bundle.id) return 'a newer bundle has arrived since';
  const target = await openFor(desk, settings, bundle);
  if (target.address !== address) return 'the connection now has another receiver';
  desk.onProgress(`checking whether the last delivery of ${settings.name} arrived`);
  const { turns, signal } = desk;
  const sight = await turns.take(target.host, () => lookFor(desk, settings, bundle, target), signal);
  if (sight?.seen === 'there') return sight.receipt;
  return sight?.seen === 'absent' ? 'it had not arrived' : 'it is unknown whether it arrived';
}

async function lookFor(
  desk: DeliveryDesk,
  settings: Delivering,
  bundle: BundleRecord,
  target: DeliveryTarget,
): Promise<Sight | undefined> {
  try {
    return await target.look(await parcelOf(desk, settings, bundle, target), limited(desk.signal, settings));
  } catch (error) {
    desk.signal?.throwIfAborted();
    if (error instanceof DeliveryFault) return undefined;
    throw error;
  }
}

/** A check has the limit of a delivery. */
function limited(signal: AbortSignal | undefined, { delivery }: Delivering): AbortSignal {
  const limit = AbortSignal.timeout(delivery.maxMinutes * 60_000);
  return signal === undefined ? limit : AbortSignal.any([signal, limit]);
}
