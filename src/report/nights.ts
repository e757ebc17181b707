/** The nights before, out of the history: what the plots of the reports are drawn from. */
import { SCHOOL_TABLES, type Night, type SchoolTable } from './page/subject.js';
import type { BundleRecord } from '../state/records.js';
import type { State } from '../state/state.js';

/** So many days are looked back upon. */
const NIGHTS = 60;
/** Some days are refreshed more than once. */
const RECORDS = 150;

export interface RecordedNight extends Night {
  readonly record: BundleRecord;
}

/** Oldest first, one for each as-of day: the newest good bundle of it, else the newest that there is. */
export async function nightsOf(state: State, connection: string): Promise<readonly RecordedNight[]> {
  const byDay = new Map<string, RecordedNight>();
  const records = await state.newestBundles(connection, RECORDS);
  const days = await state.daysOf(records);
  for (const record of records) {
    const asOf = days.get(record.refreshId);
    if (asOf === undefined) continue;
    const known = byDay.get(asOf);
    const isGood = isGoodRecord(record);
    if (known === undefined || (isGood && !known.isGood)) byDay.set(asOf, nightOf(record, asOf, isGood));
  }
  return [...byDay.values()].sort((a, b) => (a.asOf < b.asOf ? -1 : 1)).slice(-NIGHTS);
}

/** It was published at some time, also when retention has removed its file since. */
export const isGoodRecord = ({ state }: BundleRecord): boolean =>
  state === 'published' || state === 'removed';

/** Rows of the full content: those of a delta are only what it sends. */
export function fullRows({ mode, rows, difference }: BundleRecord): Readonly<Record<string, number>> {
  if (mode === 'bulk') return rows;
  const tables = difference?.tables ?? {};
  return Object.fromEntries(Object.entries(tables).map(([table, { after }]) => [table, after]));
}

function nightOf(record: BundleRecord, asOf: string, isGood: boolean): RecordedNight {
  const full = fullRows(record);
  const isMade = Object.keys(full).length > 0;
  const rows = Object.fromEntries(SCHOOL_TABLES.map((table) => [table, full[table] ?? 0]));
  return {
    record,
    asOf,
    isGood,
    rows: isMade ? (rows as Record<SchoolTable, number>) : null,
    excluded: isMade ? Object.values(record.exclusions).reduce((sum, count) => sum + count, 0) : null,
  };
}
