/** The pages as text: hostile values stay text, nothing is loaded or run, and each kind of night says what to do. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { causes } from '../../src/filter/causes.js';
import { allRules } from '../../src/filter/register.js';
import { inWords, limitBelow, spark, trend, type Point } from '../../src/report/page/charts.js';
import { homePage } from '../../src/report/page/home-page.js';
import { html } from '../../src/report/page/html.js';
import { report } from '../../src/report/page/page.js';
import { day } from '../support/connections.js';
import {
  aDeltaNight,
  aFailedDelivery,
  aFirstNight,
  aGoodNight,
  aHeldNight,
  aHome,
  aHostileNight,
  aRefusedNight,
  aReleasedNight,
  HOSTILE,
  SUBJECTS,
} from './subjects.js';

const pages = new Map([
  ...Object.entries(SUBJECTS).map(([name, subject]): [string, string] => [name, report(subject)]),
  ['home', homePage(aHome())],
]);

/** What a reader sees, without tags and style. */
const textOf = (page: string): string =>
  page
    .replace(/<style>[^]*<\/style>/, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

describe('html', () => {
  it('escapes every value, also in lists, and leaves HTML and numbers as they are', () => {
    expect(html`<p title="${`"'<&>`}">${[`<b>`, html`<b>${1}</b>`, [`&`]]}</p>`.text).toBe(
      '<p title="&quot;&#39;&lt;&amp;&gt;">&lt;b&gt;<b>1</b>&amp;</p>',
    );
  });

  it('leaves nothing behind for what is not', () => {
    expect(html`<p>${false}${null}${undefined}${[]}</p>`.text).toBe('<p></p>');
  });

  it('lets no text out of an element or an attribute, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const made = html`<p title="${text}">${text}</p>`.text;
        expect(made.match(/[<>]/g)).toHaveLength(4);
        expect(made.match(/"/g)).toHaveLength(2);
        expect(made).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/);
      }),
    );
  });
});

describe.each([...pages])('the page of a night that is %s', (_name, page) => {
  it('runs nothing and loads nothing', () => {
    const tags = page.match(/<[^>]*>/g) ?? [];
    expect(tags.filter((tag) => /^<(script|link|img|iframe|object|embed|base|form)\b/i.test(tag))).toEqual(
      [],
    );
    const attributes = tags.map((tag) => tag.replaceAll(/"[^"]*"/g, '""'));
    expect(attributes.filter((tag) => /\s(src|srcset|style|on\w+)=/i.test(tag))).toEqual([]);
    expect(tags.filter((tag) => /href="(?!#|\.\.\/|bundles\/|withheld\/|\d{8}T)/.test(tag))).toEqual([]);
    expect(page).not.toMatch(/url\(|@import|https?:/);
  });

  it('carries a policy that allows just its own style', () => {
    const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
    expect(page).toContain(policy.replaceAll(`'`, '&#39;'));
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
  });

  it('has one first heading, and as many cells in each row as its table has columns', () => {
    expect(page.match(/<h1\b/g)).toHaveLength(1);
    for (const [, table = ''] of page.matchAll(/<table\b([^]*?)<\/table>/g)) {
      const columns = table.match(/role="columnheader"/g)?.length ?? 0;
      const rows = [...table.matchAll(/<tr role="row">([^]*?)<\/tr>/g)].slice(1);
      expect(rows.length).toBeGreaterThan(0);
      for (const [, row = ''] of rows) expect(row.match(/role="(cell|rowheader)"/g)).toHaveLength(columns);
    }
  });
});

describe('a report', () => {
  it('is the same for the same night, byte by byte', () => {
    expect(report(aGoodNight())).toBe(report(structuredClone(aGoodNight())));
  });

  it('shows hostile names as they are written, and nothing of them as HTML', () => {
    const page = report(aHostileNight());
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<img');
    expect(page.split(html`${HOSTILE}`.text).length).toBeGreaterThan(12);
    expect(page).not.toContain('\u0000');
  });

  it('has the coming days where they were forecast, and says why not where that failed', () => {
    expect(report(aGoodNight())).not.toContain('Coming up');
    const held = report(aHeldNight());
    expect(held).toContain('<a href="#coming">Coming up</a>');
    expect(held).toContain('Mon, Oct 19, 2026 would be on hold');
    expect(held).toContain('No class is current from Tue, Oct 20, 2026 to Thu, Oct 22, 2026.');
    const quiet = report({
      ...aGoodNight(),
      coming: { until: day('2026-10-22'), days: [], withoutClasses: [] },
    });
    expect(quiet).toContain('No date boundary falls on these days.');
    const failed = report({ ...aGoodNight(), coming: { failed: 'no memory <b>' } });
    expect(failed).toContain('could not be forecast: no memory &lt;b&gt;');
  });

  it('says on a good night that nothing has to be done', () => {
    expect(textOf(report(aGoodNight()))).toContain('Published and delivered. No action is required tonight.');
    const quiet = { ...aGoodNight(), notices: [], findings: [], rules: [] };
    expect(textOf(report(quiet))).toContain('Nothing to do.');
  });

  it('says on the first night that there is nothing to compare with', () => {
    const text = textOf(report(aFirstNight()));
    expect(text).toContain('This is the first bundle of this connection.');
    expect(text).toContain('There is no earlier good bundle to compare with.');
  });

  it('says of a held bundle why, with the name of the school, and both ways on', () => {
    const text = textOf(report(aHeldNight())).replaceAll('\u00a0', ' ');
    expect(text).toContain(
      'On hold: 400 of 2500 users vanished: 16.0 %, above the limit of 10 %, and 1 more doubt',
    );
    expect(text).toMatch(/300 of 800 users of school\s+Cedar Valley High School\s+vanished/);
    expect(text).toContain('oneroster-export release lms --reason');
    expect(text).toContain('oneroster-export discard lms --reason');
    expect(text).toContain('the receiver keeps the bundle of Wed, Oct 14, 2026, 3:15 AM CDT (-05:00)');
    expect(text).toMatch(/−300, 36\.9 %\s+!/);
  });

  it('says of a released one who let it pass and why', () => {
    const text = textOf(report(aReleasedNight()));
    expect(text).toContain('Published after release, not sent to the receiver.');
    const release =
      /Released by\s+clerk@exporter\s+on Thu, Oct 15, 2026, 9:02 AM CDT \(-05:00\)\s+because:\s+Cedar Valley became two schools/;
    expect(text.slice(0, text.indexOf('Why it was on hold'))).toMatch(release);
    expect(text.slice(text.indexOf('Why it was on hold'))).toMatch(release);
  });

  it('says of a released one that did not arrive first that it did not arrive', () => {
    const { delivery } = aFailedDelivery();
    const text = textOf(report({ ...aReleasedNight(), delivery }));
    expect(text).toContain('Published, but not delivered to');
    expect(text).not.toContain('Published after release');
    expect(text).toMatch(/Released by\s+clerk@exporter/);
  });

  it('says of a refused one what verification found, before everything else', () => {
    const page = report(aRefusedNight());
    expect(textOf(page)).toContain('Refused: verification found 1 error.');
    expect(page.indexOf('id="remarks"')).toBeLessThan(page.indexOf('id="rows"'));
    expect(textOf(page)).toContain('users.csv, familyName');
  });

  it('says of a failed delivery what the server said, and how to send it again', () => {
    const text = textOf(report(aFailedDelivery()));
    expect(text).toContain('The server shows another host key than the pinned one.');
    expect(text).toContain('oneroster-export deliver lms');
  });

  it('shows of a delta both what it sends and what the receiver has afterward', () => {
    const text = textOf(report(aDeltaNight()));
    expect(text).toContain('In this delta');
    expect(text).toContain('Receiver afterward');
  });

  it('gives the sentence and the screen of each rule, and leads to the list and to explain', () => {
    const page = report(aGoodNight());
    expect(textOf(page)).toContain(
      'Fix in Scheduling &amp; Courses &gt; Courses &gt; Sections &gt; Section Placement',
    );
    expect(textOf(page)).toContain(
      'If it is wrong, fix in Census &gt; People &gt; Relationships &gt; Portal',
    );
    expect(page).toContain('href="20261015T081500Z-1.2-bulk-exclusions.csv"');
    expect(textOf(page)).toContain('oneroster-export explain person ID --connection lms');
  });

  it('groups the rules: fix in Campus, expected, depends on another record; those with few records collapse', () => {
    const page = report(aGoodNight());
    const titles = [...page.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, title]) => title);
    expect(titles.slice(0, 3)).toEqual(['Fix in Campus', 'Expected', 'Depends on another record']);
    const [, few = ''] = /<details class="few">([^]*?)<\/details>/.exec(page) ?? [];
    expect(textOf(few)).toContain('and 2 rules with few records, 5 in all');
    expect(few.match(/<code>[A-Z_]+/g)).toEqual(['<code>NO_PLACEMENT', '<code>NO_NAME']);
  });

  it('does not collapse a single rule, or one that jumps', () => {
    const [rule] = aGoodNight().rules;
    if (rule === undefined) throw new Error('a rule');
    const ofCount = (count: number, before: number) => ({ ...rule, count, before });
    const pageOf = (...rules: readonly (typeof rule)[]): string => textOf(report({ ...aGoodNight(), rules }));
    expect(pageOf(ofCount(200, 200), ofCount(3, 3))).not.toContain('with few records');
    expect(pageOf(ofCount(0, 40), ofCount(3, 3), ofCount(2, 2))).toContain('and 2 rules with few records');
    expect(pageOf(ofCount(3, 3), ofCount(2, 2))).toContain('2 rules with few records, 5 in all');
  });

  it('answers of a held bundle who vanished, and why: rules that changed, by rule, by school, one by one', () => {
    const page = report(aHeldNight());
    const [, section = ''] = /<section aria-labelledby="vanished">([^]*?)<\/section>/.exec(page) ?? [];
    const text = textOf(section);
    expect(section.match(/<h[23][^>]*>[^<]*/g)?.map((heading) => textOf(`${heading}>`).trim())).toEqual([
      'Who vanished, and why>',
      'Exclusions that changed since the last good bundle>',
      'By rule>',
      'By school>',
    ]);
    expect(text).toMatch(/NO_USERNAME \+45 100 145 .*ROSTER_STUDENT_NOT_EXPORTED \+3/);
    expect(text).toContain('NO_SHOW 300 0 1,200 300 The enrollment is marked No Show.');
    expect(text).toContain('Cedar Valley High School ( 102 ) 300 0 1,200 300');
    expect(text).toContain('school 999 100');
    expect(text).toContain('The first 200 of 2,400 rows, one by one');
    expect(text).toContain('S1000 users 101000 Cedar Valley High School ( 102 ) 09 NO_SHOW');
    expect(section).toContain('href="20261015T081500Z-1.2-bulk-vanished.csv"');
    expect(report(aReleasedNight())).not.toContain('-vanished.csv');
    expect(report(aGoodNight())).not.toContain('id="vanished"');
  });

  it('names schools by name, number and id', () => {
    const [, row = ''] = /id="schools">([^]*?)<\/section>/.exec(report(aHeldNight())) ?? [];
    expect(textOf(row)).toContain(
      'Cedar Valley High School number 102 id 0F3C2B1A-0000-4000-8000-000000000002',
    );
  });

  it('leads to the nights beside it', () => {
    const page = report({
      ...aGoodNight(),
      previous: { asOf: '2026-10-14', href: '../../withheld/lms/20261014T081500Z-1.2-bulk-report.html' },
      next: { asOf: '2026-10-16', href: '20261016T081500Z-1.2-bulk-report.html' },
    });
    expect(page).toContain('href="../../withheld/lms/20261014T081500Z-1.2-bulk-report.html"');
    expect(textOf(page)).toContain('← Previous night, Oct 14 Next night, Oct 16 →');
    expect(report(aGoodNight())).not.toContain('Other nights');
  });

  it('shows times in the zone of the district', () => {
    const page = textOf(report({ ...aGoodNight(), timezone: 'Pacific/Kiritimati' }));
    expect(page).toMatch(/Refreshed Thu, Oct 15, 2026, 10:15 PM \+14:00\./);
  });
});

