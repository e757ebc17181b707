/** A receiver is rolled back to an older good bundle on purpose, and the nights after build on that one. */
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { deliverCommand } from '../../src/commands/deliver.js';
import { deliverAgain, type DeliverAgainRequest } from '../../src/dispatch/again.js';
import { homeAt } from '../../src/home/home.js';
import { receiverAddress } from '../../src/model/receiver.js';
import type { BundleMode, ConnectionSettings } from '../../src/model/settings.js';
import type { BundleRecord } from '../../src/state/records.js';
import { State } from '../../src/state/state.js';
import { change, makeSmallDistrict, STUDENTS } from '../refresh/small-district.js';
import { sha256 } from '../refresh/visible.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aConfig, aConnection, NO_LIMITS, type Wants } from '../support/connections.js';
import { latestOf, resultOf, runNight, type District } from '../support/nights.js';
import { auditTrail } from '../support/audit-trail.js';

afterAll(removeFolders);

let district: District;
/** Always the same: the address of the receiver is in the state. */
const folder = join(makeFolder(), 'site');
const incoming = join(folder, 'incoming');

function delivering(wants: Wants = {}): ConnectionSettings {
  const target = {
    kind: 'folder',
    path: incoming,
    readBack: true,
    upload: 'temporary',
    temporaryName: '.{name}.{id}.part',
  } as const;
  const delivery = { target, files: 'zip', name: 'OneRoster.zip', retryMinutes: 0, maxMinutes: 5 } as const;
  return aConnection({ delivery, ...wants });
}

async function withState<T>(work: (state: State) => Promise<T>): Promise<T> {
  const state = await State.open(homeAt(district.home).state, () => new Date('2026-10-15T12:00:00Z'));
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}

/** Homes after three nights, by mode: made once, then copied. */
const lived = new Map<BundleMode, string>();

/** Three nights, each with one change; the records of their bundles, oldest first. */
async function threeNights(mode: BundleMode): Promise<readonly BundleRecord[]> {
  district = { ...district, connections: [delivering({ mode })] };
  const kept = lived.get(mode);
  if (kept === undefined) {
    for (const night of [0, 1, 2]) {
      const personID = STUDENTS[night] ?? 0;
      change(district.file, `UPDATE Identity SET lastName = 'Night${night}' WHERE personID = ${personID}`);
      await runNight(district, { asOf: `2026-10-1${night}`, delivers: true });
    }
    const copy = join(makeFolder(), mode);
    copyTree(folder, copy);
    lived.set(mode, copy);
  } else {
    rmSync(folder, { recursive: true });
    copyTree(kept, folder);
  }
  return await withState(async (state) => (await state.bundles('library', 'published')).toReversed());
}

const copyTree = (from: string, to: string): void =>
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });

const again = (wants: Partial<DeliverAgainRequest>): ReturnType<typeof deliverAgain> =>
  deliverAgain({
    config: aConfig(district.home, district.file, district.connections),
    connection: 'library',
    now: new Date('2026-10-12T12:00:00Z'),
    onProgress: () => undefined,
    ...wants,
  });

const backTo = (
  bundle: BundleRecord | undefined,
  rollback = 'wrong grades',
): ReturnType<typeof deliverAgain> => again({ bundle: bundle?.name ?? '', rollback });

const arrived = (): string => sha256(join(incoming, 'OneRoster.zip'));

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(incoming, { recursive: true });
  district = { home: join(folder, 'home'), file: join(folder, 'district.sqlite'), connections: [] };
  makeSmallDistrict(district.file);
});

