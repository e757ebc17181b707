/** The schedule is switched to another trial between two nights: every class has a new id, and people are told why. */
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { sqliteSource } from '../../src/extract/sqlite.js';
import type { HoldReason } from '../../src/model/hold-reason.js';
import { switchedStructures, trialsChanged } from '../../src/model/trials.js';
import { preview, type ConnectionPreview } from '../../src/preview/preview.js';
import { State } from '../../src/state/state.js';
import { inProcess } from '../support/in-process.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aConfig, aConnection, day, NO_LIMITS } from '../support/connections.js';
import { resultOf, runNight, type District } from '../support/nights.js';
import { AS_OF, change, makeSmallDistrict } from './small-district.js';

afterAll(removeFolders);

const NEXT = '2026-10-16';
const CODE = 'active-trial-changed';
const SAYS = 'the active trial of structure 1 changed since the last bundle';

/** Trial 2 has a copy of each section under another id. */
const SWITCH = [
  `UPDATE Trial SET active = 0`,
  `INSERT INTO Trial (trialID, calendarID, structureID, active) VALUES (2, 1, 1, 1)`,
  `INSERT INTO Section (sectionID, courseID, trialID, number, active) VALUES (2, 1, 2, '1', 1)`,
  `INSERT INTO SectionPlacement (sectionID, trialID, termID, periodID) VALUES (2, 2, 1, 1)`,
  `INSERT INTO Roster (rosterID, personID, sectionID, trialID, startDate)
     SELECT rosterID + 100, personID, 2, 2, startDate FROM Roster`,
  `INSERT INTO SectionStaffHistory (historyID, personID, sectionID, trialID, staffType, startDate)
     SELECT historyID + 100, personID, 2, 2, staffType, startDate FROM SectionStaffHistory`,
];

let district: District;
const strict = aConnection({ thresholds: { ...NO_LIMITS, classes: 10 } });
const lax = aConnection({ name: 'lax' });

beforeEach(async () => {
  const folder = makeFolder();
  district = {
    home: join(folder, 'home'),
    file: join(folder, 'district.sqlite'),
    connections: [strict, lax],
  };
  makeSmallDistrict(district.file);
  await runNight(district, { asOf: AS_OF });
});

const causes = (holds: readonly HoldReason[]): readonly string[] =>
  holds.filter(({ code }) => code === CODE).map(({ says }) => says);

async function previewed(): Promise<readonly ConnectionPreview[]> {
  const { connections } = await preview({
    config: aConfig(district.home, district.file, district.connections),
    source: sqliteSource({ client: 'better-sqlite3', filename: district.file }),
    only: [],
    asOf: day(NEXT),
    startedAt: new Date(`${NEXT}T03:00:00Z`),
    onProgress: () => undefined,
    stager: inProcess,
  });
  return connections;
}

describe('a switched trial', () => {
  it('stands beside the threshold that holds, in the history too, and is only noted where nothing holds', async () => {
    change(district.file, ...SWITCH);
    const night = await runNight(district, { asOf: NEXT });
    const [held, published] = [resultOf(night, strict.name), resultOf(night, 'lax')];
    expect(held.holds.map(({ code }) => code)).toEqual(['threshold-classes', CODE]);
    expect(causes(held.holds)).toEqual([SAYS]);
    expect(published).toMatchObject({ outcome: 'published', holds: [] });
    for (const { notices } of [held, published])
      expect(notices.filter(({ code }) => code === CODE).map(({ message }) => message)).toEqual([
        'The active trial of structure 1 changed since the last bundle, so all of its classes have new ids.',
      ]);
    const state = await State.look(join(district.home, 'state.db'));
    expect(await state?.newestBundle(strict.name, 'held')).toMatchObject({ trials: { '1': [2] } });
    expect((await state?.newestBundle(strict.name, 'held'))?.reason).toContain(SAYS);
    await state?.close();
  });

  it('is what a preview says as well', async () => {
    change(district.file, ...SWITCH);
    const [held, published] = await previewed();
    expect(causes(held?.holds ?? [])).toEqual([SAYS]);
    expect(published).toMatchObject({ verdict: 'publish', holds: [] });
    expect(published?.notices.map(({ code }) => code)).toContain(CODE);
  });

  it('is no longer news after the bundle with it is good', async () => {
    change(district.file, ...SWITCH);
    await runNight(district, { asOf: NEXT, release: 'the new schedule' });
    const [first] = await previewed();
    expect(first).toMatchObject({ verdict: 'publish' });
    expect(first?.notices.map(({ code }) => code)).not.toContain(CODE);
  });
});

describe('nothing is named', () => {
  it('where the trial stays, though a threshold holds', async () => {
    change(district.file, `DELETE FROM SectionPlacement`);
    const held = (await previewed())[0];
    expect(held?.verdict).not.toBe('publish');
    expect(causes(held?.holds ?? [])).toEqual([]);
    expect(held?.notices.map(({ code }) => code)).not.toContain(CODE);
  });

  it('where the last bundle was made before trials were recorded', async () => {
    const database = new Database(join(district.home, 'state.db'));
    database.exec('UPDATE bundle SET trials = NULL');
    database.close();
    change(district.file, ...SWITCH);
    const [held] = await previewed();
    expect(held?.holds.map(({ code }) => code)).toEqual(['threshold-classes']);
  });
});

describe('switchedStructures', () => {
  it('names structures of both sides whose trials differ, by number', () => {
    const before = { '301': [1], '5': [2, 3], '7': [4], '8': [9] };
    expect(switchedStructures(before, { '301': [2], '5': [], '7': [4], '9': [1] })).toEqual([5, 301]);
    expect(switchedStructures(undefined, { '5': [1] })).toEqual([]);
  });

  it('names no more than ten', () => {
    expect(trialsChanged([301])).toBe('the active trial of structure 301 changed since the last bundle');
    expect(trialsChanged([1, 2])).toBe('the active trials of structures 1, 2 changed since the last bundle');
    expect(trialsChanged(Array.from({ length: 12 }, (_, at) => at))).toContain('8, 9 and 2 more changed');
  });
});
