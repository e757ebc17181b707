/** Held bundles over real nights: a district of a thousand users, classes and enrollments loses 9.9, 10 and 10.1 percent. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { copyFileSync, cpSync, existsSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schoolLabel } from '../../src/model/school-names.js';
import type { ConnectionSettings, ThresholdSettings } from '../../src/model/settings.js';
import type { AuditEntry } from '../../src/state/audit.js';
import { State } from '../../src/state/state.js';
import { change, makeSmallDistrict, STUDENTS } from '../refresh/small-district.js';
import { sha256 } from '../refresh/visible.js';
import { writeCampusFile, type CampusFile } from '../support/campus-file.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aConnection, VERSIONS, type Wants, NO_LIMITS } from '../support/connections.js';
import { aDistrict, aRoster, aSection, aStudent, aTeacher, schoolGuid, SCHOOL } from '../support/given.js';
import { decideAtNoon, latestOf, resultOf, runNight, type District } from '../support/nights.js';
import { auditTrail } from '../support/audit-trail.js';

afterAll(removeFolders);

const ALL = NO_LIMITS;
const range = (count: number, from: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => from + at);

describe('a thousand of each in both versions', () => {
  // A teacher and 999 students are 1,000 users; a staff row and 999 roster rows are 1,000 enrollments.
  const folder = makeFolder();
  let campus: CampusFile;
  const first = join(folder, 'first');
  const connections = (thresholds: ThresholdSettings): readonly ConnectionSettings[] =>
    VERSIONS.map((version) => aConnection({ version, thresholds }));
  beforeAll(async () => {
    campus = writeCampusFile(
      aDistrict(
        range(999, 10_001).map((id) => aSection(id)),
        aTeacher(),
        range(999, 20_001).map((personID) => [aStudent({ personID }), aRoster(personID)]),
      ),
    );
    const result = await runNight(
      { home: first, file: campus.path, connections: connections(ALL) },
      { asOf: '2026-10-15' },
    );
    for (const { bundle } of result.connections)
      expect(Object.fromEntries(bundle?.rows ?? [])).toMatchObject({
        users: 1_000,
        classes: 1_000,
        enrollments: 1_000,
      });
    expect(result.connections).toHaveLength(VERSIONS.length);
  });
  afterAll(() => campus.remove());

  const LOSSES = {
    users: (count: number) =>
      `UPDATE Enrollment SET noShow = 1 WHERE personID > 20000 AND personID <= ${20_000 + count}`,
    classes: (count: number) =>
      `UPDATE Section SET active = 0 WHERE sectionID > 10000 AND sectionID <= ${10_000 + count}`,
    enrollments: (count: number) =>
      `DELETE FROM Roster WHERE personID > 20000 AND personID <= ${20_000 + count}`,
  } as const;

  const cases = (Object.keys(LOSSES) as (keyof typeof LOSSES)[]).flatMap((table) =>
    [99, 100, 101].map((lost) => ({ table, lost, held: lost > 100 })),
  );

  it.each(cases)(
    '$lost $table gone: held $held, as a whole and per school',
    async ({ table, lost, held }) => {
      const file = join(folder, `${table}-${lost}.sqlite`);
      copyFileSync(campus.path, file);
      change(file, LOSSES[table](lost));
      const home = join(folder, 'next');
      cpSync(first, home, { recursive: true, verbatimSymlinks: true });
      const limited = connections({ ...ALL, [table]: 10, perSchool: 10 });
      const night = await runNight({ home, file, connections: limited }, { asOf: '2026-10-16' });
      const school = { name: `School ${SCHOOL}`, number: `S${SCHOOL}`, sourcedId: schoolGuid(SCHOOL) };
      const share = 'vanished: 10.1 %, above the limit of 10 %';
      const reasons = [
        { code: `threshold-${table}`, says: `${lost} of 1000 ${table} ${share}` },
        {
          code: 'threshold-school',
          says: `${lost} of 1000 ${table} of school ${schoolLabel(school)} ${share}`,
          school,
        },
      ];
      for (const { name } of limited) {
        const { outcome, holds, difference } = resultOf(night, name);
        expect({ name, outcome, holds }).toEqual(
          held
            ? { name, outcome: 'withheld', holds: expect.arrayContaining(reasons) }
            : { name, outcome: 'published', holds: [] },
        );
        expect(difference?.tables[table]).toMatchObject({ before: 1_000, removed: lost });
      }
      rmSync(home, { recursive: true });
      rmSync(file);
    },
  );
});

describe('a held bundle', () => {
  let district: District;
  let name: string;
  beforeEach(() => {
    district = aSmall();
    name = district.connections[0]?.name ?? '';
  });

  function aSmall(wants: Wants = {}): District {
    const folder = makeFolder();
    const file = join(folder, 'district.sqlite');
    makeSmallDistrict(file);
    const thresholds = { ...NO_LIMITS, users: 10, classes: 10, enrollments: 20, perSchool: 30 };
    return { home: join(folder, 'home'), file, connections: [aConnection({ thresholds, ...wants })] };
  }

  const loseOne = (): void => change(district.file, `DELETE FROM Enrollment WHERE personID = ${STUDENTS[2]}`);
  const loseAnother = (): void =>
    change(district.file, `DELETE FROM Enrollment WHERE personID = ${STUDENTS[1]}`);

  async function look<T>(at: (state: State) => Promise<T>): Promise<T> {
    const state = await State.look(join(district.home, 'state.db'));
    if (state === undefined) throw new Error('there is no state');
    try {
      return await at(state);
    } finally {
      await state.close();
    }
  }

  const trail = (): Promise<readonly AuditEntry[]> => look(auditTrail);
  const lastEntry = async (): Promise<object> => {
    const { what, detail } = (await trail()).at(-1) ?? { what: '', detail: '{}' };
    return { what, ...(JSON.parse(detail) as object) };
  };

  it('stays until it is decided on, while the last good bundle stays current', async () => {
    await runNight(district, { asOf: '2026-10-15' });
    const good = sha256(latestOf(district, name));
    loseOne();
    const { holds, bundle, difference } = resultOf(await runNight(district, { asOf: '2026-10-16' }), name);
    expect(holds.map(({ code }) => code)).toContain('threshold-users');
    expect(difference?.tables['users']).toMatchObject({ before: 6, removed: 1 });
    expect(sha256(latestOf(district, name))).toBe(good);
    expect(bundle?.path).toContain(join('withheld', name));
    expect(await lastEntry()).toMatchObject({ what: 'held', sha256: bundle?.sha256 });
  });

  it('is released with a reason, for its own bytes and no others', async () => {
    await runNight(district, { asOf: '2026-10-15' });
    loseOne();
    const { bundle } = resultOf(await runNight(district, { asOf: '2026-10-16' }), name);
    await expect(decideAtNoon(district, 'release', name, '2026-10-16', '  ')).rejects.toMatchObject({
      code: 'usage',
    });
    await decideAtNoon(district, 'release', name, '2026-10-16', 'a program closed');
    expect(sha256(latestOf(district, name))).toBe(bundle?.sha256);
    expect(await lastEntry()).toMatchObject({
      what: 'released',
      reason: 'a program closed',
      sha256: bundle?.sha256,
    });
    expect(existsSync(bundle?.path ?? '')).toBe(false);
    // It loosens nothing: the next loss is held again.
    loseAnother();
    expect(resultOf(await runNight(district, { asOf: '2026-10-17' }), name).outcome).toBe('withheld');
    await expect(decideAtNoon(district, 'release', 'nobody', '2026-10-17')).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it('is not released if its bytes were changed', async () => {
    await runNight(district, { asOf: '2026-10-15' });
    const good = sha256(latestOf(district, name));
    loseOne();
    const { bundle } = resultOf(await runNight(district, { asOf: '2026-10-16' }), name);
    writeFileSync(bundle?.path ?? '', 'something else');
    await expect(decideAtNoon(district, 'release', name, '2026-10-16')).rejects.toMatchObject({
      code: 'withheld',
    });
    expect(sha256(latestOf(district, name))).toBe(good);
  });

  it('is discarded with a reason, and the last good one stays', async () => {
    await runNight(district, { asOf: '2026-10-15' });
    const good = readlinkSync(latestOf(district, name));
    loseOne();
    const { bundle } = resultOf(await runNight(district, { asOf: '2026-10-16' }), name);
    await decideAtNoon(district, 'discard', name, '2026-10-16', 'the import was broken');
    expect(await lastEntry()).toMatchObject({
      what: 'discarded',
      reason: 'the import was broken',
      sha256: bundle?.sha256,
    });
    expect(readlinkSync(latestOf(district, name))).toBe(good);
    expect(readdirSync(join(district.home, 'withheld', name))).toEqual([]);
    await expect(decideAtNoon(district, 'release', name, '2026-10-16')).rejects.toThrow(/no held bundle/);
    expect(resultOf(await runNight(district, { asOf: '2026-10-17' }), name).outcome).toBe('withheld');
  });

  it('is replaced by the next night, which is judged anew', async () => {
    await runNight(district, { asOf: '2026-10-15' });
    loseOne();
    const first = resultOf(await runNight(district, { asOf: '2026-10-16' }), name).bundle;
    loseAnother();
    const second = resultOf(await runNight(district, { asOf: '2026-10-17' }), name).bundle;
    expect(second?.sha256).not.toBe(first?.sha256);
    expect((await look((state) => state.bundles(name, 'held'))).map(({ sha256: each }) => each)).toEqual([
      second?.sha256,
    ]);
    expect(await lastEntry()).toMatchObject({ what: 'held', replaces: [first?.sha256] });
    // Both come back: nothing is held any more, and what was held never left.
    change(
      district.file,
      ...[1, 2].map(
        (at) =>
          `INSERT INTO Enrollment (enrollmentID, personID, calendarID, structureID, grade, serviceType, startDate) VALUES (${STUDENTS[at] ?? 0}, ${STUDENTS[at] ?? 0}, 1, 1, '05', 'P', '2026-08-10')`,
      ),
    );
    expect(resultOf(await runNight(district, { asOf: '2026-10-18' }), name).outcome).toBe('published');
    expect(await lastEntry()).toMatchObject({ what: 'published', replaces: [second?.sha256] });
    expect(await look((state) => state.bundles(name, 'held'))).toEqual([]);
  });

  it('survives a night on which the SIS cannot be read', async () => {
    await runNight(district, { asOf: '2026-10-15' });
    loseOne();
    const { bundle } = resultOf(await runNight(district, { asOf: '2026-10-16' }), name);
    const away = { ...district, file: join(district.home, 'nowhere.sqlite') };
    expect(resultOf(await runNight(away, { asOf: '2026-10-17' }), name)).toMatchObject({ outcome: 'failed' });
    await decideAtNoon(district, 'release', name, '2026-10-17');
    expect(sha256(latestOf(district, name))).toBe(bundle?.sha256);
  });

  it('is let pass beforehand by a refresh with a reason, for that night alone', async () => {
    await runNight(district, { asOf: '2026-10-15' });
    loseOne();
    const night = await runNight(district, { asOf: '2026-10-16', release: 'a program closed' });
    expect(resultOf(night, name)).toMatchObject({ outcome: 'published', holds: [] });
    expect(await lastEntry()).toMatchObject({
      what: 'published',
      reason: 'a program closed',
      passed: expect.arrayContaining(['threshold-users']),
    });
    loseAnother();
    expect(resultOf(await runNight(district, { asOf: '2026-10-17' }), name).outcome).toBe('withheld');
  });

  it('is no way around verification: zero rows are refused, and no release helps', async () => {
    await runNight(district, { asOf: '2026-10-15' });
    change(district.file, 'DELETE FROM Roster', 'DELETE FROM SectionStaffHistory');
    const night = await runNight(district, { asOf: '2026-10-16', release: 'they are all gone' });
    expect(resultOf(night, name)).toMatchObject({ outcome: 'withheld', holds: [] });
    await expect(decideAtNoon(district, 'release', name, '2026-10-16')).rejects.toThrow(/no held bundle/);
  });

  it('is what comes of ids that are made another way', async () => {
    await runNight(district, { asOf: '2026-10-15' });
    const lenient = NO_LIMITS;
    const others = { ...district, connections: [aConnection({ ids: 'guid', thresholds: lenient })] };
    const { outcome, holds } = resultOf(await runNight(others, { asOf: '2026-10-16' }), name);
    expect({ outcome, codes: holds.map(({ code }) => code) }).toEqual({
      outcome: 'withheld',
      codes: ['ids-changed'],
    });
  });

  it.each([
    ['the id scheme', { ids: 'guid' }],
    ['the version', { version: '1.2', ids: 'legacy' }],
    ['the profile', { profile: 'canvas' }],
  ] as const)(
    'is what comes of a delta when %s changed; a deliberate bulk bundle starts anew',
    async (_what, wants) => {
      const lenient = NO_LIMITS;
      const shape = { name: 'library', mode: 'delta', thresholds: lenient } as const;
      const before = { ...district, connections: [aConnection(shape)] };
      await runNight(before, { asOf: '2026-10-15' });
      const after = { ...district, connections: [aConnection({ ...shape, ...wants })] };
      const held = resultOf(await runNight(after, { asOf: '2026-10-16', release: 'no way' }), name);
      expect(held).toMatchObject({ outcome: 'withheld', mode: 'bulk' });
      expect(held.holds).toEqual([
        {
          code: 'delta-base-differs',
          says: expect.stringMatching(
            /has another shape .*oneroster-export refresh library --mode bulk --release --reason TEXT/,
          ),
        },
      ]);
      const anew = resultOf(
        await runNight(after, { asOf: '2026-10-17', mode: 'bulk', release: 'anew' }),
        name,
      );
      expect(anew).toMatchObject({ outcome: 'published', mode: 'bulk' });
      expect(resultOf(await runNight(after, { asOf: '2026-10-18' }), name)).toMatchObject({
        outcome: 'unchanged',
      });
    },
  );

  it('is what comes of a delta whose base is gone or has other bytes', async () => {
    const delta = { ...district, connections: [aConnection({ mode: 'delta' })] };
    await runNight(delta, { asOf: '2026-10-15' });
    writeFileSync(latestOf(district, name), 'not what was sent');
    const held = resultOf(await runNight(delta, { asOf: '2026-10-16' }), name);
    expect(held.outcome).toBe('withheld');
    expect(held.holds.map(({ code }) => code)).toEqual(['delta-base-lost', 'nothing-to-compare']);
  });

  it('is what comes of an as-of date before the last one, unless it was given', async () => {
    await runNight(district, { asOf: '2026-10-15' });
    const back = { asOf: '2026-10-14', at: '2026-10-16T03:00:00Z', isAsOfAsked: true };
    const { outcome, holds } = resultOf(await runNight(district, back), name);
    expect({ outcome, codes: holds.map(({ code }) => code) }).toEqual({
      outcome: 'withheld',
      codes: ['as-of-before-last'],
    });
    const forced = await runNight(district, { ...back, at: '2026-10-16T04:00:00Z', release: 'a test' });
    expect(resultOf(forced, name).outcome).toBe('published');
  });

  it('is judged against what lies on the disk when the history was lost', async () => {
    await runNight(district, { asOf: '2026-10-15' });
    for (const file of ['state.db', 'state.db-wal', 'state.db-shm'])
      rmSync(join(district.home, file), { force: true });
    loseOne();
    const { outcome, holds } = resultOf(await runNight(district, { asOf: '2026-10-16' }), name);
    expect(outcome).toBe('withheld');
    expect(holds.map(({ code }) => code)).toContain('threshold-users');
    expect(
      readdirSync(join(district.home, 'bundles', name)).filter((file) => file.endsWith('-bulk.zip')),
    ).toHaveLength(1);
  });
});

describe('a school that is gone', () => {
  it('is held, however large the district', async () => {
    const { SchoolYear } = await import('../refresh/school-year.js');
    const year = new SchoolYear();
    const thresholds = { ...NO_LIMITS, users: 60, classes: 60, enrollments: 60, perSchool: 30 };
    const district = {
      home: join(makeFolder(), 'home'),
      file: year.file,
      connections: [aConnection({ thresholds })],
    };
    await runNight(district, { asOf: '2026-09-01' });
    year.happen('UPDATE School SET externalLMSExclude = 1 WHERE schoolID = 2');
    const { outcome, holds } = resultOf(await runNight(district, { asOf: '2026-09-02' }), 'library');
    expect(outcome).toBe('withheld');
    expect(new Set(holds.map(({ code }) => code))).toEqual(new Set(['threshold-school']));
    expect(holds.map(({ says }) => says).join()).toContain(schoolGuid(2));
    year.remove();
  }, 60_000);
});
