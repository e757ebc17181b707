/** A night that is begun again makes no bundle twice, and comes to the same exit code. */
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { withheldLine } from '../../src/commands/withheld-line.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import type { SisSource } from '../../src/extract/source.js';
import { ExportError } from '../../src/model/errors.js';
import type { ConnectionSettings } from '../../src/model/settings.js';
import { exitCodeOf, type RefreshRequest, type RefreshResult } from '../../src/refresh/refresh.js';
import { discard, release } from '../../src/settle/decide.js';
import { lastOutcome } from '../../src/state/outcome.js';
import { State } from '../../src/state/state.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aConfig, aConnection, day } from '../support/connections.js';
import { refreshHere } from '../support/in-process.js';
import { AS_OF, change, makeSmallDistrict } from './small-district.js';

afterAll(removeFolders);

const TONIGHT = day(AS_OF);
const NEXT = day('2026-10-16');

let folder: string;
let hours: number;
beforeEach(() => {
  folder = makeFolder();
  hours = 0;
  makeSmallDistrict(join(folder, 'district.sqlite'));
});

const district = (): string => join(folder, 'district.sqlite');
const vanish = (): void => change(district(), 'UPDATE Enrollment SET noShow = 1 WHERE personID IN (11, 12)');
const goodSource = (): SisSource => sqliteSource({ client: 'better-sqlite3', filename: district() });
/** Of a night that must not be read again. */
const noSource = (): SisSource => ({
  ...goodSource(),
  withView: () => Promise.reject(new ExportError('source', 'The SIS was read.')),
});

const configOf = (...connections: readonly ConnectionSettings[]) =>
  aConfig(join(folder, 'home'), district(), connections);

/** One hour after the one before. */
async function refreshed(
  connections: readonly ConnectionSettings[],
  more: Partial<RefreshRequest> = {},
): Promise<RefreshResult> {
  hours += 1;
  return await refreshHere({
    config: configOf(...connections),
    source: goodSource(),
    asOf: TONIGHT,
    night: TONIGHT,
    startedAt: new Date(Date.UTC(2026, 9, 15, 7 + hours)),
    ...more,
  });
}

async function look<T>(at: (state: State) => Promise<T>): Promise<T | undefined> {
  const state = await State.look(join(folder, 'home/state.db'));
  try {
    return state && (await at(state));
  } finally {
    await state?.close();
  }
}

const library = aConnection({ name: 'library' });
const strict = aConnection({ name: 'library', thresholds: { ...library.thresholds, users: 10 } });
const lms = aConnection({ name: 'lms', version: '1.2' });
const bundles = async (connection = 'library'): Promise<number | undefined> =>
  (await look((state) => state.bundles(connection)))?.length;
const outcomes = ({ connections }: RefreshResult): readonly string[] =>
  connections.map(({ settings, outcome }) => `${settings.name} ${outcome}`);

