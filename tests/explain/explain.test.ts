/** `explain` and a refresh must never disagree: they ask the same rules, over a small part and over the whole. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { parse } from 'csv-parse/sync';
import { loadConfig } from '../../src/config/load.js';
import { DEMO_AS_OF } from '../../src/demo/days.js';
import { loadDemoDistrict } from '../../src/demo/load.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { ruleRegister } from '../../src/filter/register.js';
import type { Config, ConnectionSettings } from '../../src/model/settings.js';
import { refresh } from '../../src/refresh/refresh.js';
import { askerOf, questionsOf, type Asker, type Line } from './asking.js';
import { inProcess } from '../support/in-process.js';

const folder = mkdtempSync(join(tmpdir(), 'explain-'));
const filename = join(folder, 'district.sqlite');
const noHistoryIds = join(folder, 'without-history-ids.sqlite');
let config: Config;
let asker: Asker;
let lines: readonly Line[] = [];

/** Every choice that makes a connection leave out more. */
const PICKY: Partial<ConnectionSettings> = {
  include: { guardians: false, relatives: false, aides: false, demographics: false },
  endedRosters: 'drop',
  emptyClasses: 'drop',
  unusedCourses: 'drop',
};

beforeAll(async () => {
  loadDemoDistrict('fixtures/demo', filename);
  const demo = await loadConfig('config/demo.yaml', {});
  const [library, lms] = demo.connections;
  if (library === undefined || lms === undefined) throw new Error('the demo has two connections');
  config = {
    ...demo,
    home: join(folder, 'home'),
    connections: [
      library,
      lms,
      { ...library, name: 'picky', ...PICKY },
      { ...lms, name: 'one-school', schools: ['0010'] },
    ],
  };
  asker = askerOf(config, filename, DEMO_AS_OF);
  lines = await excluded(config, filename);
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** All lines of the exclusions lists of a refresh. */
async function excluded(settings: Config, file: string): Promise<readonly Line[]> {
  const { connections } = await refresh({
    config: settings,
    source: sqliteSource({ client: 'better-sqlite3', filename: file }),
    only: [],
    asOf: DEMO_AS_OF,
    isAsOfAsked: true,
    startedAt: new Date(),
    stager: inProcess,
    program: 'test',
    keepSnapshot: false,
    onProgress: () => undefined,
  });
  return connections.flatMap(({ bundle, settings: { name } }) => {
    const text = readFileSync(bundle?.exclusions ?? '', 'utf8');
    return parse<Line>(text, { columns: true }).map((line) => ({ ...line, connection: name }));
  });
}

/** Lines whose rule `explain` does not name first. */
async function disagreements(among: readonly Line[], on: Asker, file: string): Promise<readonly string[]> {
  const questionOf = questionsOf(file);
  const wrong: string[] = [];
  for (const line of among) {
    const { kind, key, codes } = questionOf(line);
    const records = (await on.ask(kind, key)).get(line.connection) ?? [];
    const named = records.flatMap((record) => codes(record));
    if (!named.includes(line.rule))
      wrong.push(`${line.connection} ${line.kind} ${line.id} ${line.rule}: ${named.join()}`);
  }
  return wrong;
}

/** All of the two plain connections; of the others one of each rule and kind, which is what they are there for. */
function asked(): readonly Line[] {
  const plain = ['library', 'lms'];
  const seen = new Set<string>();
  return lines.filter(({ connection, rule, kind }) => {
    const key = `${connection} ${rule} ${kind}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return plain.includes(connection) || isNew;
  });
}

/** Rules for faults of a whole copy of the SIS, which the demo does not have; they have tests of their own. */
const BEYOND_DEMO: readonly string[] = ['NO_HISTORY_ID', 'GUID_SHARED'];

describe('explain', () => {
  it('names first the rule that the refresh recorded, for every record of the demo that was left out', async () => {
    const among = asked();
    expect(await disagreements(among, asker, filename)).toEqual([]);
    const of = (connection: string): number => among.filter((line) => line.connection === connection).length;
    expect(Math.min(of('library'), of('lms'))).toBeGreaterThan(150);
  });

  it('a disagreement would be found', async () => {
    const [line] = lines.filter(({ rule }) => rule === 'NO_SHOW');
    if (line === undefined) throw new Error('nobody is a No Show');
    expect(await disagreements([{ ...line, rule: 'NO_NAME' }], asker, filename)).toHaveLength(1);
  });

  it.each(ruleRegister.map(({ code }) => code).filter((code) => !BEYOND_DEMO.includes(code)))(
    'names %s first for some record',
    async (code) => {
      const some = asked().filter(({ rule }) => rule === code);
      expect(some.length).toBeGreaterThan(0);
      expect(await disagreements(some.slice(0, 3), asker, filename)).toEqual([]);
    },
  );

  it('names GUID_SHARED first where people or schools share one, and what it takes with it', async () => {
    const shared = join(folder, 'shared.sqlite');
    loadDemoDistrict('fixtures/demo', shared);
    const database = new Database(shared);
    const [one, other] = database
      .prepare(
        `SELECT personID FROM Enrollment WHERE serviceType = 'P' AND endDate IS NULL LIMIT 2 OFFSET 40`,
      )
      .pluck()
      .all();
    database
      .prepare(
        `UPDATE Person SET personGUID = (SELECT lower(personGUID) FROM Person WHERE personID = ?) WHERE personID = ?`,
      )
      .run(one, other);
    database.exec(
      `UPDATE School SET schoolGUID = (SELECT schoolGUID FROM School WHERE number = '0011') WHERE number = '0010'`,
    );
    database.close();
    const settings = { ...config, connections: config.connections.slice(0, 2), home: join(folder, 'shared') };
    const all = await excluded(settings, shared);
    const some = all.filter(({ rule }) => rule === 'GUID_SHARED');
    expect(
      some.filter(({ kind, connection }) => kind === 'student' && connection === 'lms').length,
    ).toBeGreaterThan(1);
    expect(some.filter(({ kind }) => kind === 'school')).toHaveLength(4);
    const answers = askerOf(settings, shared, DEMO_AS_OF);
    const ids = [String(one), String(other)];
    const people = some.filter(({ kind, id }) => kind === 'student' && ids.includes(id));
    const schools = some.filter(({ kind }) => kind === 'school');
    expect(await disagreements([...people, ...schools, ...some.slice(-5)], answers, shared)).toEqual([]);
  }, 300_000);

  it('names NO_HISTORY_ID first where the database has no such column', async () => {
    loadDemoDistrict('fixtures/demo', noHistoryIds);
    const database = new Database(noHistoryIds);
    database.exec(`
      CREATE TABLE "other" AS SELECT "sectionID", "trialID", "personID", "staffType", "startDate", "endDate"
        FROM "SectionStaffHistory";
      DROP TABLE "SectionStaffHistory";
      ALTER TABLE "other" RENAME TO "SectionStaffHistory";
    `);
    database.close();
    const without = { ...config, connections: config.connections.slice(0, 2), home: join(folder, 'other') };
    const some = (await excluded(without, noHistoryIds)).filter(({ rule }) => rule === 'NO_HISTORY_ID');
    expect(some.length).toBeGreaterThan(100);
    expect(
      await disagreements(some.slice(0, 5), askerOf(without, noHistoryIds, DEMO_AS_OF), noHistoryIds),
    ).toEqual([]);
  }, 180_000);

  it('says that an exported student is exported, with the rows that a refresh would write', async () => {
    const person = '2001';
    expect(
      asked().some(
        ({ kind, id, connection }) => kind === 'student' && id === person && connection === 'library',
      ),
    ).toBe(false);
    const [record] = (await asker.ask('person', person)).get('library') ?? [];
    const student = record?.roles?.find(({ role }) => role === 'student');
    expect(student?.isExported).toBe(true);
    expect(student?.rows[0]?.rulings.every(({ verdict }) => verdict === 'keep')).toBe(true);
    expect(record?.rows.map(({ table }) => table)).toEqual(
      expect.arrayContaining(['users', 'enrollments', 'demographics']),
    );
  });

  it('tells the values that each rule looked at, also of one that keeps', async () => {
    const [record] = (await asker.ask('person', '2001')).get('library') ?? [];
    const rulings = record?.roles?.flatMap(({ rows, person }) => [
      ...rows.flatMap((row) => row.rulings),
      ...person,
    ]);
    const saw = (code: string) => rulings?.find((ruling) => ruling.code === code)?.saw;
    expect(saw('NO_SHOW')).toEqual({ noShow: 0 });
    expect(saw('ENROLLMENT_ENDED')).toMatchObject({ asOf: DEMO_AS_OF, endDate: null });
    expect(saw('NO_ENROLLMENT_IN_YEAR')).toMatchObject({ 'year.start': '2026-07-01', endDate: null });
    expect(saw('LMS_STRUCTURE')).toMatchObject({ 'structure.externalLMSExclude': 0 });
    expect(saw('NO_USERNAME')).toMatchObject({ 'settings.version': '1.1', 'person.username': true });
    expect(rulings?.filter(({ saw: values }) => Object.keys(values).length === 0)).toEqual([]);
  });

  it.each([
    ['REL_STUDENT_NOT_EXPORTED', 'guardian', 'student'],
    ['ROSTER_SECTION_NOT_EXPORTED', 'roster', 'section'],
    ['ROSTER_STUDENT_NOT_EXPORTED', 'roster', 'student'],
    ['STAFF_SECTION_NOT_EXPORTED', 'sectionStaff', 'section'],
    ['TEACHER_NOT_EXPORTED', 'sectionStaff', 'teacher'],
  ])('%s shows whose fall it was, and why', async (code, kind, holder) => {
    const questionOf = questionsOf(filename);
    for (const line of lines.filter((each) => each.rule === code && each.kind === kind).slice(0, 10)) {
      const question = questionOf(line);
      const [record] = (await asker.ask(question.kind, question.key)).get(line.connection) ?? [];
      const link = record?.chain.find((each) => each.kind === holder);
      expect(link?.says).not.toBe('');
      const reasons = lines
        .filter((each) => each.connection === line.connection && each.kind === holder && each.id === link?.id)
        .map(({ rule }) => rule);
      expect(reasons.length === 0 ? ['NO_CANDIDATE'] : reasons).toContain(link?.code);
    }
  });
});
