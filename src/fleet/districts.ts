/** The districts as they were applied. */
import type { Knex } from 'knex';
import type { District } from './model.js';

export interface AppliedDistrict extends District {
  /** When it was first applied: nights that began before are not made up for. */
  readonly appliedAt: string;
  readonly pausedAt: string | null;
  readonly pausedBy: string | null;
  readonly pauseReason: string | null;
}

/** In the order of their names; all of them, or those with these names. */
export async function districtsOf(
  knex: Knex,
  names?: readonly string[],
): Promise<readonly AppliedDistrict[]> {
  const query = knex<Row>('fleetDistrict').select('*');
  const rows = await (names === undefined ? query : query.whereIn('name', names));
  return rows.map(districtOf).sort((a, b) => (a.name < b.name ? -1 : 1));
}

type Row = Omit<AppliedDistrict, 'labels' | 'connections' | 'deliverBy'> & {
  readonly labels: string;
  readonly connections: string;
  readonly deliverBy: string | null;
};

function districtOf({ labels, connections, deliverBy, ...row }: Row): AppliedDistrict {
  return {
    ...row,
    labels: JSON.parse(labels) as readonly string[],
    connections: JSON.parse(connections) as readonly string[],
    ...(deliverBy !== null && { deliverBy }),
  };
}
