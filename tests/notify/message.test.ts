/** What is news, and how it is told: one message for a refresh, the worst first, each with what to do next. */
import { describe, expect, it } from '@jest/globals';
import { keyOf, newsFor, subjectOf, type Condition, type Told } from '../../src/notify/condition.js';
import { composeMessage, type Message } from '../../src/notify/message.js';

const AT = '2026-10-16T08:15:00.000Z';
const occasion = {
  version: '9.9.9',
  host: 'exporter',
  asOf: '2026-10-16',
  at: AT,
  exitCode: 3,
  timezone: 'America/Chicago',
};

const good = (about: string): Condition => ({ about, state: 'good', codes: [], says: [] });
const held = (about: string, ...codes: readonly string[]): Condition => ({
  about,
  state: 'held',
  codes,
  says: codes.map((code) => `because of ${code}`),
});
const expected = (about: string, on: string, ...codes: readonly string[]): Condition => ({
  ...held(about, ...codes),
  state: 'expected',
  on,
});
const failed = (about: string, code: string): Condition => ({
  about,
  state: 'failed',
  codes: [code],
  says: ['It broke.'],
});

/** Told as if each of these had been sent the night before. */
const toldOf = (...conditions: readonly Condition[]): ReadonlyMap<string, Told> =>
  new Map(
    conditions.map((each) => [
      subjectOf(each),
      { condition: keyOf(each), since: '2026-10-15T08:15:00.000Z' },
    ]),
  );

function message(
  conditions: readonly Condition[],
  told = toldOf(),
  when: 'change' | 'always' = 'change',
): Message | undefined {
  return composeMessage(newsFor(conditions, told, AT), when, occasion);
}

describe('what is news', () => {
  it.each<[string, readonly Condition[], ReadonlyMap<string, Told>, string | undefined]>([
    ['a first good night is none', [good(''), good('library')], toldOf(), undefined],
    ['a good night after a good one is none', [good('library')], toldOf(good('library')), undefined],
    ['a failure is', [failed('library', 'delivery')], toldOf(), 'failure'],
    [
      'the same failure again is none',
      [failed('library', 'delivery')],
      toldOf(failed('library', 'delivery')),
      undefined,
    ],
    ['another failure is', [failed('library', 'home')], toldOf(failed('library', 'delivery')), 'failure'],
    ['a hold is', [held('library', 'threshold-users')], toldOf(good('library')), 'hold'],
    [
      'the same doubts in another order are none',
      [held('library', 'b', 'a', 'a')],
      toldOf(held('library', 'a', 'b')),
      undefined,
    ],
    ['another doubt is', [held('library', 'blackout')], toldOf(held('library', 'threshold-users')), 'hold'],
    ['a good night after a bad one is', [good('library')], toldOf(held('library', 'a')), 'recovery'],
    [
      'a coming night on hold is',
      [good('library'), expected('library', '2026-10-20', 'a')],
      toldOf(),
      'coming',
    ],
    [
      'the same coming night is none, also with other reasons',
      [good('library'), expected('library', '2026-10-20', 'a', 'b')],
      toldOf(good('library'), expected('library', '2026-10-20', 'a')),
      undefined,
    ],
    [
      'another coming night is',
      [good('library'), expected('library', '2026-10-21', 'a')],
      toldOf(good('library'), expected('library', '2026-10-20', 'a')),
      'coming',
    ],
    [
      'a coming night that is no longer expected is none',
      [good('library')],
      toldOf(good('library'), expected('library', '2026-10-20', 'a')),
      undefined,
    ],
    ['a late delivery is', [{ ...good('library'), state: 'late' }], toldOf(), 'late'],
    ['the end of sharing is', [{ ...good('library'), state: 'ended' }], toldOf(), 'ended'],
    [
      'the end of sharing is told once',
      [{ ...good('library'), state: 'ended' }],
      toldOf({ ...good('library'), state: 'ended' }),
      undefined,
    ],
  ])('%s', (_what, conditions, told, event) => {
    expect(message(conditions, told)?.event).toBe(event);
  });

  it('of a coming night says which, and is beside the state of tonight', () => {
    const told = message([good(''), good('library'), expected('library', '2026-10-20', 'threshold-users')]);
    expect(told?.subject).toBe(
      'oneroster-export: library is expected to be on hold on 2026-10-20 (decide before that night)',
    );
    expect(told?.text).toContain('because of threshold-users');
    expect(told?.text).toContain('oneroster-export forecast library');
    expect(told?.body).toMatchObject({
      connections: [{ name: 'library', state: 'good' }],
      coming: [{ name: 'library', asOf: '2026-10-20', codes: ['threshold-users'], changed: true }],
    });
  });

  it('is everything where a message is wanted always', () => {
    expect(message([good('library')], toldOf(), 'always')).toMatchObject({
      event: 'good',
      subject: 'oneroster-export: all is well, nothing to do',
    });
    const again = message([held('library', 'a'), good('lms')], toldOf(held('library', 'a')), 'always');
    expect(again?.event).toBe('hold');
    expect(again?.text).toMatch(/library is on hold \[a\], since 2026-10-15/);
  });
});

