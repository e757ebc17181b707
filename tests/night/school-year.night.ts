/**
 * A school year, night by night, in bulk and in delta mode, for both versions. A receiver applies each delta as a OneRoster
 * consumer would; after each night it holds what the bulk bundle of that night says, and on nights on which nothing may
 * leave it holds what it held.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleMode } from '../../src/model/settings.js';
import type { RefreshResult } from '../../src/refresh/refresh.js';
import { State } from '../../src/state/state.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aConnection, day, VERSIONS, type Version } from '../support/connections.js';
import { decideAtNoon, latestOf, resultOf, runNight, type District, type Night } from '../support/nights.js';
import { Receiver, contentOf, type Applied } from '../support/receiver.js';
import {
  aNewcomer,
  aSuccessor,
  LAST_DAY,
  SCHOOLS,
  SchoolYear,
  sectionOfSchool,
  studentOf,
  STUDENTS_PER_SCHOOL,
  teacherOf,
} from '../refresh/school-year.js';
import { auditTrail } from '../support/audit-trail.js';
import { ANYWHERE } from '../support/turns.js';
import { storiesInTurn } from './stories.js';

const MODES = ['bulk', 'delta'] as const satisfies readonly BundleMode[];
const nameOf = (version: Version, mode: BundleMode): string => `${mode}-${version.replace('.', '')}`;
const FEEDS = VERSIONS.flatMap((version) =>
  MODES.map((mode) => ({ version, mode, name: nameOf(version, mode) })),
);

const year = new SchoolYear();
let district: District;
beforeAll(() => {
  const connections = FEEDS.map(({ version, mode, name }) =>
    aConnection({
      name,
      version,
      mode,
      // What ended goes from the 1.2 feeds and stays in the 1.1 ones.
      endedRosters: version === '1.2' ? 'drop' : 'keep',
      notBefore: day('2026-08-10'),
      blackout: [{ from: day('2027-06-20'), to: day('2027-07-10') }],
      thresholds: { users: 10, classes: 10, enrollments: 20, perSchool: 30, new: 50, changed: 'off' },
    }),
  );
  district = { home: join(makeFolder(), 'home'), file: year.file, connections };
});
afterAll(() => {
  year.remove();
  removeFolders();
});

const receivers = new Map(FEEDS.map(({ name }) => [name, new Receiver()]));
const receiver = (name: string): Receiver => receivers.get(name) ?? new Receiver();
const taken = new Map<string, number>();

/** What the receivers fetched that night, by feed. Everything that is new in the folder and nothing else. */
async function fetchNew(): Promise<Readonly<Record<string, Applied>>> {
  const state = await State.look(join(district.home, 'state.db'));
  const fetched: Record<string, Applied> = {};
  try {
    for (const { name } of FEEDS) {
      const published = ((await state?.bundles(name, 'published')) ?? []).filter(
        ({ id }) => id > (taken.get(name) ?? 0),
      );
      for (const { id, name: file } of published.toReversed()) {
        fetched[name] = await receiver(name).take(join(district.home, 'bundles', name, `${file ?? ''}.zip`));
        taken.set(name, id);
      }
    }
  } finally {
    await state?.close();
  }
  return fetched;
}

async function expectInStep(): Promise<void> {
  for (const { version, name } of FEEDS) {
    const bulk = latestOf(district, nameOf(version, 'bulk'));
    expect({ name, holds: receiver(name).content() }).toEqual({ name, holds: await contentOf(bulk) });
  }
}

interface Lived {
  readonly result: RefreshResult;
  readonly fetched: Readonly<Record<string, Applied>>;
}

async function live(night: Night): Promise<Lived> {
  const result = await runNight(district, night);
  return { result, fetched: await fetchNew() };
}

/** A night after which everybody has everything. */
async function goodNight(night: Night): Promise<Lived> {
  const lived = await live(night);
  expect(lived.result.connections.map(({ outcome, holds }) => ({ outcome, holds }))).toEqual(
    FEEDS.map(() => ({ outcome: expect.stringMatching(/^(published|unchanged)$/), holds: [] })),
  );
  await expectInStep();
  return lived;
}

/** A night on which nothing is sent: every feed is on hold for these reasons, and the receivers keep what they have. */
async function heldNight(night: Night, ...codes: readonly string[]): Promise<Lived> {
  const before = FEEDS.map(({ name }) => receiver(name).content());
  const lived = await live(night);
  for (const { name } of FEEDS) {
    const { outcome, holds } = resultOf(lived.result, name);
    expect({
      name,
      outcome,
      codes: codes.filter((code) => !holds.some((hold) => hold.code === code)),
    }).toEqual({
      name,
      outcome: 'withheld',
      codes: [],
    });
  }
  expect(lived.fetched).toEqual({});
  expect(FEEDS.map(({ name }) => receiver(name).content())).toEqual(before);
  return lived;
}

async function decideAll(what: 'release' | 'discard', asOf: string): Promise<void> {
  for (const { name } of FEEDS) await decideAtNoon(district, what, name, asOf, `${what} by the test`);
}

const users = (name: string): number => receiver(name).ids('users').length;

