/** The demo district's own list of expected outcomes, against what a refresh of it excludes and sends. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { caseGuid, type Expectation } from '../../src/demo/cases/desk.js';
import { DEMO_AS_OF } from '../../src/demo/days.js';
import { CASE_IDS } from '../../src/demo/rows.js';
import { ruleRegister } from '../../src/filter/register.js';
import { VERSIONS, type Version, type Wants } from '../support/connections.js';
import { openCampusFile, type OpenDistrict, type Outcome } from '../support/outcome.js';
import { readCsv } from '../support/published.js';
import { danglingReferences, repeatedIds } from '../support/references.js';
import { demoDistrict } from '../support/demo-district.js';

const committed = join(import.meta.dirname, '../../../fixtures/demo');
const expectations = readCsv(
  readFileSync(join(committed, 'expected.csv')),
) as unknown as readonly Expectation[];
const settings = [...new Set(expectations.map(({ setting }) => setting))];

const folder = mkdtempSync(join(tmpdir(), 'demo-expected-'));
const filename = join(folder, 'demo.sqlite');
let demo: OpenDistrict;
const outcomes = new Map<string, Outcome>();

/** `include.guardians=false`, `schools=0010`, `emptyClasses=drop`. */
function wantsOf(setting: string): Wants {
  const [path = '', value = ''] = setting.split('=');
  if (path === '') return {};
  const [key = '', inner] = path.split('.');
  if (inner !== undefined) return { [key]: { [inner]: value === 'true' } };
  return { [key]: key === 'schools' ? [value] : value };
}

function outcomeOf(version: Version, setting: string): Outcome {
  const key = `${version} ${setting}`;
  const known = outcomes.get(key) ?? demo.judge({ ...wantsOf(setting), version, asOf: DEMO_AS_OF });
  outcomes.set(key, known);
  return known;
}

beforeAll(async () => {
  demoDistrict(filename);
  demo = await openCampusFile(filename);
}, 60_000);
afterAll(() => {
  demo.close();
  rmSync(folder, { recursive: true });
});

const LETTERS: Readonly<Record<string, string>> = {
  student: 's',
  teacher: 't',
  aide: 'a',
  guardian: 'g',
  relative: 'r',
};

/** Whether the record is in the bundle; undefined for rows that have no record of their own. */
function isSent(outcome: Outcome, version: Version, { kind, id }: Expectation): boolean | undefined {
  const letter = LETTERS[kind];
  if (letter !== undefined) {
    if (version === '1.1') return outcome.row('users', `${letter}${id}`) !== undefined;
    const role = `${caseGuid(Number(id))}.${kind}.`;
    return outcome.rows('roles').some((row) => row['sourcedId']?.startsWith(role));
  }
  if (kind === 'course') return outcome.row('courses', id) !== undefined;
  if (kind === 'section') return outcome.row('classes', id) !== undefined;
  if (kind === 'roster') return outcome.row('enrollments', `s${id}`) !== undefined;
  if (kind === 'sectionStaff') return outcome.row('enrollments', `t${id}`) !== undefined;
  return undefined;
}

const asked = (version: Version, setting: string): readonly Expectation[] =>
  expectations.filter(
    (each) => each.setting === setting && (each.version === '*' || each.version === version),
  );

describe.each(VERSIONS)('the demo in %s', (version) => {
  it.each(settings)('becomes what is expected of it (%s)', (setting) => {
    const outcome = outcomeOf(version, setting);
    const wrong = asked(version, setting).flatMap((each) => {
      const { kind, id, code } = each;
      const codes = outcome.codes(kind, id);
      const sent = isSent(outcome, version, each);
      const right =
        code === 'keep' ? codes.length === 0 && sent !== false : codes.join() === code && sent !== true;
      return right ? [] : [{ kind, id, expected: code, codes, sent }];
    });
    expect(wrong).toEqual([]);
  });

  it('excludes none of the cases for an unexpected reason', () => {
    const known = new Set(asked(version, '').map(({ kind, id, code }) => `${kind} ${id} ${code}`));
    const surprises = outcomeOf(version, '')
      .exclusions.filter(({ id }) => Number(id.split('-')[0]) >= CASE_IDS.first)
      .map(({ kind, id, code }) => `${kind} ${id} ${code}`);
    expect(surprises.filter((each) => !known.has(each))).toEqual([]);
  });

  it('resolves every reference, and has every id once', () => {
    for (const setting of settings) {
      const outcome = outcomeOf(version, setting);
      expect([setting, danglingReferences(outcome, version)]).toEqual([setting, []]);
      expect([setting, repeatedIds(outcome, version)]).toEqual([setting, []]);
    }
  });

  it('names every exclusion by a rule that the register knows for that kind', () => {
    const kinds = new Map(ruleRegister.map(({ code, kinds: of }) => [code, of as readonly string[]]));
    const strangers = settings.flatMap((setting) =>
      outcomeOf(version, setting)
        .exclusions.filter(({ kind, code }) => kinds.get(code)?.includes(kind) !== true)
        .map(({ kind, code }) => `${code} ${kind}`),
    );
    expect([...new Set(strangers)]).toEqual([]);
  });
});

/** Rules for faults of a whole copy of the SIS, which the demo does not have; they have tests of their own. */
const BEYOND_DEMO: readonly string[] = ['NO_HISTORY_ID', 'GUID_SHARED'];

describe('every rule', () => {
  it.each(
    ruleRegister
      .map(({ code }) => code)
      .filter((code) => !BEYOND_DEMO.includes(code) && !code.startsWith('ONLY_')),
  )('%s leaves out a record of the demo', (code) => {
    const all = VERSIONS.flatMap((version) => settings.map((setting) => outcomeOf(version, setting)));
    const most = Math.max(
      ...all.map(({ exclusions }) => exclusions.filter((each) => each.code === code).length),
    );
    expect(most).toBeGreaterThan(0);
  });

  it('NO_HISTORY_ID leaves out every teacher enrollment where the database has no such column', async () => {
    const without = join(folder, 'without.sqlite');
    demoDistrict(without);
    const database = new Database(without);
    database.exec(`
      CREATE TABLE "other" AS SELECT "sectionID", "trialID", "personID", "staffType", "startDate", "endDate"
        FROM "SectionStaffHistory";
      DROP TABLE "SectionStaffHistory";
      ALTER TABLE "other" RENAME TO "SectionStaffHistory";
    `);
    database.close();
    const district = await openCampusFile(without);
    const outcome = district.judge({ asOf: DEMO_AS_OF });
    district.close();
    const sent = outcomeOf('1.1', '')
      .rows('enrollments')
      .filter((row) => row['role'] === 'teacher');
    expect(outcome.exclusions.filter(({ code }) => code === 'NO_HISTORY_ID')).toHaveLength(sent.length);
    expect(outcome.rows('enrollments').filter((row) => row['role'] === 'teacher')).toEqual([]);
  });
});
