/** `status`: per connection the last good bundle and its age, the last delivery, and what is held. */
import type { Config } from '../model/settings.js';
import { homeAt } from '../state/home.js';
import { State, type BundleRecord, type DeliveryRecord } from '../state/state.js';
import { columns, type Terminal } from './terminal.js';

export interface StatusOptions {
  /** Hours. */
  readonly maxAge?: number;
  readonly json?: boolean;
}

export interface ConnectionStatus {
  readonly name: string;
  readonly lastGood: { readonly name: string | null; readonly at: string; readonly ageHours: number } | null;
  readonly lastDelivery: Pick<
    DeliveryRecord,
    'state' | 'target' | 'startedAt' | 'finishedAt' | 'message'
  > | null;
  readonly held: {
    readonly at: string;
    readonly reason: string | null;
    readonly sha256: string | null;
  } | null;
  /** What became of the newest refresh of the connection. */
  readonly lastOutcome: string | null;
  readonly isTooOld: boolean;
}

/** Gives the exit code: 1 when a last good bundle is older than the limit, or there is none. */
export function statusCommand(config: Config, options: StatusOptions, { out }: Terminal, now: Date): number {
  const state = State.look(homeAt(config.home).state);
  try {
    const statuses = config.connections.map(({ name }) => statusOf(state, name, options.maxAge, now));
    out(
      options.json === true
        ? `${JSON.stringify({ connections: statuses }, undefined, 2)}\n`
        : inWords(statuses),
    );
    return statuses.some(({ isTooOld }) => isTooOld) ? 1 : 0;
  } finally {
    state?.close();
  }
}

function statusOf(
  state: State | undefined,
  name: string,
  maxAge: number | undefined,
  now: Date,
): ConnectionStatus {
  const good = state?.bundles(name, 'published')[0];
  const held = state?.bundles(name, 'held')[0];
  const delivery = state?.lastDelivery(name);
  const ageHours = good === undefined ? Infinity : hoursSince(good, now);
  return {
    name,
    lastGood:
      good === undefined
        ? null
        : { name: good.name, at: good.madeAt, ageHours: Math.round(ageHours * 10) / 10 },
    lastDelivery: delivery ?? null,
    held: held === undefined ? null : { at: held.madeAt, reason: held.reason, sha256: held.sha256 },
    lastOutcome: state?.bundles(name)[0]?.state ?? null,
    isTooOld: maxAge !== undefined && ageHours > maxAge,
  };
}

const hoursSince = ({ madeAt }: BundleRecord, now: Date): number =>
  (now.getTime() - new Date(madeAt).getTime()) / 3_600_000;

function inWords(statuses: readonly ConnectionStatus[]): string {
  const rows = statuses.map(({ name, lastGood, lastDelivery, lastOutcome, isTooOld }) => [
    name,
    lastGood === null ? 'never' : `${lastGood.at.slice(0, 16).replace('T', ' ')} UTC`,
    lastGood === null ? '' : `${lastGood.ageHours.toFixed(1)} h${isTooOld ? ', TOO OLD' : ''}`,
    lastOutcome ?? 'nothing yet',
    lastDelivery === null ? '-' : lastDelivery.state,
  ]);
  const held = statuses
    .filter((status) => status.held !== null)
    .map(
      ({ name, held }) =>
        `\n${name} holds a bundle back: ${held?.reason ?? ''}\n  oneroster-export release ${name} --reason TEXT, or discard\n`,
    );
  return columns([['connection', 'last good', 'age', 'newest refresh', 'delivery'], ...rows]) + held.join('');
}