describe('the page of all connections', () => {
  it('puts those first that need attention', () => {
    const names = [...homePage(aHome()).matchAll(/<h2>(.*?)<\/h2>/g)].map(([, name]) => name);
    expect(names).toEqual(['textbooks', 'assessment-provider-with-a-long-name', 'lms', 'new-one', 'library']);
    expect(textOf(homePage(aHome()))).toContain('4 of 5 connections need attention.');
  });
});

describe('a card of the page of all connections', () => {
  const cardOf = (name: string): string =>
    homePage(aHome())
      .split('<li class="card ')
      .find((card) => card.includes(`<h2>${name}</h2>`)) ?? '';

  it('of a bundle on hold leads to the report first, then has both commands', () => {
    const card = textOf(cardOf('lms'));
    const order = [
      'Read why lms is on hold, and who vanished',
      'oneroster-export release lms --reason',
      'oneroster-export discard lms --reason',
      'Users',
    ].map((text) => card.indexOf(text));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
    expect(/href="([^"]*)"/.exec(cardOf('lms'))?.[1]).toBe(
      'bundles/lms/20261015T081500Z-1.2-bulk-report.html',
    );
  });

  it('of a released bundle says who released it and why', () => {
    expect(textOf(cardOf('library'))).toMatch(
      /Published after release by\s+clerk@exporter\s+on Thu, Oct 15, 2026, 9:02 AM CDT \(-05:00\)\s+because:\s+Two schools merged\. &lt;script/,
    );
    expect(cardOf('lms')).not.toContain('after release');
  });

  it('leads to the exclusions, to the folder of bundles and to previous nights', () => {
    expect([...cardOf('library').matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual([
      'bundles/library/20261015T081500Z-1.2-bulk-report.html',
      'bundles/library/20261015T081500Z-1.2-bulk-exclusions.csv',
      'bundles/library/',
      'bundles/library/20261014T081500Z-1.2-bulk-report.html',
    ]);
    expect(textOf(cardOf('library'))).toContain('Wed, Oct 14, 2026 refused');
  });
});

