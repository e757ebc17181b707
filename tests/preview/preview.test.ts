/** A full dry run: what it says is what a refresh does, and the home is as it was. */
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { previewCommand, type PreviewOptions } from '../../src/commands/preview.js';
import type { Config } from '../../src/model/settings.js';
import { withReadsOf } from '../../src/commands/preview.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { takeLock } from '../../src/home/lock.js';
import { preview, type ConnectionPreview, type PreviewRequest } from '../../src/preview/preview.js';
import { AS_OF, change, makeSmallDistrict, STUDENTS } from '../refresh/small-district.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aConfig, aConnection, day, NO_LIMITS, VERSIONS, type Wants } from '../support/connections.js';
import { inProcess } from '../support/in-process.js';
import { resultOf, runNight, type District } from '../support/nights.js';

afterAll(removeFolders);

let folder: string;
let district: District;

beforeEach(() => {
  folder = makeFolder();
  district = {
    home: join(folder, 'home'),
    file: join(folder, 'district.sqlite'),
    connections: [aConnection()],
  };
  makeSmallDistrict(district.file);
});

const source = () => sqliteSource({ client: 'better-sqlite3', filename: district.file });
const configOf = (connections = district.connections) => aConfig(district.home, district.file, connections);

const dryRun = (wants: Partial<PreviewRequest> = {}) =>
  preview({
    config: configOf(),
    source: source(),
    only: [],
    asOf: day(AS_OF),
    startedAt: new Date(`${AS_OF}T03:00:00Z`),
    onProgress: () => undefined,
    stager: inProcess,
    ...wants,
  });

async function first(wants: Partial<PreviewRequest> = {}): Promise<ConnectionPreview> {
  const [found] = (await dryRun(wants)).connections;
  if (found === undefined) throw new Error('no connection was previewed');
  return found;
}

/** Names, kinds, bytes, links and rights of everything below a folder. */
function hashOf(path: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()) {
    const at = join(path, name);
    const stats = lstatSync(at);
    hash.update(`${name} ${stats.mode} ${stats.mtimeMs}\n`);
    if (stats.isFile()) hash.update(readFileSync(at));
    if (stats.isSymbolicLink()) hash.update(readlinkSync(at));
  }
  return hash.digest('hex');
}

const loseOne = (): void =>
  change(district.file, `UPDATE Enrollment SET endDate = '2026-10-01' WHERE personID = ${STUDENTS[0]}`);
const strict = (wants: Wants = {}) => aConnection({ thresholds: { ...NO_LIMITS, users: 0 }, ...wants });

describe('a preview', () => {
  it('leaves the home byte for byte as it was, whatever the verdict', async () => {
    await runNight(district, { asOf: AS_OF });
    loseOne();
    const before = hashOf(district.home);
    const config = configOf([strict(), strict({ name: 'deltas', mode: 'delta' })]);
    const { connections } = await dryRun({ config, out: join(folder, 'out') });
    expect(connections.map(({ verdict }) => verdict)).toEqual(['hold', 'publish']);
    expect(hashOf(district.home)).toBe(before);
  });

  it('makes no home where there is none', async () => {
    expect(await first()).toMatchObject({ verdict: 'publish', vanished: [] });
    expect(existsSync(district.home)).toBe(false);
  });

  it('runs while another process has the lock and writes the state', async () => {
    await runNight(district, { asOf: AS_OF });
    const lock = takeLock(join(district.home, 'lock.db'), new Date());
    const writer = new Database(join(district.home, 'state.db'));
    try {
      // Not yet in the database itself: only in its log.
      writer.exec(`UPDATE bundle SET state = 'withdrawn'`);
      expect(existsSync(join(district.home, 'state.db-wal'))).toBe(true);
      const before = hashOf(district.home);
      // Without a record of a good bundle, the newest file is the baseline.
      expect(await first()).toMatchObject({
        verdict: 'publish',
        difference: { tables: { users: { removed: 0 } } },
      });
      expect(hashOf(district.home)).toBe(before);
    } finally {
      writer.close();
      lock.release();
    }
  });

  it.each(VERSIONS)('counts what the next refresh counts, in %s', async (version) => {
    district = { ...district, connections: [strict({ version, name: 'library' })] };
    await runNight(district, { asOf: AS_OF });
    loseOne();
    change(district.file, `UPDATE Identity SET lastName = 'Else' WHERE personID = ${STUDENTS[1]}`);
    const out = join(folder, 'out');
    const seen = await first({ asOf: day('2026-10-16'), out });
    const done = resultOf(await runNight(district, { asOf: '2026-10-16' }), 'library');
    expect(seen.verdict).toBe('hold');
    // Beside the held bundle stands the list that the preview makes.
    const [list] = readdirSync(join(district.home, 'withheld/library')).filter((name) =>
      name.endsWith('-vanished.csv'),
    );
    expect(readFileSync(join(district.home, 'withheld/library', list ?? ''), 'utf8')).toBe(
      readFileSync(join(out, 'library-vanished.csv'), 'utf8'),
    );
    expect(done.outcome).toBe('withheld');
    expect({ holds: seen.holds, difference: seen.difference, rows: seen.rows }).toEqual({
      holds: done.holds,
      difference: done.difference,
      rows: Object.fromEntries(done.bundle?.rows ?? []),
    });
  });

  it('refuses what verification refuses', async () => {
    change(district.file, 'DELETE FROM Enrollment');
    expect(await first()).toMatchObject({ verdict: 'refuse', holds: [] });
  });

  it('knows that a delta has nothing to send, and asks for a bulk one where it is told to', async () => {
    district = { ...district, connections: [aConnection({ mode: 'delta' })] };
    await runNight(district, { asOf: AS_OF });
    expect(await first()).toMatchObject({ verdict: 'unchanged', mode: 'delta' });
    expect(await first({ mode: 'bulk' })).toMatchObject({ verdict: 'publish', mode: 'bulk' });
  });
});

