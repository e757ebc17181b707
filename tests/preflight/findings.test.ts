/** Preflight finds each seeded fault, so often and nothing besides, and nothing in a clean district. */
import { describe, expect, it } from '@jest/globals';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { findings } from '../../src/preflight/register.js';
import { surveyDistrict, type SurveyResult } from '../../src/preflight/survey.js';
import { writeCampusFile } from '../support/campus-file.js';
import { aConfig, aConnection, day, VERSIONS, type Wants } from '../support/connections.js';
import { TODAY, type GivenRows } from '../support/given.js';
import { cleanDistrict } from './clean-district.js';
import { findingCases, type FindingCase } from './finding-cases.js';

async function survey(
  fault: GivenRows,
  wants: Wants,
  { asOf = TODAY, lastTrials }: Pick<FindingCase, 'asOf' | 'lastTrials'> = {},
): Promise<SurveyResult> {
  const file = writeCampusFile(cleanDistrict(fault));
  try {
    return await surveyDistrict({
      config: aConfig('/nowhere', file.path, [aConnection(wants)]),
      source: sqliteSource({ client: 'better-sqlite3', filename: file.path }),
      asOf: day(asOf),
      lastTrials: () => lastTrials,
    });
  } finally {
    file.remove();
  }
}

function counts({ district, connections }: SurveyResult): Readonly<Record<string, number>> {
  const all = [...district, ...connections.flatMap((connection) => connection.findings)];
  return Object.fromEntries(all.map(({ finding, count }) => [finding.code, count]));
}

describe('a clean district', () => {
  it.each(VERSIONS)('has nothing to fix (%s)', async (version) => {
    const clean = await survey([], { version });
    expect(counts(clean)).toEqual({});
    expect(clean.notices.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});

describe('a seeded fault is found, and nothing besides', () => {
  it.each(findingCases.map((each) => [each.code, each.what, each] as const))(
    '%s: %s',
    async (_code, _what, each) => {
      const { code, fault, count, also = {}, wants = {} } = each;
      expect(counts(await survey(fault, wants, each))).toEqual({
        ...also,
        ...(count > 0 && { [code]: count }),
      });
    },
  );
});

describe('the register', () => {
  it('has a seeded case for each finding', () => {
    const seeded = new Set(findingCases.filter(({ count }) => count > 0).map(({ code }) => code));
    expect(findings.map(({ code }) => code).filter((code) => !seeded.has(code))).toEqual([]);
  });

  it('has no case of a finding that there is not', () => {
    const known = new Set(findings.map(({ code }) => code));
    const named = findingCases.flatMap(({ code, also = {} }) => [code, ...Object.keys(also)]);
    expect(named.filter((code) => !known.has(code))).toEqual([]);
  });

  it('speaks plainly: a code with a dot, one sentence, a screen, a source, each code once', () => {
    for (const { code, says, fixIn, source } of findings) {
      expect(code).toMatch(/^[a-z-]+\.[a-z-]+$/);
      expect(says).toMatch(/^[A-Z].+\.$/);
      expect(fixIn).not.toBe('');
      expect(source).not.toBe('');
    }
    expect(new Set(findings.map(({ code }) => code)).size).toBe(findings.length);
  });
});

it('what exclude marks take out is counted by kind', async () => {
  const { fault } = findingCases.find(({ code }) => code === 'lms-exclude.enrollment') ?? { fault: [] };
  const { connections } = await survey(fault, {});
  const [found] = connections[0]?.findings ?? [];
  expect(found?.takesOut).toEqual({ student: 1 });
  expect(found?.examples).toEqual([{ kind: 'schoolEnrollment', id: 80_012 }]);
});
