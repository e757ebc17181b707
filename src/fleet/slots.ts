/**
 * How many refreshes read from one SQL host at the same time, over all workers: each holds one of the slots of the host. A slot that is
 * not renewed is free again; correctness does not depend on slots, they only limit the load.
 */
import type { Knex } from 'knex';
import { POSTGRES_NOW as NOW } from '../state/lease.js';

export interface Slot {
  readonly host: string;
  readonly n: number;
  readonly holder: string;
}

/** Each host has as many as it should; those beyond are gone, and a worker that holds one goes on without it. */
export async function setSlots(knex: Knex, most: ReadonlyMap<string, number>): Promise<void> {
  const rows = [...most].flatMap(([host, count]) => Array.from({ length: count }, (_, n) => ({ host, n })));
  if (rows.length > 0) await knex('fleetSlot').insert(rows).onConflict(['host', 'n']).ignore();
  for (const [host, count] of most) await knex('fleetSlot').where({ host }).where('n', '>=', count).delete();
  await knex('fleetSlot')
    .whereNotIn('host', [...most.keys()])
    .delete();
}

/** How many each host has. */
export async function slotsOf(knex: Knex): Promise<ReadonlyMap<string, number>> {
  const rows = await knex<{ host: string; n: number }>('fleetSlot').select('host', 'n');
  const most = new Map<string, number>();
  for (const { host } of rows) most.set(host, (most.get(host) ?? 0) + 1);
  return most;
}

/** Undefined where all are held. */
export async function takeSlot(
  knex: Knex,
  { host, holder, seconds }: { readonly host: string; readonly holder: string; readonly seconds: number },
): Promise<Slot | undefined> {
  const { rows } = await knex.raw<{ rows: { n: number }[] }>(
    `update "fleetSlot" set holder = ?, "expiresAt" = ${NOW} + ?
     where (host, n) = (select host, n from "fleetSlot" where host = ? and "expiresAt" <= ${NOW} order by n limit 1 for update skip locked)
     returning n`,
    [holder, seconds, host],
  );
  const [taken] = rows;
  return taken && { host, n: taken.n, holder };
}

export async function renewSlot(knex: Knex, { host, n, holder }: Slot, seconds: number): Promise<void> {
  await knex.raw(`update "fleetSlot" set "expiresAt" = ${NOW} + ? where host = ? and n = ? and holder = ?`, [
    seconds,
    host,
    n,
    holder,
  ]);
}

export async function freeSlot(knex: Knex, { host, n, holder }: Slot): Promise<void> {
  await knex('fleetSlot').where({ host, n, holder }).update({ holder: null, expiresAt: 0 });
}
