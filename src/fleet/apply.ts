/** The districts of the folder against those that were applied before: what would change, and the change itself. */
import type { Knex } from 'knex';
import { districtsOf, type AppliedDistrict } from './districts.js';
import type { ReadFleet, UnfitDistrict } from './folder.js';
import type { District } from './model.js';
import { partsOf } from '../state/lists.js';
import { setSlots, slotsOf } from './slots.js';

/** One setting of a district, or of a SQL host, in words. */
export interface SettingChange {
  readonly setting: string;
  readonly before: string;
  readonly after: string;
}

export interface ChangedDistrict {
  readonly name: string;
  readonly changes: readonly SettingChange[];
}

export interface ApplyPlan {
  readonly added: readonly District[];
  readonly changed: readonly ChangedDistrict[];
  /** Names; their history stays in the state. */
  readonly removed: readonly string[];
  readonly unchanged: number;
  /** How many refreshes may read from each SQL host at once; 0 where no district is on it. */
  readonly hosts: readonly SettingChange[];
  /** They stay as they were applied before, if they were. */
  readonly skipped: readonly UnfitDistrict[];
}

export async function planToApply(knex: Knex, fleet: ReadFleet): Promise<ApplyPlan> {
  const applied = await districtsOf(knex);
  const before = new Map(applied.map((district) => [district.name, district]));
  const changed = fleet.districts.flatMap((district): readonly ChangedDistrict[] => {
    const known = before.get(district.name);
    const changes = known === undefined ? [] : changesOf(known, district);
    return changes.length === 0 ? [] : [{ name: district.name, changes }];
  });
  const added = fleet.districts.filter(({ name }) => !before.has(name));
  return {
    added,
    changed,
    removed: removedFrom(applied, fleet),
    unchanged: fleet.districts.length - added.length - changed.length,
    hosts: hostChanges(await slotsOf(knex), hostsAfter(applied, fleet)),
    skipped: fleet.unfit,
  };
}

export const isNothing = ({ added, changed, removed, hosts }: ApplyPlan): boolean =>
  added.length + changed.length + removed.length + hosts.length === 0;

/** In a transaction. Gives the hosts that need a queue. A district that was applied before keeps its pause and its first day. */
export async function apply(trx: Knex.Transaction, fleet: ReadFleet, now: Date): Promise<readonly string[]> {
  const applied = await districtsOf(trx);
  const removed = removedFrom(applied, fleet);
  for (const part of partsOf(removed)) await trx('fleetDistrict').whereIn('name', part).delete();
  const rows = fleet.districts.map((district) => ({ ...rowOf(district), appliedAt: now.toISOString() }));
  for (const part of partsOf(rows))
    await trx('fleetDistrict')
      .insert(part)
      .onConflict('name')
      .merge([...SETTINGS]);
  const hosts = hostsAfter(applied, fleet);
  await setSlots(trx, hosts);
  return [...hosts.keys()];
}

const SETTINGS = [
  'host',
  'labels',
  'start',
  'timezone',
  'windowMinutes',
  'deliverBy',
  'config',
  'connections',
] as const;

type Setting = (typeof SETTINGS)[number];

function rowOf(district: District): Readonly<Record<Setting | 'name', string | number | null>> {
  return {
    ...district,
    deliverBy: district.deliverBy ?? null,
    labels: JSON.stringify(district.labels),
    connections: JSON.stringify(district.connections),
  };
}

const changesOf = (before: District, after: District): readonly SettingChange[] =>
  SETTINGS.flatMap((setting) => {
    const [was, is] = [inWords(before[setting]), inWords(after[setting])];
    return was === is ? [] : [{ setting, before: was, after: is }];
  });

const inWords = (value: District[Setting]): string =>
  value === undefined ? 'none' : typeof value === 'object' ? value.join(', ') || 'none' : String(value);

function removedFrom(applied: readonly District[], { districts, unfit }: ReadFleet): readonly string[] {
  const there = new Set([...districts, ...unfit].map(({ name }) => name));
  return applied.filter(({ name }) => !there.has(name)).map(({ name }) => name);
}

/** With those of districts that are skipped and stay as they are. */
function hostsAfter(
  applied: readonly AppliedDistrict[],
  { districts, unfit, mostAt }: ReadFleet,
): ReadonlyMap<string, number> {
  const skipped = new Set(unfit.map(({ name }) => name));
  const staying = [...districts, ...applied.filter(({ name }) => skipped.has(name))];
  return new Map(staying.map(({ host }) => [host, mostAt(host)]));
}

function hostChanges(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): readonly SettingChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names
    .map((setting) => ({
      setting,
      before: String(before.get(setting) ?? 0),
      after: String(after.get(setting) ?? 0),
    }))
    .filter((change) => change.before !== change.after);
}
