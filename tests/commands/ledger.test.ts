/** `history --receiver`: everything a receiver got, with counts, from the home folder or by delivery; also of long ago. */
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { historyCommand, type HistoryOptions } from '../../src/commands/history.js';
import { release } from '../../src/settle/decide.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import type { ConnectionSettings, Config } from '../../src/model/settings.js';
import type { LedgerEntry } from '../../src/state/ledger.js';
import { State } from '../../src/state/state.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';
import { firstNight } from '../support/first-night.js';
import { aConfig, aConnection, day } from '../support/connections.js';
import { refreshHere } from '../support/in-process.js';
import { AS_OF, change, makeSite, makeSmallDistrict } from '../refresh/small-district.js';

afterAll(removeFolders);

let folder: string;
beforeEach(() => {
  folder = makeFolder();
  makeSmallDistrict(join(folder, 'district.sqlite'));
});

const configOf = (...connections: readonly ConnectionSettings[]): Config => ({
  ...aConfig(join(folder, 'home'), join(folder, 'district.sqlite'), connections),
  retention: { days: 1, bundles: 1 },
});

async function night(at: string, connection: ConnectionSettings): Promise<void> {
  await refreshHere({
    config: configOf(connection),
    source: sqliteSource({ client: 'better-sqlite3', filename: join(folder, 'district.sqlite') }),
    asOf: day(AS_OF),
    startedAt: new Date(at),
  });
}

async function show(
  config: Config,
  options: Partial<HistoryOptions> & { receiver: string },
): Promise<string> {
  let text = '';
  const terminal = { out: (more: string) => (text += more), err: () => undefined, isWatched: false };
  await historyCommand(config, undefined, { limit: 20, ...options }, terminal);
  return text;
}

const entries = async (config: Config, receiver = 'library'): Promise<readonly LedgerEntry[]> =>
  (JSON.parse(await show(config, { receiver, json: true })) as { entries: LedgerEntry[] }).entries;

describe('the ledger of a receiver that fetches', () => {
  it('has an entry for each publication, with rows, also where the bundle is no longer kept', async () => {
    const library = aConnection({ fields: { users: { phone: 'drop' } } });
    await night('2026-10-15T08:15:00Z', library);
    change(join(folder, 'district.sqlite'), `UPDATE Identity SET lastName = 'other' WHERE personID = 11`);
    await night('2026-10-18T08:15:00Z', library);
    await night('2026-10-21T08:15:00Z', library);
    const found = await entries(configOf(library));
    expect(found.map(({ at, to, mode }) => [at.slice(0, 10), to, mode])).toEqual([
      ['2026-10-21', 'home', 'bulk'],
      ['2026-10-18', 'home', 'bulk'],
      ['2026-10-15', 'home', 'bulk'],
    ]);
    expect(found[0]).toMatchObject({
      files: { users: { rows: 6 }, enrollments: { rows: 4 } },
      fields: { users: { phone: 'drop' } },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      receipt: null,
    });
    const text = await show(configOf(library), { receiver: 'library', limit: 1 });
    expect(text).toMatch(/^2026-10-21 03:15 -05:00, published for the receiver to fetch\n/);
    expect(text).toMatch(/not sent or masked: users\.phone \(drop\)/);
    expect(text).toMatch(/users +6\n/);
    expect(text.match(/-05:00/g)).toHaveLength(1);
  });

  it('has what was held only from its release on', async () => {
    const held = aConnection({ notBefore: day('2026-12-01') });
    await night('2026-10-15T08:15:00Z', held);
    expect(await entries(configOf(held))).toEqual([]);
    expect(await show(configOf(held), { receiver: 'library' })).toBe('library has received nothing yet.\n');
    const decision = { config: configOf(held), connection: 'library', reason: 'a test' };
    await release({ ...decision, now: new Date('2026-10-16T09:00:00Z') });
    expect((await entries(configOf(held))).map(({ at }) => at.slice(0, 16))).toEqual(['2026-10-16T09:00']);
  });

  it('is kept of connections that the config has no longer, and of no others', async () => {
    await night('2026-10-15T08:15:00Z', aConnection());
    const later = configOf(aConnection({ version: '1.2' }));
    expect(await entries(later)).toHaveLength(1);
    await expect(show(later, { receiver: 'librery' })).rejects.toThrow(
      /There is no connection librery in the config or the history\. Did you mean library\?/,
    );
  });
});

describe('the ledger of a receiver that is delivered to', () => {
  it('has the confirmed deliveries with their receipts, and no other bundle', async () => {
    const library = aConnection();
    await night('2026-10-15T08:15:00Z', library);
    await night('2026-10-16T08:15:00Z', library);
    const state = await State.open(join(folder, 'home/state.db'), () => new Date('2026-10-16T09:00:00Z'));
    const [newest] = await state.bundles('library', 'published');
    const failed = await state.startDelivery(newest?.id ?? 0, 'sftp://lib.example/in');
    await state.finishDelivery(failed, 'failed', undefined, 'refused');
    const sent = await state.startDelivery(newest?.id ?? 0, 'sftp://lib.example/in');
    await state.finishDelivery(sent, 'delivered', { path: '/in/OneRoster.zip', bytes: newest?.bytes });
    await state.close();
    const [first, ...others] = await entries(configOf(library));
    expect(first).toMatchObject({
      at: '2026-10-16T09:00:00.000Z',
      bundle: newest?.name,
      to: 'sftp://lib.example/in',
      receipt: { path: '/in/OneRoster.zip' },
    });
    expect(others.map(({ to }) => to)).toEqual(['home']);
    expect(await show(configOf(library), { receiver: 'library' })).toMatch(
      /delivered to sftp:\/\/lib\.example\/in\n.*\n {2}receipt: the receiver confirmed the delivery\n/,
    );
  });
});

it('is printed by the built program', async () => {
  const place = makeSite(join(folder, 'site'));
  await firstNight(place);
  const { code, stdout } = await runHere([
    'history',
    '--receiver',
    'library',
    '--config',
    place.config,
    '--json',
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    receiver: 'library',
    entries: [{ to: 'home', files: { users: { rows: 6 } } }],
  });
  expect(await runHere(['history', 'library', '--receiver', 'lms', '--config', place.config])).toMatchObject({
    code: 2,
  });
});
