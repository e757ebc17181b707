/** A district that is paused is not refreshed until it is resumed. Both are recorded in its audit trail, in the same transaction. */
import type { Knex } from 'knex';
import { ExportError } from '../model/errors.js';
import { State } from '../state/state.js';
import { clockOf } from './clock.js';
import { districtsOf, type AppliedDistrict } from './districts.js';

export interface Decision {
  readonly district: string;
  readonly reason: string;
}

/** Throws ExportError `usage` where the district is not in the fleet, or paused already. */
export async function pause(trx: Knex.Transaction, { district, reason }: Decision): Promise<void> {
  const { pausedAt, pausedBy, pauseReason } = await districtNamed(trx, district);
  if (pausedAt !== null)
    throw new ExportError(
      'usage',
      `${district} is already paused, since ${pausedAt} by ${pausedBy ?? 'someone'}: ${pauseReason ?? 'no reason'}. Resume it first to give another reason.`,
    );
  const who = await record(trx, 'paused', { district, reason });
  await trx('fleetDistrict')
    .where({ name: district })
    .update({ pausedAt: await clockOf(trx), pausedBy: who, pauseReason: reason });
}

/** Throws ExportError `usage` where the district is not in the fleet, or not paused. */
export async function resume(trx: Knex.Transaction, { district, reason }: Decision): Promise<void> {
  const { pausedAt } = await districtNamed(trx, district);
  if (pausedAt === null) throw new ExportError('usage', `${district} is not paused.`);
  await record(trx, 'resumed', { district, reason });
  await trx('fleetDistrict')
    .where({ name: district })
    .update({ pausedAt: null, pausedBy: null, pauseReason: null });
}

async function districtNamed(trx: Knex.Transaction, name: string): Promise<AppliedDistrict> {
  await trx('fleetDistrict').where({ name }).forUpdate().select('name'); // of two at once, the second one finds what the first did
  const [district] = await districtsOf(trx, [name]);
  if (district !== undefined) return district;
  throw new ExportError('usage', `There is no district ${name} in this fleet: fleet status lists them.`);
}

/** Gives who did it. */
async function record(trx: Knex.Transaction, what: string, { district, reason }: Decision): Promise<string> {
  const store = {
    knex: trx,
    district,
    transaction: async <T>(work: (inside: Knex.Transaction) => Promise<T>): Promise<T> => await work(trx),
    close: () => Promise.resolve(),
  };
  const at = new Date(await clockOf(trx));
  return await State.over(store, () => at).transaction(async (state) => {
    await state.audit(what, null, { reason });
    return state.acting().who;
  });
}
