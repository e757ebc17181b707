import type { Knex } from 'knex';

/** By the database's clock: those of the machines differ. */
export async function clockOf(knex: Knex): Promise<string> {
  const { rows } = await knex.raw<{ rows: { now: Date }[] }>('select clock_timestamp() as now');
  return (rows[0]?.now ?? new Date()).toISOString();
}
