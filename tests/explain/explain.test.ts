/** `explain` and a refresh must never disagree: they ask the same rules, over a small part and over the whole. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { DEMO_AS_OF } from '../../src/demo/days.js';
import { ruleRegister } from '../../src/filter/register.js';
import { askerOf, questionsOf } from './asking.js';
import { asked, disagreements, excluded, refreshDemo, type DemoLines } from './demo-lines.js';
import { demoDistrict } from '../support/demo-district.js';

const folder = mkdtempSync(join(tmpdir(), 'explain-'));
const noHistoryIds = join(folder, 'without-history-ids.sqlite');
let config: DemoLines['config'];
let filename: string;
let asker: DemoLines['asker'];
let lines: DemoLines['lines'];

beforeAll(async () => {
  ({ config, filename, asker, lines } = await refreshDemo(folder));
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Rules for faults of a whole copy of the SIS, which the demo does not have; they have tests of their own. */
const BEYOND_DEMO: readonly string[] = ['NO_HISTORY_ID', 'GUID_SHARED'];

describe('explain', () => {
  it('a disagreement would be found', async () => {
    const [line] = lines.filter(({ rule }) => rule === 'NO_SHOW');
    if (line === undefined) throw new Error('there is no No Show');
    expect(await disagreements([{ ...line, rule: 'NO_NAME' }], asker, filename)).toHaveLength(1);
  });

  it.each(
    ruleRegister
      .map(({ code }) => code)
      .filter((code) => !BEYOND_DEMO.includes(code) && !code.startsWith('ONLY_')),
  )('names %s first for some record', async (code) => {
    const some = asked(lines).filter(({ rule }) => rule === code);
    expect(some.length).toBeGreaterThan(0);
    expect(await disagreements(some.slice(0, 1), asker, filename)).toEqual([]);
  });

  it('names GUID_SHARED first where people or schools share one, and what it takes with it', async () => {
    const shared = join(folder, 'shared.sqlite');
    demoDistrict(shared);
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
    demoDistrict(noHistoryIds);
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
      asked(lines).some(
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