describe('who vanishes', () => {
  it('is counted by file, rule and school, and listed', async () => {
    await runNight(district, { asOf: AS_OF });
    loseOne();
    change(
      district.file,
      `DELETE FROM Enrollment WHERE personID = ${STUDENTS[1]}`,
      `DELETE FROM Roster WHERE personID = ${STUDENTS[1]}`,
    );
    const out = join(folder, 'out');
    const { vanished, kept } = await first({ out });
    expect(vanished).toEqual([
      { file: 'demographics', rule: 'ENROLLMENT_ENDED', school: '', count: 1 },
      { file: 'demographics', rule: 'NOT_IN_CAMPUS', school: '', count: 1 },
      { file: 'enrollments', rule: 'NOT_IN_CAMPUS', school: '100', count: 1 },
      { file: 'enrollments', rule: 'ROSTER_STUDENT_NOT_EXPORTED', school: '100', count: 1 },
      { file: 'users', rule: 'ENROLLMENT_ENDED', school: '100', count: 1 },
      { file: 'users', rule: 'NOT_IN_CAMPUS', school: '100', count: 1 },
      { file: 'users', rule: 'REL_STUDENT_NOT_EXPORTED', school: '100', count: 1 },
    ]);
    expect(kept.map((path) => path.slice(out.length + 1))).toEqual([
      'library.zip',
      'library-exclusions.csv',
      'library-vanished.csv',
    ]);
    const list = readFileSync(join(out, 'library-vanished.csv'), 'utf8').split('\r\n');
    expect(list[0]).toBe('file,sourcedId,rule,number,school,grade');
    expect(list).toContain(`users,s${STUDENTS[0]},ENROLLMENT_ENDED,S${STUDENTS[0]},100,05`);
    for (const path of kept) expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('by a new filter is counted and listed by the code of the filter', async () => {
    await runNight(district, { asOf: AS_OF });
    const config = configOf([aConnection({ only: { students: { ids: ['S11', 'S12'] } } })]);
    const out = join(folder, 'out');
    const { vanished } = await first({ config, out });
    expect(vanished).toContainEqual({ file: 'users', rule: 'ONLY_STUDENT', school: '100', count: 1 });
    expect(readFileSync(join(out, 'library-vanished.csv'), 'utf8')).toContain(
      'users,s13,ONLY_STUDENT,S13,100,05',
    );
  });

  it('is found by GUIDs, and by ids that are made another way now', async () => {
    district = { ...district, connections: [aConnection({ version: '1.2', name: 'lms' })] };
    await runNight(district, { asOf: AS_OF });
    loseOne();
    const byGuid = await first();
    expect(byGuid.vanished.filter(({ file }) => file === 'users').map(({ rule }) => rule)).toEqual([
      'ENROLLMENT_ENDED',
      'REL_STUDENT_NOT_EXPORTED',
    ]);
    const others = configOf([aConnection({ version: '1.2', name: 'lms', ids: 'personID' })]);
    const { vanished } = await first({ config: others });
    expect(vanished.find(({ rule }) => rule === 'STILL_IN_CAMPUS')).toMatchObject({ file: 'demographics' });
  });
});

describe('against another config', () => {
  it.each(VERSIONS)('the difference is that of two real refreshes, in %s', async (version) => {
    const before = aConnection({ version, name: 'library' });
    const after = aConnection({
      ...{ version, name: 'library' },
      include: { guardians: false, aides: false },
      thresholds: { ...NO_LIMITS, users: 10 },
    });
    const seen = await first({ config: configOf([after]), against: configOf([before]) });
    const night = { asOf: AS_OF, isAsOfAsked: true };
    await runNight({ ...district, connections: [before] }, night);
    const done = resultOf(await runNight({ ...district, connections: [after] }, night), 'library');
    expect(seen.difference).toEqual(done.difference);
    expect(seen.holds).toEqual(done.holds);
    expect(seen.holds.map(({ code }) => code)).toEqual(['threshold-users']);
    expect(new Set(seen.vanished.map(({ rule }) => rule))).toEqual(new Set(['TYPE_NOT_REQUESTED']));
  });

  it('extension columns of both are read', async () => {
    const withColumn = (column: string): Config => {
      const read = { table: 'Identity', key: 'personID', columns: [column], where: {}, usedFor: [] };
      const metadata = [{ table: 'users', name: 'x', by: 'personID', read: column, column }] as const;
      const config = configOf([aConnection({ metadata })]);
      return { ...config, source: { ...config.source, metadata: [{ id: column, ...read }] } };
    };
    const [config, against] = [withColumn('gender'), withColumn('identityID')];
    const settings = withReadsOf(config.source, against.source);
    if (settings.client !== 'better-sqlite3') throw new Error('not the given source');
    const seen = await first({ config, against, source: sqliteSource(settings) });
    expect(seen.verdict).toBe('publish');
    expect(seen.difference?.tables['users']).toMatchObject({ added: 0, removed: 0, changed: 6 });
    expect(withReadsOf(config.source, undefined)).toEqual(config.source);
  });

  it('a connection that is new there has no difference', async () => {
    const against = configOf([aConnection({ name: 'other' })]);
    expect((await first({ against })).difference).toBeUndefined();
  });
});

describe('another school year', () => {
  it('is judged as if it were the active one', async () => {
    await runNight(district, { asOf: AS_OF });
    change(
      district.file,
      `INSERT INTO SchoolYear (endYear, startYear, active, startDate, endDate) VALUES (2028, 2027, 0, '2027-07-01', '2028-06-30')`,
      `INSERT INTO Calendar (calendarID, schoolID, endYear, startDate, endDate) VALUES (2, 1, 2028, '2027-08-10', '2028-05-20')`,
    );
    const { year, connections } = await dryRun({ schoolYear: 2028, asOf: day('2027-08-10') });
    expect(year).toMatchObject({ endYear: 2028, start: '2027-07-01' });
    // No one is enrolled yet.
    expect(connections[0]).toMatchObject({
      verdict: 'refuse',
      rows: expect.not.objectContaining({ users: 4 }),
    });
    await expect(dryRun({ schoolYear: 2031 })).rejects.toThrow(
      /has no school year that ends in 2031\. It has: 2026, 2027, 2028/,
    );
  });
});

describe('the command', () => {
  async function command(options: PreviewOptions, only: readonly string[] = []) {
    const out: string[] = [];
    const terminal = { out: (text: string) => out.push(text), err: () => undefined, isWatched: false };
    const call = { config: configOf(), terminal, now: new Date(), program: '0.0.0' };
    const code = await previewCommand(call, source(), only, options);
    return { code, text: out.join('') };
  }

  it('has a page, a document and an exit code', async () => {
    district = { ...district, connections: [strict()] };
    await runNight(district, { asOf: AS_OF });
    expect(await command({ asOf: AS_OF })).toMatchObject({
      code: 0,
      text: expect.stringMatching(/library.+would be published/),
    });
    loseOne();
    const held = await command({ asOf: AS_OF });
    expect(held.code).toBe(3);
    expect(held.text).toMatch(/WOULD BE PUT ON HOLD\n {2}threshold-users: 2 of \d+ users vanished/);
    expect(held.text).toMatch(/1 +users +ENROLLMENT_ENDED +100 +The enrollment ended/);
    const { text } = await command({ asOf: AS_OF, json: true });
    expect(JSON.parse(text)).toMatchObject({
      asOf: AS_OF,
      connections: [
        {
          verdict: 'hold',
          schools: [{ number: '100', tables: { users: { added: 0, changed: 0, removed: 2 } } }],
          vanished: expect.arrayContaining([
            expect.objectContaining({ file: 'users', rule: 'ENROLLMENT_ENDED', school: '100', count: 1 }),
          ]),
        },
      ],
    });
  });

  it.each([
    [{ schoolYear: '27' }, [], /--school-year must be the year in which it ends/],
    [{ out: 'HOME/x' }, [], /is in the home folder, which a preview never changes/],
    [{ out: 'TAKEN' }, [], /exists already/],
    [{}, ['nobody'], /has no connection nobody/],
  ])('refuses %j %j', async (options: PreviewOptions, only, says) => {
    const taken = join(folder, 'taken');
    mkdirSync(join(taken, 'library.zip'), { recursive: true });
    const out = options.out?.replace('HOME', district.home).replace('TAKEN', taken);
    await expect(command({ ...options, ...(out !== undefined && { out }) }, only)).rejects.toThrow(says);
  });

  it('is 4 where the SIS cannot be read', async () => {
    change(district.file, 'UPDATE SchoolYear SET active = 0');
    await expect(command({ asOf: AS_OF })).rejects.toMatchObject({ exitCode: 4 });
  });
});
