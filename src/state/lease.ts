/**
 * The right to write the state of a district, on a database that several machines use: a row with an end, and a token that grows with
 * each taker. Each transaction of its holder begins with `checkLease`, so that one that slept through its end writes nothing
 * more. Only the clock of the database counts.
 */
import type { Knex } from 'knex';
import { ExportError } from '../model/errors.js';
import { inMs, PROGRAM_LIMITS } from '../model/limits.js';
import type { Store } from './store.js';

/** As much of a store as a lease takes. */
export type LeaseStore = Pick<Store, 'knex' | 'district' | 'transaction'>;

export interface LeaseRequest {
  /** The process and its machine, in words. */
  readonly holder: string;
  /** Of the queue of a fleet. */
  readonly job?: string | null;
  readonly seconds?: number;
}

export interface HeldLease {
  readonly district: string;
  readonly token: number;
}

export interface LeaseHolder {
  readonly holder: string;
  readonly job: string | null;
  readonly token: number;
}

/** Its holder lost it: another process works on the district. */
export class LeaseLost extends ExportError {
  constructor(district: string, options?: ErrorOptions) {
    super(
      'already-running',
      `Another process has taken over the district ${district}: this one did not renew its lease in time, and writes nothing more. See status; run the refresh again if the other one failed.`,
      [],
      options,
    );
  }
}

/** How long a lease lives without being renewed. Only tests set the variable: they cannot wait for a minute. */
export function leaseSeconds(): number {
  const shortened = Number(process.env['ONEROSTER_EXPORT_LEASE_SECONDS']);
  return shortened > 0 ? shortened : inMs(PROGRAM_LIMITS.lease) / 1_000;
}

/** Gives the token, or undefined while another has the district. */
export async function takeLease(
  { knex, district, transaction }: LeaseStore,
  { holder, job = null, seconds = leaseSeconds() }: LeaseRequest,
): Promise<number | undefined> {
  const { now, after } = clockOf(knex);
  const taken = { holder, job, expiresAt: after(seconds) };
  const [row] = await transaction<readonly { readonly token: number }[]>(
    async (trx) =>
      await trx('lease')
        .insert({ ...taken, district, token: 1 })
        .onConflict('district')
        .merge({ ...taken, token: trx.raw('?? + 1', ['lease.token']) })
        .where('lease.expiresAt', '<=', now)
        .returning('token'),
  );
  return row?.token;
}

/** False once another has taken it, or it was ended. */
export async function renewLease(
  { knex, district, transaction }: LeaseStore,
  token: number,
  seconds = leaseSeconds(),
): Promise<boolean> {
  const expiresAt = clockOf(knex).after(seconds);
  return await transaction(async (trx) => {
    const own = trx('lease').where({ district, token }).where('expiresAt', '>', 0);
    return (await own.update({ expiresAt })) > 0;
  });
}

/** Frees it for others. */
export async function endLease({ district, transaction }: LeaseStore, token: number): Promise<void> {
  await transaction((trx) => endLeaseIn(trx, { district, token }));
}

/** The same as a part of a transaction. False once another has taken it. The row stays: its token must grow. */
export const endLeaseIn = async (trx: Knex, { district, token }: HeldLease): Promise<boolean> =>
  (await trx('lease').where({ district, token }).update({ expiresAt: 0 })) > 0;

/** Undefined while no process has the district. */
export async function leaseHolder({ knex, district }: LeaseStore): Promise<LeaseHolder | undefined> {
  const { now } = clockOf(knex);
  const held = knex('lease').where({ district }).where('expiresAt', '>', now);
  const holder: LeaseHolder | undefined = await held.first('holder', 'job', 'token');
  return holder;
}

/** Whether the token is that of the last taker. */
export async function isNewest({ knex, district }: LeaseStore, token: number): Promise<boolean> {
  return (await knex('lease').where({ district, token }).first('token')) !== undefined;
}

/**
 * The first statement of a transaction: its lock of the row keeps others from taking the lease before the transaction ends. Throws
 * LeaseLost. Without a token it only waits for its turn, for notes beside a refresh.
 */
export async function checkLease(trx: Knex, { district, token }: Store): Promise<void> {
  if (token === undefined) {
    if ((await touch(trx, { district })) > 0) return;
    await trx('lease').insert({ district, token: 0 }).onConflict('district').ignore();
    await touch(trx, { district });
  } else if (!(await holdsLease(trx, { district, token }))) throw new LeaseLost(district);
}

/** Whether the token is that of the last taker, who then stays so until the transaction ends. */
export const holdsLease = async (trx: Knex, { district, token }: HeldLease): Promise<boolean> =>
  (await touch(trx, { district, token })) > 0;

const touch = async (trx: Knex, which: object): Promise<number> =>
  await trx('lease').where(which).update('token', trx.ref('token'));

/** Seconds since 1970, as PostgreSQL counts them. */
export const POSTGRES_NOW = 'extract(epoch from clock_timestamp())::float8';

/** The same of either database. */
function clockOf(knex: Knex): { readonly now: Knex.Raw; readonly after: (seconds: number) => Knex.Raw } {
  const now =
    (knex.client as { readonly config: Knex.Config }).config.client === 'pg'
      ? POSTGRES_NOW
      : `unixepoch('subsec')`;
  return { now: knex.raw(now), after: (seconds) => knex.raw(`${now} + ?`, [seconds]) };
}