describe('a plot', () => {
  const points = (...values: readonly (number | null)[]): readonly Point[] =>
    values.map((value, at) => ({ value, asOf: `2026-10-${String(at + 10)}`, isGood: value !== null }));

  it('is nothing before there are two nights', () => {
    expect(trend('Users', points(5)).text).toBe('');
    expect(spark('Users', points(null, 5)).text).not.toContain('svg');
  });

  it('starts at zero: a change looks as large as it is', () => {
    const heights = (...values: readonly number[]): readonly number[] =>
      [
        ...(/class="line" d="([^"]*)"/.exec(trend('Users', points(...values)).text)?.[1] ?? '').matchAll(
          / (\S+?)(?=L|$)/g,
        ),
      ].map(([, y]) => (78 - Number(y)) / 70);
    expect(heights(0, 500, 1000)).toEqual([0, 0.5, 1]);
    const [before = 0, after = 0] = heights(21_000, 20_958);
    expect(before - after).toBeLessThan(0.003);
    const [full = 0, fewer = 0] = heights(21_000, 17_220);
    expect(full - fewer).toBeCloseTo(0.18, 2);
  });

  it('leaves out unknown nights, and crosses those that were not published', () => {
    const made = trend('Users', points(10, null, 20)).text;
    expect(made).toContain('d="M8 43L312 8"');
    expect(made.match(/class="cross"/g)).toHaveLength(1);
  });

  it('puts the cross of a night without a number below zero, which it is not', () => {
    expect(trend('Users', points(10, null, 20)).text).toContain(
      '<path class="cross" d="M156 82l8 8M156 90l8 -8" />',
    );
  });

  it('ends at tonight, also when tonight is on hold', () => {
    const [first, second, tonight] = points(20, 20, 10);
    if (first === undefined || second === undefined || tonight === undefined) throw new Error('three points');
    const held = [first, second, { ...tonight, isGood: false }];
    expect(trend('Users', held).text).toContain('d="M8 8L160 8L312 43"');
    expect(trend('Users', held).text).toContain('<circle class="dot bad" cx="312" cy="43"');
    expect(spark('Users', held).text).toContain('d="M4 4L60 4L116 15.5"');
    const before = [first, { ...second, value: 1, isGood: false }, tonight];
    expect(trend('Users', before).text).toContain('d="M8 8L312 43"');
  });

  it('is beside the limits of growth, in words', () => {
    expect(textOf(report(aGoodNight()))).toContain(
      'A file also puts the night on hold if more than 50 % of it is new (100 rows or more), or if more than 30 % of it changed.',
    );
    const off = { ...aGoodNight(), growth: { new: 'off', changed: 'off', newFrom: 100 } } as const;
    expect(textOf(report(off))).not.toContain('A file also puts');
  });

  it('draws the limit as a line, and says it', () => {
    const limit = limitBelow(100, 10);
    const made = trend('Users', points(100, 100), limit).text;
    expect(made).toContain('<path class="limit" d="M0 15H320" />');
    expect(made).toContain('90: limit, 10 % below the last good bundle');
    expect(spark('Users', points(100, 100), limit).text).toContain('always 100; limit 90');
    expect([limitBelow(0, 10), limitBelow(100, undefined), limitBelow(100, 100)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('has each of its numbers as text', () => {
    expect(textOf(trend('Users', points(10, null, 2000)).text)).toContain(
      'Oct 10 10 Oct 11 – ✕ Oct 12 2,000',
    );
    expect(textOf(spark('Users', points(10, 30, 20)).text)).toContain('10 to 30');
  });

  it('says in words what it shows', () => {
    expect(inWords('Users', points(10, null, 20))).toBe(
      'Users, 3 nights from Oct 10: at first 10, lowest 10, highest 20, now 20; 1 night not published',
    );
  });
});

it('the causes are of rules that there are', () => {
  const codes = allRules.map(({ code }) => code);
  expect(Object.keys(causes).filter((code) => !codes.includes(code))).toEqual([]);
});

describe('the way to a version without personal data', () => {
  const command = `oneroster-export anonymize ${aGoodNight().bundle.name}.zip`;

  it('is the command', () => {
    const text = report(aGoodNight());
    expect(text).toContain(command);
    expect(text).not.toContain('/anonymize"');
  });

  it('is also a link where the console has an address', () => {
    const { connection, bundle } = aGoodNight();
    const text = report({ ...aGoodNight(), consoleUrl: 'https://roster.district.example' });
    expect(text).toContain(command);
    expect(text).toContain(
      `href="https://roster.district.example/connections/${connection.name}/nights/${bundle.name}/anonymize"`,
    );
  });
});