describe('a bundle of the night that is there', () => {
  it('is not made again, and the SIS not read; the next night and a refresh by hand make one', async () => {
    const first = await refreshed([library, lms]);
    expect(exitCodeOf(first)).toBe(0);
    change(district(), `UPDATE Identity SET lastName = 'Other' WHERE personID = 12`);
    const again = await refreshed([library, lms], { source: noSource() });
    expect([exitCodeOf(again), outcomes(again)]).toEqual([0, ['library published', 'lms published']]);
    expect(again.connections.map(({ report }) => report)).toEqual(
      first.connections.map(({ report }) => report),
    );
    expect(await bundles()).toBe(1);
    expect(await look((state) => state.refreshes(10))).toHaveLength(1);
    await refreshed([library, lms], { night: NEXT });
    hours += 1;
    const byHand = { config: configOf(library, lms), source: goodSource(), asOf: TONIGHT };
    await refreshHere({ ...byHand, startedAt: new Date(Date.UTC(2026, 9, 15, 7 + hours)) });
    expect((await look((state) => state.bundles('library')))?.map(({ night }) => night)).toEqual([
      null,
      '2026-10-16',
      AS_OF,
    ]);
  });

  it('leaves the other connections to be made, in the order of the config', async () => {
    await refreshed([library, lms], { only: ['lms'] });
    const again = await refreshed([library, lms]);
    expect(outcomes(again)).toEqual(['library published', 'lms published']);
    expect([await bundles('library'), await bundles('lms')]).toEqual([1, 1]);
    expect(await look((state) => state.lastRefresh())).toMatchObject({
      connections: ['library'],
      exitCode: 0,
    });
    expect(await look((state) => lastOutcome(state, 'lms'))).toBe('published');
  });

  it('is made where it failed before', async () => {
    expect(exitCodeOf(await refreshed([library], { source: noSource() }))).toBe(4);
    expect(exitCodeOf(await refreshed([library]))).toBe(0);
    expect((await look((state) => state.bundles('library')))?.map(({ state }) => state)).toEqual([
      'published',
      'failed',
    ]);
  });

  it('on hold stays on hold, for the same reasons and with the same exit code; decided, it is what was decided', async () => {
    await refreshed([strict], { night: day('2026-10-14') });
    vanish();
    const first = await refreshed([strict]);
    const again = await refreshed([strict], { source: noSource() });
    expect([exitCodeOf(first), exitCodeOf(again)]).toEqual([3, 3]);
    const [held, still] = [first, again].map(({ connections }) => connections[0]);
    expect(still?.holds.map(({ code, says }) => [code, says])).toEqual(
      held?.holds.map(({ code, says }) => [code, says]),
    );
    expect(still && withheldLine(still)).toBe(held && withheldLine(held));
    expect(await bundles()).toBe(2);
    const now = new Date('2026-10-15T20:00:00Z');
    await release({ config: configOf(strict), connection: 'library', reason: 'moved', now });
    expect(exitCodeOf(await refreshed([strict], { source: noSource() }))).toBe(0);
    expect(await bundles()).toBe(2);
  });

  it('that was discarded is not made again', async () => {
    await refreshed([strict], { night: day('2026-10-14') });
    vanish();
    await refreshed([strict]);
    const now = new Date('2026-10-15T20:00:00Z');
    await discard({ config: configOf(strict), connection: 'library', reason: 'wrong', now });
    expect(exitCodeOf(await refreshed([strict], { source: noSource() }))).toBe(3);
    expect(await bundles()).toBe(2);
  });

  it('has its delivery completed, once', async () => {
    const to = join(folder, 'receiver');
    const delivered = aConnection({
      name: 'library',
      delivery: {
        target: {
          kind: 'folder',
          path: to,
          readBack: false,
          upload: 'temporary',
          temporaryName: '{name}.part',
        },
        ...{ files: 'zip', name: 'roster.zip', retryMinutes: 0, maxMinutes: 1 },
      },
    });
    expect(exitCodeOf(await refreshed([delivered]))).toBe(5);
    mkdirSync(to);
    const again = await refreshed([delivered], { source: noSource() });
    expect([exitCodeOf(again), again.connections[0]?.delivery?.state]).toEqual([0, 'delivered']);
    expect(readdirSync(to)).toHaveLength(1);
    const third = await refreshed([delivered], { source: noSource() });
    expect([exitCodeOf(third), third.connections[0]?.delivery]).toEqual([0, undefined]);
    expect(await bundles()).toBe(1);
  });

  it('is none where sharing has ended, which is recorded once', async () => {
    const ended = aConnection({ name: 'library', sharingEnds: day('2026-10-01') });
    for (let time = 0; time < 2; time += 1) {
      const result = await refreshed([ended], { source: noSource() });
      expect([exitCodeOf(result), outcomes(result)]).toEqual([0, ['library ended']]);
    }
    expect(await bundles()).toBe(1);
    expect(existsSync(join(folder, 'home/bundles'))).toBe(false);
  });
});
