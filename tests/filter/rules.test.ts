import { describe, expect, it } from '@jest/globals';
import { policies } from '../../src/filter/policies.js';
import { ruleRegister } from '../../src/filter/register.js';
import type { Version } from '../support/connections.js';
import { openDistrict, type FoundExclusion, type OpenDistrict } from '../support/outcome.js';
import { classCases } from './cases/classes.js';
import { familyCases } from './cases/families.js';
import { personCases } from './cases/people.js';
import { onlyCases } from './cases/only.js';
import { isSent, versionsOf, type Edge, type RuleCase } from './cases/rule-case.js';
import { noCandidates, staffCases } from './cases/staff.js';
import { studentCases } from './cases/students.js';

const cases: readonly RuleCase[] = [
  ...classCases,
  ...studentCases,
  ...staffCases,
  ...familyCases,
  ...personCases,
  ...onlyCases,
];

interface Judged {
  readonly version: Version;
  readonly codes: readonly string[];
  readonly sent: boolean | undefined;
  readonly exclusions: readonly FoundExclusion[];
}

const judgedCases = new Map<RuleCase, readonly Judged[]>();

/** Each stands with those that ask another question about the same district, a third of all: it is read once for all of them. */
const byDistrict = new Map<string, RuleCase[]>();
const districtOf = ({ given, schema }: RuleCase): string => JSON.stringify([given, schema]);
for (const one of cases) byDistrict.set(districtOf(one), [...(byDistrict.get(districtOf(one)) ?? []), one]);

/** What each version makes of a case. Judged once, by the test that needs it first. */
async function judged(one: RuleCase): Promise<readonly Judged[]> {
  if (!judgedCases.has(one)) {
    const district = await openDistrict(one.given, one.schema);
    for (const each of byDistrict.get(districtOf(one)) ?? []) judgedCases.set(each, judge(each, district));
    district.close();
  }
  return judgedCases.get(one) ?? [];
}

const judge = (one: RuleCase, district: OpenDistrict): readonly Judged[] =>
  versionsOf(one).map((version) => {
    const asked = { ...one.asked, version };
    const outcome = district.judge(asked);
    const codes = outcome.codes(one.kind, one.id);
    const sent = isSent(outcome, one.kind, one.id, asked);
    return { version, codes, sent, exclusions: outcome.exclusions };
  });

describe.each([...new Set(cases.map(({ rule }) => rule))])('%s', (rule) => {
  it.each(cases.filter((each) => each.rule === rule))('$verdict: $kind $when', async (each) => {
    const outcomes = await judged(each);
    expect(outcomes).toHaveLength(versionsOf(each).length);
    for (const { version, codes, sent } of outcomes) {
      expect({ version, codes, sent }).toEqual({
        version,
        codes: each.verdict === 'keep' ? [] : [rule],
        sent: sent === undefined ? undefined : each.verdict === 'keep',
      });
    }
  });
});

/** The codes of the rules that put a date beside their code in some case. */
async function datedRules(): Promise<readonly string[]> {
  const dated = new Set<string>();
  for (const one of cases)
    for (const { exclusions } of await judged(one))
      for (const { code, facts } of exclusions)
        if ('startDate' in facts || 'endDate' in facts) dated.add(code);
  return [...dated];
}

describe('candidates', () => {
  it.each(noCandidates)('nothing is said about $id as $role', async ({ role, id, given }) => {
    const district = await openDistrict(given);
    expect(district.judge({ version: '1.1' }).codes(role, id)).toEqual([]);
    expect(district.judge({ version: '1.2' }).codes(role, id)).toEqual([]);
    district.close();
  });
});

const dependsOnCalendar = 'a course, its section or an enrollment depends on a calendar of the year';
const noTeacherRow = 'an assignment without Teacher beside one with it is no row of a teacher';

/** What the register says could happen and cannot. */
const impossible: Readonly<Record<string, string>> = {
  'SCHOOL_NO_CALENDAR course': dependsOnCalendar,
  'SCHOOL_NO_CALENDAR section': dependsOnCalendar,
  'SCHOOL_NO_CALENDAR student': dependsOnCalendar,
  'SCHOOL_NO_CALENDAR schoolEnrollment': dependsOnCalendar,
  'NO_TEACHER_ASSIGNMENT assignment': noTeacherRow,
  'REL_GUARDIAN_WINS guardian': 'it takes out relatives',
};

const pairs = ruleRegister.flatMap(({ code, kinds }) => kinds.map((kind) => `${code} ${kind}`));
const has = (pair: string, verdict: RuleCase['verdict']): boolean =>
  cases.some((each) => `${each.rule} ${each.kind}` === pair && each.verdict === verdict);

describe('the cases', () => {
  it.each(pairs.filter((pair) => impossible[pair] === undefined))('leave out and keep by %s', (pair) => {
    expect({ exclude: has(pair, 'exclude'), keep: has(pair, 'keep') }).toEqual({ exclude: true, keep: true });
  });

  it('ask no rule about a kind that the register does not name', () => {
    const asked = cases
      .filter(({ verdict }) => verdict === 'exclude')
      .map(({ rule, kind }) => `${rule} ${kind}`);
    expect([...new Set(asked)].filter((pair) => !pairs.includes(pair))).toEqual([]);
  });

  it('do not call impossible what happens', () => {
    expect(Object.keys(impossible).filter((pair) => has(pair, 'exclude') || !pairs.includes(pair))).toEqual(
      [],
    );
  });

  it('stand around the day wherever dates decide', async () => {
    const edges: readonly Edge[] = ['before', 'day', 'after', 'blank'];
    // Rules that show dates only to tell the rows apart.
    const shown = ['REL_SELF', 'REL_NOT_PORTAL', 'REL_STUDENT_NOT_EXPORTED'];
    const deciding = (await datedRules()).filter((code) => !shown.includes(code));
    expect(deciding.length).toBeGreaterThanOrEqual(9);
    const open = deciding.flatMap((code) =>
      edges
        .filter((edge) => !cases.some((each) => each.rule === code && each.edge === edge))
        .map((edge) => `${code} ${edge}`),
    );
    expect(open).toEqual([]);
  });
});

describe('the register', () => {
  it('applies each of the 56 prerequisites, by a rule or a policy', () => {
    const applied = new Set([...ruleRegister, ...policies].flatMap(({ applies }) => applies));
    expect([...applied].sort((a, b) => a - b)).toEqual(Array.from({ length: 56 }, (_, at) => at + 1));
  });

  it('has each code once, speaking and with its source and screen', () => {
    const codes = [...ruleRegister, ...policies].map(({ code }) => code);
    expect(
      codes.filter((code, at) => codes.indexOf(code) !== at || !/^[A-Z]+(_[A-Z]+)*$/.test(code)),
    ).toEqual([]);
    for (const { says, source, fixIn } of ruleRegister) {
      expect([says, source, fixIn].map((text) => text.trim().length > 0)).toEqual([true, true, true]);
    }
  });
});
