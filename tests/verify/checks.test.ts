import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { READING_LIMITS, ZIP_LIMITS } from '../../src/model/reading-limits.js';
import { checks } from '../../src/verify/catalogue/checks.js';
import { judge, type Judgment } from '../../src/verify/judge.js';
import { cases, type JudgedCode } from './check-cases.js';

type Check = (typeof checks)[number];
const isJudged = (check: Check): check is Check & { readonly code: JudgedCode } =>
  !check.code.startsWith('written.');
const judged = checks.filter(isJudged);

const judgments = new Map<string, Promise<Judgment>>();

/** Half of the similar bundles are the same one. */
function judgedOnce(path: string): Promise<Judgment> {
  const bytes = readFileSync(path, 'latin1');
  const judgment = judgments.get(bytes) ?? judge(path);
  judgments.set(bytes, judgment);
  return judgment;
}

describe('the catalog of checks', () => {
  it('has codes of one shape, each once, with a sentence and a source', () => {
    const codes = checks.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const { code, says, source } of checks) {
      expect(code).toMatch(
        /^(package|manifest|csv|header|lifecycle|cell|reference|roster|written)(\.[a-z]+(-[a-z]+)*)$/,
      );
      expect(says).toMatch(/^[A-Za-z].*\.$/);
      expect(source).not.toBe('');
    }
  });

  it('has a check for each reading limit', () => {
    const codes = checks.map(({ code }) => code as string);
    for (const { error } of Object.values(READING_LIMITS)) expect(codes).toContain(error);
  });

  it.each(judged)('$code: its smallest fault is found, and nothing else', async ({ code, severity }) => {
    const { fails, beside, file, column, count, limits = ZIP_LIMITS } = cases[code];
    const { findings } = await judge(fails(), { limits });
    const codes = new Set(findings.map((finding) => finding.code));
    expect([...codes].sort()).toEqual([...new Set([code, ...(beside ?? [])])].sort());
    const finding = findings.find((each) => each.code === code);
    expect(finding).toMatchObject({
      severity,
      ...(file ? { file } : {}),
      ...(column ? { column } : {}),
      ...(count ? { count } : {}),
    });
  });

  it.each(judged)('$code: the similar bundle passes', async ({ code }) => {
    const { findings } = await judgedOnce(cases[code].passes());
    expect(findings.map((finding) => finding.code)).not.toContain(code);
  });
});
