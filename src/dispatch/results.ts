/** The last part of a refresh: good bundles that have not arrived yet go to their receivers, one connection not waiting for another. */
import {
  deliverBundle,
  isDelivering,
  labelFor,
  type DeliveryDesk,
  type DeliveryOutcome,
} from './dispatch.js';
import { DeliveryFault } from '../deliver/deliver.js';
import { isQuietDay } from '../guard/guard.js';
import type { ConnectionSettings } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';
import { receiverAddress } from '../model/receiver.js';
import type { BundleRecord } from '../state/records.js';

/** What a refresh made of a connection, as far as it matters here. */
interface Made {
  readonly settings: ConnectionSettings;
  readonly outcome: string;
}

/**
 * The results with a `delivery` each, where there was something to send. A connection that failed tonight may still owe its
 * receiver the bundle of a night before.
 */
export async function deliverResults<T extends Made>(
  desk: DeliveryDesk,
  results: readonly T[],
  asOf: LocalDate,
  asError: (cause: unknown) => DeliveryOutcome['error'],
): Promise<readonly (T & { readonly delivery?: DeliveryOutcome })[]> {
  return await Promise.all(
    results.map(async (result) => {
      const { settings, outcome } = result;
      if (!isDelivering(settings) || outcome === 'ended' || isQuietDay(settings, asOf)) return result;
      const bundle = await undelivered(desk, settings);
      if (bundle === undefined) return result;
      try {
        return { ...result, delivery: await deliverBundle(desk, settings, bundle) };
      } catch (cause) {
        const error = asError(cause);
        const delivery: DeliveryOutcome = {
          state: 'failed',
          target: labelFor(desk.config.timezone, settings, bundle),
          bundle: bundle.name ?? '',
          attempts: [],
          isLate: false,
          ...(error !== undefined && { error }),
        };
        return { ...result, delivery };
      }
    }),
  );
}

/** The newest good bundle, unless the receiver has confirmed it. Tonight's, or that of a night whose delivery failed. */
async function undelivered(
  { state }: DeliveryDesk,
  settings: ConnectionSettings,
): Promise<BundleRecord | undefined> {
  const newest = await state.newestBundle(settings.name, 'published');
  if (newest === undefined) return undefined;
  const receiver = receiverAddress(settings);
  const deliveries = await state.deliveries(newest.id);
  const hasArrived = deliveries.some(({ state: how, target }) => how === 'delivered' && target === receiver);
  return hasArrived ? undefined : newest;
}

export const stepOf = ({ error }: DeliveryOutcome): string | undefined =>
  error instanceof DeliveryFault ? error.facts.step : undefined;