describe('a message', () => {
  it('names in its subject what happened and what to do', () => {
    expect(message([held('library', 'threshold-users')])?.subject).toBe(
      'oneroster-export: library is on hold (release or discard it)',
    );
    expect(message([failed('', 'source')])?.subject).toBe(
      'oneroster-export: the refresh could not read the SIS (run preflight)',
    );
    expect(message([failed('', 'already-running')])?.subject).toMatch(
      /another refresh still running \(check whether it hangs\)/,
    );
    expect(message([failed('lms', 'unexpected')])?.subject).toMatch(/lms failed \(see the message\)/);
  });

  it('begins with the worst, and keeps a long subject short', () => {
    const all = [good('a'), held('b', 'x'), failed('c', 'delivery'), held('d', 'y')];
    const told = toldOf(held('a', 'z'));
    expect(message(all, told)?.subject).toBe(
      'oneroster-export: c could not be delivered (send it again); and 3 more',
    );
    expect(message(all, told)?.event).toBe('failure');
    expect(message(all.slice(0, 2), told)?.subject).toBe(
      'oneroster-export: b is on hold (release or discard it); a works again (nothing to do)',
    );
  });

  it('tells reasons, commands and the refresh it speaks of', () => {
    const { text = '' } =
      message([{ ...held('library', 'a', 'b'), bundle: { sha256: 'abc', rows: 7 } }]) ?? {};
    expect(text).toBe(
      `library is on hold [a, b], since 2026-10-16 03:15 -05:00.
  because of a
  because of b
  Bundle of 7 rows, sha256 abc

  See why:             oneroster-export status
  To publish it:       oneroster-export release library --reason TEXT
  To drop it:          oneroster-export discard library --reason TEXT
  Until then the receiver keeps the last good bundle.

Refresh of 2026-10-16 03:15 -05:00, as of 2026-10-16, on exporter; exit code 3; oneroster-export 9.9.9.
`,
    );
  });

  it('calls a connection as the config spells it, and the whole refresh by its word', () => {
    expect(message([failed('lms', 'delivery')])?.text).toMatch(/^lms could not be delivered/);
    expect(message([failed('', 'source')])?.text).toMatch(/^The refresh could not read the SIS/);
  });

  it('has the figures and the address of the report', () => {
    const condition: Condition = {
      ...held('library', 'a'),
      figures: { rows: 12_345, leftOut: 67, change: { before: 13_000, gone: 700, added: 45 } },
      report: 'withheld/library/20261016T081500Z-1.1-bulk-report.html',
    };
    const news = newsFor([condition, failed('', 'source')], toldOf(), AT);
    const made = composeMessage(news, 'change', { ...occasion, reportUrl: 'https://reports.example/sis' });
    expect(made?.text).toContain(
      '  Rows in all: 12,345\n  Gone since last good: 700 of 13,000\n  New: 45\n  Left out: 67\n',
    );
    const link = 'https://reports.example/sis/withheld/library/20261016T081500Z-1.1-bulk-report.html';
    expect(made?.text).toContain(`  Report: ${link}\n`);
    expect(made?.text).toContain('  Report: https://reports.example/sis/index.html\n');
    expect(made?.body).toMatchObject({ connections: [{ name: 'library', report: link }] });
  });

  it('mentions what is still bad, and leaves out the tail of long lists', () => {
    const many = held('lms', ...Array.from({ length: 14 }, (_, at) => `code-${at}`));
    const { text = '' } = message([held('library', 'a'), many], toldOf(held('library', 'a'))) ?? {};
    expect(text).toMatch(/As reported before: library is on hold \(release or discard it\)\./);
    expect(text).toMatch(/because of code-9\n {2}and 4 more/);
  });

  it('has a body that programs may rely on', () => {
    expect(message([good(''), held('library', 'a', 'a')])?.body).toEqual({
      program: 'oneroster-export',
      version: '9.9.9',
      event: 'hold',
      subject: expect.any(String),
      text: expect.any(String),
      host: 'exporter',
      at: AT,
      asOf: '2026-10-16',
      exitCode: 3,
      refresh: { state: 'good', codes: [], says: [], changed: false, since: AT, bundle: null },
      connections: [
        {
          name: 'library',
          state: 'held',
          codes: ['a'],
          says: ['because of a', 'because of a'],
          changed: true,
          since: AT,
          bundle: null,
        },
      ],
      coming: [],
    });
  });
});
