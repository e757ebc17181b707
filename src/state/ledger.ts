/**
 * The ledger of a receiver: what it got, when, with counts. Where bundles are delivered, a confirmed delivery is an entry;
 * where the receiver fetches them from the home folder, a publication is. Bundles that are no longer kept stay in it.
 */
import type { FieldChoices } from '../oneroster/masks.js';
import { HOME_RECEIVER } from '../model/receiver.js';
import { readScheme } from '../model/scheme.js';
import type { BundleRecord, DeliveryRecord } from './records.js';
import type { State } from './state.js';

export interface LedgerEntry {
  readonly at: string;
  readonly bundle: string;
  readonly version: '1.1' | '1.2';
  readonly mode: 'bulk' | 'delta';
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly files: Readonly<Record<string, { readonly rows: number }>>;
  /** Columns that were left out or masked. */
  readonly fields: FieldChoices;
  /** Extension columns that it has, `table.metadata.name`. */
  readonly metadata: readonly string[];
  /** `home` where the receiver fetches it. */
  readonly to: string;
  readonly receipt: unknown;
}

/** Newest first. */
export async function ledgerOf(state: State, connection: string): Promise<readonly LedgerEntry[]> {
  const publications = await state.publications(connection);
  const delivered = new Map<number, (DeliveryRecord & { readonly finishedAt: string })[]>();
  for (const delivery of (await state.deliveriesOf(connection, 'delivered')).filter(isConfirmed))
    delivered.set(delivery.bundleId, [...(delivered.get(delivery.bundleId) ?? []), delivery]);
  const bundles = await state.bundles(connection);
  return bundles
    .flatMap((bundle) => {
      const published = publications.get(bundle.id);
      const entry = (at: string, to: string, receipt: unknown): LedgerEntry =>
        entryOf(bundle, published?.fields ?? {}, { at, to, receipt });
      const arrived = delivered.get(bundle.id) ?? [];
      if (arrived.length > 0 || published === undefined)
        return arrived.map(({ finishedAt, target, receipt }) => entry(finishedAt, target, receipt));
      return published.receiver === HOME_RECEIVER ? [entry(published.at, HOME_RECEIVER, null)] : [];
    })
    .toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

const isConfirmed = (
  delivery: DeliveryRecord,
): delivery is DeliveryRecord & { readonly finishedAt: string } =>
  delivery.state === 'delivered' && delivery.finishedAt !== null;

function entryOf(
  { name, version, mode, scheme, sha256, bytes, rows }: BundleRecord,
  fields: FieldChoices,
  { at, to, receipt }: Pick<LedgerEntry, 'at' | 'to' | 'receipt'>,
): LedgerEntry {
  const files = Object.fromEntries(Object.entries(rows).map(([table, count]) => [table, { rows: count }]));
  const metadata = readScheme(scheme).columns;
  return { at, bundle: name ?? '', version, mode, sha256, bytes, files, fields, metadata, to, receipt };
}
