/** Rows of the database to records and back: what is JSON in a column, and what may be absent. */
import type { BundleRecord, DeliveryRecord, NewBundle, PublicationRecord, RefreshRecord } from './records.js';

export type Row = Readonly<Record<string, unknown>>;

const parsed = (text: unknown): unknown => (typeof text === 'string' ? JSON.parse(text) : null);
const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

export const refreshOf = (row: Row): RefreshRecord =>
  ({ ...row, connections: parsed(row['connections']) }) as RefreshRecord;

export const deliveryOf = (row: Row): DeliveryRecord =>
  ({ ...row, receipt: parsed(row['receipt']) }) as DeliveryRecord;

export const publicationOf = (row: Row): PublicationRecord =>
  ({ ...row, fields: parsed(row['fields']) }) as PublicationRecord;

export const bundleOf = (row: Row): BundleRecord =>
  ({
    ...row,
    rows: parsed(row['rows']),
    exclusions: parsed(row['exclusions']),
    difference: parsed(row['difference']),
    trials: parsed(row['trials']),
  }) as BundleRecord;

const zipRow = (zip: NewBundle['bundle']): Row => ({
  sha256: zip?.sha256 ?? null,
  bytes: zip?.bytes ?? null,
  rows: JSON.stringify(Object.fromEntries(zip?.rows ?? [])),
});

export function bundleRow(bundle: NewBundle, id: number, madeAt: string): Row {
  return {
    id,
    refreshId: bundle.refreshId,
    connection: bundle.connection,
    state: bundle.state,
    madeAt,
    version: bundle.version,
    mode: bundle.mode,
    scheme: bundle.scheme,
    name: bundle.name ?? null,
    ...zipRow(bundle.bundle),
    contentSha256: bundle.contentSha256 ?? null,
    baseId: bundle.baseId ?? null,
    exclusions: JSON.stringify(Object.fromEntries(bundle.exclusions ?? [])),
    reason: bundle.reason ?? null,
    difference: json(bundle.difference),
    seconds: bundle.seconds ?? null,
    trials: json(bundle.trials),
    night: bundle.night ?? null,
  };
}
