/** Publications have a table of their own; a state of an earlier version, which kept them in the audit trail, is brought along. */
import Database from 'better-sqlite3';
import { afterAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { EARLIER_STEPS } from '../../src/state/earlier-schema.js';
import { State } from '../../src/state/state.js';
import { makeFolder, removeFolders } from '../support/cli.js';

afterAll(removeFolders);

/** The schema as it was before publications had a table, with what the program recorded then. */
function earlierState(): string {
  const path = join(makeFolder(), 'state.db');
  const database = new Database(path);
  for (const migration of EARLIER_STEPS.slice(0, 3)) database.exec(migration);
  database.pragma('user_version = 3');
  database.exec(`
    INSERT INTO refresh (id, startedAt, asOf, program, connections, outcome)
      VALUES (1, '2026-10-15T08:00:00.000Z', '2026-10-15', 'test', '["library"]', 'done')`);
  const bundle = database.prepare(
    `INSERT INTO bundle (id, refreshId, connection, state, madeAt, version, mode, scheme, name)
     VALUES (?, 1, ?, 'published', '2026-10-15T08:00:00.000Z', '1.1', 'bulk', '', ?)`,
  );
  bundle.run(1, 'library', 'first');
  bundle.run(2, 'library', 'second');
  bundle.run(3, 'lms', 'first');
  bundle.run(4, 'library', 'never');
  const audit = database.prepare(
    `INSERT INTO audit (seq, at, who, what, connection, detail, previous, hash) VALUES (?, ?, '', ?, ?, ?, '', '')`,
  );
  audit.run(1, 'day 1', 'published', 'library', JSON.stringify({ name: 'first' }));
  audit.run(2, 'day 2', 'held', 'library', JSON.stringify({ name: 'second' }));
  const detail = { name: 'second', receiver: 'sftp://there', fields: { users: { phone: 'mask' } } };
  audit.run(3, 'day 3', 'released', 'library', JSON.stringify(detail));
  audit.run(4, 'day 4', 'released', 'library', JSON.stringify({ ...detail, receiver: 'elsewhere' }));
  audit.run(5, 'day 5', 'published', 'lms', JSON.stringify({ name: 'first', receiver: 'home' }));
  database.close();
  return path;
}

it('are taken over from the audit trail of an earlier state: the first of each bundle', async () => {
  const state = await State.open(earlierState(), () => new Date());
  expect([...(await state.publications('library')).values()]).toEqual([
    { bundleId: 1, at: 'day 1', receiver: 'home', fields: {} },
    { bundleId: 2, at: 'day 3', receiver: 'sftp://there', fields: { users: { phone: 'mask' } } },
  ]);
  expect([...(await state.publications('lms')).keys()]).toEqual([3]);
  await state.close();
});

it('keep their first time when they are recorded once more', async () => {
  const path = earlierState();
  const state = await State.open(path, () => new Date('2026-10-16T08:00:00Z'));
  await state.addPublication({ bundleId: 4, receiver: 'home', fields: {} });
  await state.addPublication({ bundleId: 4, receiver: 'elsewhere', fields: {} });
  expect((await state.publications('library')).get(4)).toEqual({
    bundleId: 4,
    at: '2026-10-16T08:00:00.000Z',
    receiver: 'home',
    fields: {},
  });
  await state.close();
});
