/** A state that the last version with a schema of SQLite alone made, and what that version read in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { State } from '../../src/state/state.js';
import { auditTrail } from '../support/audit-trail.js';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/state');

export const EARLIER_STATE = join(FIXTURES, 'state-6.db');
export const golden = JSON.parse(readFileSync(join(FIXTURES, 'state-6.json'), 'utf8')) as object;

/** As JSON, which leaves out what is undefined. */
export async function seenIn(state: State): Promise<unknown> {
  const of = async (name: string): Promise<object> => ({
    // What later versions added is left out.
    bundles: (await state.bundles(name)).map(({ night, ...bundle }) => (night === null ? bundle : night)),
    deliveries: await state.deliveriesOf(name, 'delivering', 'delivered', 'failed', 'unknown'),
    base: await state.base(name),
    publications: [...(await state.publications(name))],
    refreshes: await state.refreshes(10, name),
  });
  const seen = {
    connections: await state.connections(),
    refreshes: await state.refreshes(100),
    library: await of('library'),
    lms: await of('lms'),
    schools: await Promise.all([1, 2, 3, 4].map((id) => state.schoolsOf(id))),
    audit: await auditTrail(state),
    checked: await state.checkAudit(),
    told: { email: [...(await state.told('email'))], webhook: [...(await state.told('webhook'))] },
  };
  return JSON.parse(JSON.stringify(seen));
}
