/** `status`: per connection the last good bundle and its age, the last delivery, and what is held. */
import type { Difference } from '../model/difference.js';
import { localTime } from '../model/local-time.js';
import { splitReasons } from '../model/result.js';
import type { Config, ConnectionSettings } from '../model/settings.js';
import { hasSharingEnded, sharingDay } from '../model/sharing.js';
import { homeAt, type Home } from '../home/home.js';
import { lastOutcome } from '../state/outcome.js';
import type { BundleRecord, DeliveryRecord } from '../state/records.js';
import { withheldFile } from '../home/bundle-files.js';
import { lookAtState } from '../state/open.js';
import type { State } from '../state/state.js';
import { differenceTable } from './difference-table.js';
import { columns, type Terminal } from './terminal.js';

export interface StatusOptions {
  /** Hours. */
  readonly maxAge?: number;
  readonly json?: boolean;
}

export interface ChangedRows {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

export interface ConnectionStatus {
  readonly name: string;
  readonly lastGood: { readonly name: string | null; readonly at: string; readonly ageHours: number } | null;
  /** Rows of the newest bundle against the last good one before it; null where there is nothing to compare with. */
  readonly changedRows: ChangedRows | null;
  readonly lastDelivery: Pick<
    DeliveryRecord,
    'state' | 'target' | 'startedAt' | 'finishedAt' | 'message'
  > | null;
  readonly held: {
    readonly at: string;
    readonly reason: string | null;
    readonly sha256: string | null;
    readonly path: string;
    /** Against the last good bundle. */
    readonly difference: Difference | null;
  } | null;
  /** The outcome of the newest refresh of the connection. */
  readonly lastOutcome: string | null;
  /** The last day, if sharing has ended: then no bundle is too old. */
  readonly sharingEnded: string | null;
  readonly isTooOld: boolean;
}

/** Returns the exit code: 1 if a last good bundle is older than the limit, or there is none. */
export async function statusCommand(
  config: Config,
  options: StatusOptions,
  { out }: Terminal,
  now: Date,
): Promise<number> {
  const home = homeAt(config.home);
  const state = await lookAtState({ settings: config.state, file: home.state });
  try {
    const today = sharingDay(config, now);
    const standing = { state, home, now, maxAge: options.maxAge };
    const statuses: ConnectionStatus[] = [];
    for (const settings of config.connections)
      statuses.push(await statusOf(standing, settings, hasSharingEnded(settings, today)));
    out(
      options.json === true
        ? `${JSON.stringify({ connections: statuses }, undefined, 2)}\n`
        : inWords(statuses, config.timezone),
    );
    return statuses.some(({ isTooOld }) => isTooOld) ? 1 : 0;
  } finally {
    await state?.close();
  }
}

interface Standing {
  readonly state: State | undefined;
  readonly home: Home;
  readonly now: Date;
  readonly maxAge: number | undefined;
}

async function statusOf(
  { state, home, now, maxAge }: Standing,
  { name, sharingEnds }: ConnectionSettings,
  hasEnded: boolean,
): Promise<ConnectionStatus> {
  const good = await state?.newestBundle(name, 'published');
  const held = await state?.newestBundle(name, 'held');
  const delivery = await state?.lastDelivery(name);
  const ageHours = good === undefined ? Infinity : hoursSince(good, now);
  return {
    name,
    lastGood:
      good === undefined
        ? null
        : { name: good.name, at: good.madeAt, ageHours: Math.round(ageHours * 10) / 10 },
    changedRows: changedRows(held ?? good),
    lastDelivery: delivery ?? null,
    held: held === undefined || hasEnded ? null : heldBundle(held, home),
    lastOutcome: (state && (await lastOutcome(state, name))) ?? null,
    // A bundle from the future is also too old: the clock was set back, and refreshes wait for it.
    sharingEnded: hasEnded ? (sharingEnds ?? null) : null,
    isTooOld: !hasEnded && maxAge !== undefined && Math.abs(ageHours) > maxAge,
  };
}

function heldBundle(held: BundleRecord, home: Home): NonNullable<ConnectionStatus['held']> {
  const { madeAt, reason, sha256, difference } = held;
  return { at: madeAt, reason, sha256, path: withheldFile(home, held, 'bundle'), difference };
}

function changedRows(bundle: BundleRecord | undefined): ChangedRows | null {
  const difference = bundle?.difference ?? null;
  if (difference === null) return null;
  const tables = Object.values(difference.tables);
  const sum = (of: keyof ChangedRows): number => tables.reduce((total, change) => total + change[of], 0);
  return { added: sum('added'), changed: sum('changed'), removed: sum('removed') };
}

const hoursSince = ({ madeAt }: BundleRecord, now: Date): number =>
  (now.getTime() - new Date(madeAt).getTime()) / 3_600_000;

function inWords(statuses: readonly ConnectionStatus[], timezone: string): string {
  const rows = statuses.map(
    ({ name, lastGood, changedRows: rows, lastDelivery, lastOutcome, sharingEnded, isTooOld }) => [
      name,
      lastGood === null ? 'never' : localTime(timezone, lastGood.at),
      lastGood === null ? '' : `${lastGood.ageHours.toFixed(1)} h${isTooOld ? ', TOO OLD' : ''}`,
      sharingEnded === null ? (lastOutcome ?? 'nothing yet') : `sharing ended on ${sharingEnded}`,
      rows === null ? '-' : `+${rows.added} ~${rows.changed} -${rows.removed}`,
      lastDelivery === null ? '-' : deliveryInWords(lastDelivery, timezone),
    ],
  );
  const held = statuses.map((each) => heldInWords(each, timezone)).join('');
  return (
    columns([['connection', 'last good', 'age', 'newest refresh', 'changed rows', 'delivery'], ...rows]) +
    held
  );
}

function deliveryInWords(
  { state, startedAt, finishedAt }: NonNullable<ConnectionStatus['lastDelivery']>,
  timezone: string,
): string {
  return `${state} ${localTime(timezone, finishedAt ?? startedAt)}`;
}

function heldInWords({ name, held }: ConnectionStatus, timezone: string): string {
  if (held === null) return '';
  const reasons = splitReasons(held.reason).map((reason) => `  ${reason}\n`);
  const compared = held.difference === null ? '' : `\n${differenceTable(held.difference.tables, '    ')}\n`;
  return (
    `\n${name} has a bundle on hold since ${localTime(timezone, held.at)}; the last good bundle stays:\n` +
    `${reasons.join('')}${compared}  The bundle: ${held.path}\n` +
    `  To publish it anyway: oneroster-export release ${name} --reason TEXT\n` +
    `  To drop it:           oneroster-export discard ${name} --reason TEXT\n`
  );
}