describe('a rollback', () => {
  it('sends the older bundle, withdraws the newer ones, and is in the audit trail', async () => {
    const [first, second, third] = await threeNights('bulk');
    expect(await backTo(first)).toMatchObject({ state: 'delivered', bundle: first?.name });
    expect(arrived()).toBe(first?.sha256);
    expect(sha256(latestOf(district, 'library'))).toBe(first?.sha256);
    await withState(async (state) => {
      expect((await state.bundles('library')).map((bundle) => bundle.state)).toEqual([
        'withdrawn',
        'withdrawn',
        'published',
      ]);
      const entry = (await auditTrail(state)).find(({ what }) => what === 'rolled-back');
      expect(JSON.parse(entry?.detail ?? '{}')).toEqual({
        name: first?.name,
        sha256: first?.sha256,
        reason: 'wrong grades',
        withdrawn: [third, second].map((bundle) => ({ name: bundle?.name, sha256: bundle?.sha256 })),
      });
      expect((await state.checkAudit()).firstBroken).toBeNull();
    });
  });

  it('is the new baseline of the thresholds', async () => {
    const [first] = await threeNights('bulk');
    await backTo(first);
    const strict = { ...NO_LIMITS, changed: 0 };
    district = { ...district, connections: [delivering({ thresholds: strict })] };
    const { outcome, holds, difference } = resultOf(
      await runNight(district, { asOf: '2026-10-13' }),
      'library',
    );
    // The names of two nights are new to the receiver again.
    expect(difference?.tables['users']?.changed).toBe(2);
    expect({ outcome, codes: holds.map(({ code }) => code) }).toEqual({
      outcome: 'withheld',
      codes: ['threshold-changed'],
    });
  });

  it('makes the next delta a bulk bundle, until one has arrived', async () => {
    const [first] = await threeNights('delta');
    await backTo(first);
    const modes: string[] = [];
    for (const [night, delivers] of [false, true, true].entries()) {
      change(district.file, `UPDATE Identity SET lastName = 'Later${night}' WHERE personID = ${STUDENTS[0]}`);
      const result = await runNight(district, { asOf: `2026-10-1${night + 3}`, delivers });
      const { mode, notices } = resultOf(result, 'library');
      modes.push(mode);
      expect(notices.some(({ code }) => code === 'rolled-back-is-bulk')).toBe(mode === 'bulk');
    }
    expect(modes).toEqual(['bulk', 'bulk', 'delta']);
  });

  it('that does not arrive changes nothing', async () => {
    const [first, , third] = await threeNights('bulk');
    rmSync(incoming, { recursive: true });
    expect(await backTo(first)).toMatchObject({ state: 'failed' });
    await withState(async (state) => {
      expect(await state.bundles('library', 'withdrawn')).toEqual([]);
      expect(await state.base('library')).toMatchObject({ bundleId: third?.id, isRolledBack: 0 });
    });
  });

  it('whose receipt was lost in a kill is found by the next start', async () => {
    const [first] = await threeNights('bulk');
    await withState(
      async (state) =>
        await state.startDelivery(first?.id ?? 0, receiverAddress(delivering()), 'killed on the way'),
    );
    cpSync(
      join(district.home, 'bundles/library', `${first?.name ?? ''}.zip`),
      join(incoming, 'OneRoster.zip'),
    );
    await runNight(district, { asOf: '2026-10-13', delivers: true });
    await withState(async (state) => {
      expect(await state.bundles('library', 'withdrawn')).toHaveLength(2);
      const entry = (await auditTrail(state)).find(({ what }) => what === 'rolled-back');
      expect(entry?.detail).toContain('killed on the way');
    });
  });

  it('keeps what was withdrawn as long as other bundles', async () => {
    const [first, second, third] = await threeNights('bulk');
    await backTo(first);
    const names = (): Promise<readonly (string | null)[]> =>
      withState(async (state) => (await state.bundles('library', 'withdrawn')).map(({ name }) => name));
    await runNight({ ...district, retention: { days: 30, bundles: 1 } }, { asOf: '2026-11-01' });
    expect(await names()).toEqual([third?.name, second?.name]);
    await runNight({ ...district, retention: { days: 30, bundles: 1 } }, { asOf: '2026-12-01' });
    expect(await names()).toEqual([]);
  });
});

describe('refused is', () => {
  it('an older bundle without the word for it', async () => {
    const [first] = await threeNights('bulk');
    const { error } = await again({ bundle: first?.name ?? '' });
    expect(error?.message).toMatch(
      /older content would replace newer content\. To roll back on purpose, add --older --reason TEXT/,
    );
  });

  it('the newest bundle, and one that was withdrawn', async () => {
    const [first, second, third] = await threeNights('bulk');
    await expect(backTo(third)).rejects.toThrow(/is the newest good one: leave out --older/);
    await backTo(first);
    await expect(backTo(second)).rejects.toThrow(/was withdrawn when the receiver was rolled back/);
  });

  it('a delta, with the names of bulk bundles', async () => {
    const [first, second] = await threeNights('delta');
    await expect(backTo(second)).rejects.toThrow(
      new RegExp(`is a delta.+Choose a bulk one: ${first?.name ?? ''}`),
    );
  });

  it('a bundle of another shape, and one with values that the receiver no longer gets', async () => {
    const [first] = await threeNights('bulk');
    district = { ...district, connections: [delivering({ ids: 'guid' })] };
    await expect(backTo(first)).rejects.toThrow(
      /has another shape \(1\.1, ids legacy.+Change the config back first/,
    );
    district = {
      ...district,
      connections: [delivering({ fields: { users: { email: 'mask', phone: 'drop' } } })],
    };
    await expect(backTo(first)).rejects.toThrow(/no longer gets: users\.email, users\.phone/);
    change(
      homeAt(district.home).state,
      "UPDATE bundle SET scheme = scheme || '; columns users.metadata.bus'",
    );
    district = { ...district, connections: [delivering()] };
    await expect(backTo(first)).rejects.toThrow(/no longer gets: users\.metadata\.bus \(fields or metadata/);
  });

  it.each([
    [{ older: true }, /--older needs --bundle NAME and --reason TEXT/],
    [{ older: true, bundle: 'x', reason: ' ' }, /--older needs/],
    [{ older: true, reason: 'x' }, /--older needs/],
    [{ bundle: 'x', reason: 'x' }, /--reason belongs to --older/],
  ])('a command with half of it: %j', async (options, says) => {
    const terminal = { out: () => undefined, err: () => undefined, isWatched: false };
    const config = aConfig(district.home, district.file, [delivering()]);
    await expect(
      deliverCommand({ config, terminal, now: new Date(), program: 'test' }, 'library', options),
    ).rejects.toThrow(says);
  });
});