storiesInTurn().group('a school year', ANYWHERE, () => {
  it('is not sent before scheduling is final', async () => {
    await heldNight({ asOf: '2026-08-03' }, 'not-before');
    expect(existsSync(latestOf(district, 'bulk-11'))).toBe(false);
  });

  it('begins with a bulk bundle for everybody, also where deltas are wanted', async () => {
    const { result, fetched } = await goodNight({ asOf: '2026-08-10' });
    for (const { name } of FEEDS) {
      expect(resultOf(result, name).mode).toBe('bulk');
      expect(fetched[name]?.mode).toBe('bulk');
    }
    for (const { version } of FEEDS) {
      const codes = resultOf(result, nameOf(version, 'delta')).notices.map(({ code }) => code);
      expect(codes).toContain('first-delta-is-bulk');
    }
    // 40 students, 20 guardians, 2 teachers and an aide per school.
    expect(users('delta-11')).toBe(SCHOOLS.length * (STUDENTS_PER_SCHOOL * 1.5 + 3));
  });

  it('sends an empty delta on a night on which nothing happened', async () => {
    const { result, fetched } = await goodNight({ asOf: '2026-08-11' });
    for (const version of VERSIONS) {
      expect(resultOf(result, nameOf(version, 'bulk')).outcome).toBe('published');
      const delta = nameOf(version, 'delta');
      expect(resultOf(result, delta)).toMatchObject({ outcome: 'unchanged', mode: 'delta' });
      expect(fetched[delta]).toEqual({ mode: 'delta', active: 0, deleted: 0 });
    }
  });

  it('takes in newcomers, new names and those who leave', async () => {
    const [leaver, renamed] = [studentOf(1, 3), studentOf(2, 5)];
    year.happen(
      aNewcomer(1, 1_100, '2026-08-20'),
      aNewcomer(2, 2_100, '2026-08-20'),
      `UPDATE Identity SET lastName = 'Neu, "der"' WHERE personID = ${renamed}`,
      `UPDATE Enrollment SET endDate = '2026-08-19' WHERE personID = ${leaver}`,
    );
    const { result, fetched } = await goodNight({ asOf: '2026-08-20' });
    expect(fetched['delta-11']?.mode).toBe('delta');
    expect(resultOf(result, 'delta-11').difference?.tables['users']).toMatchObject({
      added: 4,
      changed: 1,
      removed: 1,
    });
    expect(receiver('delta-11').ids('users')).not.toContain(`s${leaver}`);
    expect(receiver('delta-11').ids('users')).toContain('s1100');
    expect(existsSync(join(district.home, 'full', 'bulk-11'))).toBe(false);
  });

  it('follows students who change schools, and teachers who hand over', async () => {
    const mover = studentOf(1, 0);
    year.happen(
      `UPDATE Enrollment SET endDate = '2026-09-14' WHERE personID = ${mover}`,
      `UPDATE Roster SET endDate = '2026-09-14' WHERE personID = ${mover}`,
      `INSERT INTO Enrollment (enrollmentID, personID, calendarID, structureID, grade, serviceType, startDate)
         SELECT enrollmentID + 700000, personID, calendarID + 1, structureID + 1, grade, serviceType, '2026-09-15'
         FROM Enrollment WHERE personID = ${mover}`,
      `UPDATE SectionStaffHistory SET endDate = '2026-09-14' WHERE personID = ${teacherOf(2, 0)} AND sectionID = ${sectionOfSchool(2, 0)}`,
      aSuccessor(2, 2_803, sectionOfSchool(2, 0), '2026-09-15'),
      `UPDATE Room SET name = 'Lab 5'`,
    );
    const { result } = await goodNight({ asOf: '2026-09-15' });
    expect(resultOf(result, 'delta-12').difference?.tables['classes']).toMatchObject({
      before: 17,
      changed: 17,
    });
    expect(receiver('delta-11').ids('users')).toContain('t2803');
  });

  it('holds a night back on which half of the students are missing, and the next one too', async () => {
    year.loseHalf();
    const first = await heldNight({ asOf: '2026-10-01' }, 'threshold-users', 'threshold-school');
    const second = await heldNight({ asOf: '2026-10-02' }, 'threshold-users', 'threshold-school');
    const pathOf = ({ result }: Lived): string => resultOf(result, 'delta-11').bundle?.path ?? '';
    expect(existsSync(pathOf(first))).toBe(false);
    expect(existsSync(pathOf(second))).toBe(true);
  });

  it('goes on as soon as they are back, and forgets what was held', async () => {
    year.findAgain();
    const { result } = await goodNight({ asOf: '2026-10-03' });
    expect(resultOf(result, 'delta-11').outcome).toBe('unchanged');
    await expect(decideAtNoon(district, 'release', 'delta-11', '2026-10-03')).rejects.toThrow(
      /no held bundle/,
    );
  });

  it('does not send a shrunken bundle that is discarded', async () => {
    year.loseHalf();
    await heldNight({ asOf: '2026-10-20' }, 'threshold-users');
    await decideAll('discard', '2026-10-20');
    expect(await fetchNew()).toEqual({});
    year.findAgain();
    await goodNight({ asOf: '2026-10-21' });
  });

  it('publishes a released bundle: a program that closes', async () => {
    const before = users('delta-11');
    year.happen(
      `UPDATE Enrollment SET endDate = '2026-11-01' WHERE personID BETWEEN ${studentOf(2, 0)} AND ${studentOf(2, 19)}`,
    );
    await heldNight({ asOf: '2026-11-02' }, 'threshold-users', 'threshold-school');
    await decideAll('release', '2026-11-02');
    const fetched = await fetchNew();
    expect(Object.keys(fetched).sort()).toEqual(FEEDS.map(({ name }) => name).sort());
    expect(fetched['delta-12']).toMatchObject({ mode: 'delta' });
    expect(fetched['delta-12']?.deleted).toBeGreaterThan(20);
    await expectInStep();
    expect(users('delta-11')).toBeLessThan(before - 20);
    // The rule is as strict as before, and judges the next night against what was released.
    const { result } = await goodNight({ asOf: '2026-11-03' });
    expect(resultOf(result, 'delta-12').outcome).toBe('unchanged');
  });

  it('turns the term: enrollments end, and where they are dropped a person has to say so', async () => {
    year.happen(
      `UPDATE Roster SET endDate = '2026-12-18' WHERE sectionID % 2 = 0 AND endDate IS NULL`,
      `UPDATE Roster SET startDate = '2027-01-05' WHERE sectionID % 2 = 1`,
      `UPDATE Section SET number = number + 50 WHERE sectionID % 2 = 1`,
    );
    const { result } = await live({ asOf: '2027-01-05' });
    for (const { version, name } of FEEDS) {
      const { outcome, holds } = resultOf(result, name);
      const codes = holds.map(({ code }) => code);
      if (version === '1.1')
        expect({ name, outcome, codes }).toMatchObject({ outcome: 'published', codes: [] });
      else expect({ name, outcome, codes }).toMatchObject({ name, outcome: 'withheld' });
      if (version === '1.2') expect(codes).toContain('threshold-enrollments');
    }
    for (const mode of MODES) await decideAtNoon(district, 'release', nameOf('1.2', mode), '2027-01-05');
    await fetchNew();
    await expectInStep();
    await goodNight({ asOf: '2027-01-06' });
  });

  it('keeps the students over the last day of school', async () => {
    year.happen(`UPDATE Enrollment SET endDate = '${LAST_DAY}' WHERE endDate IS NULL`);
    await goodNight({ asOf: LAST_DAY });
    const before = users('delta-12');
    await goodNight({ asOf: '2027-06-15' });
    expect(users('delta-12')).toBe(before);
  });

  it('rests over the summer', async () => {
    await heldNight({ asOf: '2027-06-20' }, 'blackout');
    await heldNight({ asOf: '2027-07-10' }, 'blackout');
    await goodNight({ asOf: '2027-07-11' });
  });

  it('rolls over to the next year: all classes are others, and a person says so beforehand', async () => {
    year.rollOver();
    await heldNight({ asOf: '2027-07-14' }, 'threshold-classes', 'threshold-enrollments', 'threshold-school');
    const before = users('delta-11');
    const { result, fetched } = await live({ asOf: '2027-07-15', release: 'the new school year' });
    expect(result.connections.map(({ outcome }) => outcome)).toEqual(FEEDS.map(() => 'published'));
    expect(fetched['delta-11']?.deleted).toBeGreaterThan(20);
    await expectInStep();
    expect(users('delta-11')).toBeLessThan(before);
    expect(users('delta-11')).toBeGreaterThan(before * 0.8);
  });

  it('goes on in the new year with the same strictness', async () => {
    const { result } = await goodNight({ asOf: '2027-08-16' });
    expect(resultOf(result, 'delta-11').mode).toBe('delta');
    year.happen(`UPDATE Contact SET email = 'new@district.example' WHERE personID = ${studentOf(1, 4)}`);
    const { fetched } = await goodNight({ asOf: '2027-08-17' });
    expect(fetched['delta-11']).toEqual({ mode: 'delta', active: 1, deleted: 0 });
    year.loseHalf();
    await heldNight({ asOf: '2027-09-01' }, 'threshold-users');
  });

  it('left a history that is whole and names every decision', async () => {
    const state = await State.look(join(district.home, 'state.db'));
    try {
      expect(await state?.checkAudit()).toMatchObject({ firstBroken: null });
      const trail = (await auditTrail(state)).filter(({ connection }) => connection === 'delta-12');
      const told = trail.map(({ what, detail }) => ({
        what,
        ...(JSON.parse(detail) as { reason?: string }),
      }));
      const decisions = told.filter(({ what }) => what === 'released' || what === 'discarded');
      expect(decisions.map(({ what, reason }) => `${what}: ${reason ?? ''}`)).toEqual([
        'discarded: discard by the test',
        'released: release by the test',
        'released: a reason',
      ]);
      expect(told.filter(({ reason }) => reason === 'the new school year')).toEqual([
        expect.objectContaining({ what: 'published', passed: expect.arrayContaining(['threshold-classes']) }),
      ]);
    } finally {
      await state?.close();
    }
  });
});
