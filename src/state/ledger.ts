/**
 * The ledger of a receiver: what it got, when, with counts. Where bundles are delivered, a confirmed delivery is an entry;
 * where the receiver fetches them from the home folder, a publication is. Bundles that are no longer kept stay in it.
 */
import type { FieldChoices } from '../oneroster/masks.js';
import { HOME_RECEIVER } from './base.js';
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
  /** `home` where the receiver fetches it. */
  readonly to: string;
  readonly receipt: unknown;
}

/** What the audit trail says of a publication. */
interface Publication {
  readonly at: string;
  readonly name?: string;
  readonly receiver?: string;
  readonly fields?: FieldChoices;
}

/** Newest first. */
export function ledgerOf(state: State, connection: string): readonly LedgerEntry[] {
  const publications = publicationsOf(state, connection);
  return state
    .bundles(connection)
    .flatMap((bundle) => {
      const published = publications.get(bundle.name ?? '');
      const entry = (at: string, to: string, receipt: unknown): LedgerEntry =>
        entryOf(bundle, published?.fields ?? {}, { at, to, receipt });
      const delivered = state.deliveries(bundle.id).filter(isConfirmed);
      if (delivered.length > 0 || published === undefined)
        return delivered.map(({ finishedAt, target, receipt }) => entry(finishedAt, target, receipt));
      // Records of before receivers were noted are of a time without deliveries.
      return (published.receiver ?? HOME_RECEIVER) === HOME_RECEIVER
        ? [entry(published.at, HOME_RECEIVER, null)]
        : [];
    })
    .toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

const isConfirmed = (
  delivery: DeliveryRecord,
): delivery is DeliveryRecord & { readonly finishedAt: string } =>
  delivery.state === 'delivered' && delivery.finishedAt !== null;

/** By the name of the bundle; the first counts, because a release that was cut short is noted a second time. */
function publicationsOf(state: State, connection: string): ReadonlyMap<string, Publication> {
  const found = new Map<string, Publication>();
  for (const { at, what, connection: of, detail } of state.auditTrail()) {
    if (of !== connection || (what !== 'published' && what !== 'released')) continue;
    const publication = { at, ...(JSON.parse(detail) as Omit<Publication, 'at'>) };
    const name = publication.name ?? '';
    if (!found.has(name)) found.set(name, publication);
  }
  return found;
}

function entryOf(
  { name, version, mode, sha256, bytes, rows }: BundleRecord,
  fields: FieldChoices,
  { at, to, receipt }: Pick<LedgerEntry, 'at' | 'to' | 'receipt'>,
): LedgerEntry {
  const files = Object.fromEntries(Object.entries(rows).map(([table, count]) => [table, { rows: count }]));
  return { at, bundle: name ?? '', version, mode, sha256, bytes, files, fields, to, receipt };
}
