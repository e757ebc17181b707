/**
 * What the next delta builds on where bundles are delivered: the content that reached the receiver, however many nights ago,
 * and nothing that was only published.
 */
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { SftpSettings } from '../../src/model/settings.js';
import { moveBaseTo, whyNotSendable } from '../../src/home/base.js';
import { homeAt } from '../../src/home/home.js';
import type { BundleRecord } from '../../src/state/records.js';
import { fullContent } from '../../src/home/bundle-files.js';
import { State } from '../../src/state/state.js';
import { change, makeSmallDistrict, STUDENTS } from '../refresh/small-district.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aConnection, NO_LIMITS } from '../support/connections.js';
import { resultOf, runNight, type District } from '../support/nights.js';
import { contentOf, Receiver } from '../support/receiver.js';

afterAll(removeFolders);

const SFTP: SftpSettings = {
  kind: 'sftp',
  host: '127.0.0.1',
  port: 1,
  user: 'nobody',
  hostKeys: ['SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  path: '/incoming',
  replace: 'rename',
  readBack: true,
  upload: 'temporary',
  temporaryName: '.{name}.{id}.part',
  allowLegacyAlgorithms: false,
  stalledAfterSeconds: 60,
};
const LENIENT = NO_LIMITS;
/** What arrives is played by `arrive`; the nights themselves send nothing. */
const delivering = (
  { name = 'OneRoster.zip', ...target }: Partial<SftpSettings & { readonly name: string }> = {},
  thresholds = LENIENT,
) =>
  aConnection({
    mode: 'delta',
    thresholds,
    delivery: { target: { ...SFTP, ...target }, files: 'zip', name, retryMinutes: 0, maxMinutes: 120 },
  });

let district: District;
let receiver: Receiver;
beforeEach(() => {
  const folder = makeFolder();
  district = {
    home: join(folder, 'home'),
    file: join(folder, 'district.sqlite'),
    connections: [delivering()],
  };
  makeSmallDistrict(district.file);
  receiver = new Receiver();
});

const home = () => homeAt(district.home);

async function withState<T>(work: (state: State) => Promise<T>): Promise<T> {
  const state = await State.open(home().state, () => new Date('2026-10-15T12:00:00Z'));
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}

const newest = async (): Promise<BundleRecord> => {
  const [bundle] = await withState(async (state) => await state.bundles('library', 'published', 'held'));
  if (bundle === undefined) throw new Error('nothing was made');
  return bundle;
};
const zipOf = ({ name }: BundleRecord): string => join(district.home, 'bundles/library', `${name ?? ''}.zip`);

/** The receiver confirms a bundle: this is what a delivery does with its receipt. */
async function arrive(bundle: BundleRecord, settings = delivering()): Promise<void> {
  await withState(async (state) => {
    expect(await whyNotSendable(state, home(), settings, bundle)).toBeUndefined();
    await moveBaseTo(state, settings, bundle.id);
  });
  await receiver.take(zipOf(bundle));
}

/** Everything that the newest bundle leads to. */
const full = async (): Promise<object> => await contentOf(fullContent(home(), await newest()) ?? '');

const nameNight = (night: number): void =>
  change(
    district.file,
    `UPDATE Identity SET lastName = 'Night${night}' WHERE personID = ${STUDENTS[night % 3] ?? 0}`,
    night % 4 === 1
      ? `UPDATE EmploymentAssignment SET endDate = '2026-10-01' WHERE personID = 22`
      : `UPDATE EmploymentAssignment SET endDate = NULL WHERE personID = 22`,
  );

describe('a delta to a receiver', () => {
  it('builds on what arrived, whatever was lost on the way', async () => {
    const arrived = [false, true, false, false, true, true, false, true, false, false, false, true];
    for (const [night, arrives] of arrived.entries()) {
      nameNight(night);
      const asOf = `2026-10-${String(10 + night)}`;
      const { mode } = resultOf(await runNight(district, { asOf }), 'library');
      // Until something arrives there is nothing to build on.
      expect({ night, mode }).toEqual({ night, mode: night <= 1 ? 'bulk' : 'delta' });
      const before = receiver.content();
      if (arrives) {
        await arrive(await newest());
        expect(receiver.content()).toEqual(await full());
      } else expect(receiver.content()).toEqual(before);
    }
  });

  it('is not sent once the receiver holds something newer, or once what it leads to is gone', async () => {
    await runNight(district, { asOf: '2026-10-10' });
    await arrive(await newest());
    nameNight(1);
    await runNight(district, { asOf: '2026-10-11' });
    const second = await newest();
    nameNight(2);
    await runNight(district, { asOf: '2026-10-12' });
    const third = await newest();
    expect(third.baseId).toBe(second.baseId);
    await withState(async (state) => {
      expect(await whyNotSendable(state, home(), delivering(), second)).toMatch(
        /is older than the last good bundle/,
      );
    });
    await arrive(third);
    await withState(async (state) => {
      expect(await whyNotSendable(state, home(), delivering(), second)).toMatch(/no longer has/);
      // What it has already does no harm.
      expect(await whyNotSendable(state, home(), delivering(), third)).toBeUndefined();
    });
  });

  it('that was held is not released when another one arrived meanwhile', async () => {
    await runNight(district, { asOf: '2026-10-10' });
    await arrive(await newest());
    nameNight(1);
    await runNight(district, { asOf: '2026-10-11' });
    const second = await newest();
    district = { ...district, connections: [delivering({}, { ...LENIENT, users: 0 })] };
    change(district.file, `DELETE FROM Enrollment WHERE personID = ${STUDENTS[2]}`);
    expect(resultOf(await runNight(district, { asOf: '2026-10-12' }), 'library').outcome).toBe('withheld');
    const held = await newest();
    expect(held).toMatchObject({ mode: 'delta', state: 'held' });
    await withState(async (state) => {
      expect(await whyNotSendable(state, home(), delivering(), held)).toBeUndefined();
      await moveBaseTo(state, delivering(), second.id);
      expect(await whyNotSendable(state, home(), delivering(), held)).toMatch(
        /no longer has\. Run the refresh again/,
      );
    });
  });

  it('begins anew where the receiver is another one', async () => {
    await runNight(district, { asOf: '2026-10-10' });
    await arrive(await newest());
    expect(resultOf(await runNight(district, { asOf: '2026-10-11' }), 'library')).toMatchObject({
      mode: 'delta',
    });
    const others = [{ host: '127.0.0.2' }, { path: '/other' }, { name: 'Other.zip' }, { port: 2 }];
    for (const [night, sftp] of others.entries()) {
      district = { ...district, connections: [delivering(sftp)] };
      const { mode, notices } = resultOf(
        await runNight(district, { asOf: `2026-10-${12 + night}` }),
        'library',
      );
      expect(mode).toBe('bulk');
      expect(notices.map(({ code }) => code)).toContain('first-delta-is-bulk');
    }
  });
});
