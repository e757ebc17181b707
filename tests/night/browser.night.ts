/**
 * The pages in a real browser: they load from the disk without a word on the console, ask for nothing, pass axe in both
 * schemes, never scroll sideways, and are walked through by keyboard in the order in which they are read.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { forecastPage } from '../../src/forecast/page/page.js';
import { homePage } from '../../src/report/page/home-page.js';
import { report } from '../../src/report/page/page.js';
import { hasChromium, startChromium, type Browser, type Look } from '../support/chromium.js';
import { describeWith } from '../support/needs.js';
import { turnsOf } from '../support/share.js';
import { inTurns } from '../support/turns.js';
import { aForecast } from '../forecast/forecasts.js';
import { aHome, SUBJECTS } from '../report/subjects.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGES: readonly (readonly [name: string, page: () => string])[] = [
  ...Object.entries(SUBJECTS).map(([name, subject]) => [name, () => report(subject)] as const),
  ['home', () => homePage(aHome())],
  ['forecast', () => forecastPage(aForecast(), { program: '0.0.0', madeAt: '2027-05-20' })],
];
const names = PAGES.map(([name]) => name);

/** Every kind of panel, table and plot in both schemes, on a desk and in the hand. */
const AXED = [
  ...['good', 'held', 'home', 'forecast'].flatMap((name) =>
    [360, 768, 1440].flatMap((width) =>
      (['light', 'dark'] as const).map((scheme) => ({ name, scheme, width })),
    ),
  ),
  ...['refused', 'hostile', 'released'].map((name) => ({ name, scheme: 'light', width: 1440 }) as const),
  { name: 'not-delivered', scheme: 'dark', width: 360 } as const,
];

const given = describeWith(hasChromium, 'chromium');

given('in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  let browser: Browser;

  beforeAll(async () => {
    for (const [name, page] of PAGES) writeFileSync(join(folder, `${name}.html`), page());
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (name: string, look?: Look): Promise<Page> =>
    browser.open(pathToFileURL(join(folder, `${name}.html`)).href, look);

  const loaded = turnsOf('pages of reports in a browser', names, (name) => [
    ['home', 'forecast'].includes(name) ? name : 'report',
  ]);
  it.each(loaded)(
    '%s loads without a word on the console, asks for nothing, and never scrolls sideways',
    async (name) => {
      const page = await open('home');
      const heard: string[] = [];
      page.on('console', (message) => heard.push(message.text()));
      page.on('pageerror', ({ message }) => heard.push(message));
      page.on('dialog', (dialog) => heard.push(dialog.message()));
      page.on('request', (request) => heard.push(request.url()));
      const url = pathToFileURL(join(folder, `${name}.html`)).href;
      await page.goto(url);
      expect(heard).toEqual([url]);
      for (const width of [320, 360, 768, 900, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
      }
      await page.close();
    },
  );

  it.each(turnsOf('pages of reports by axe', AXED, ({ scheme }) => [scheme]))(
    '$name passes axe in the $scheme scheme at $width pixels',
    async ({ name, scheme, width }) => {
      const page = await open(name, { scheme, width });
      await page.evaluate(`document.querySelectorAll('details').forEach((each) => (each.open = true))`);
      expect(await faultsIn(page)).toEqual([]);
      await page.close();
    },
  );

  const { it: itInTurn } = inTurns('pages of reports by hand', 3);
  itInTurn('axe would find a fault', async () => {
    const page = await open('home');
    await page.evaluate(`document.querySelector('.card').style.color = '#f4f6f8'`);
    expect(await faultsIn(page)).toEqual(expect.arrayContaining([expect.stringMatching(/^color-contrast/)]));
    await page.close();
  });

  itInTurn(
    'the keyboard goes from the way back to the steps, the list of sections, and the list of records',
    async () => {
      const page = await open('held');
      const stops: string[] = [];
      for (;;) {
        await page.keyboard.press('Tab');
        const stop = await page.evaluate<string>(
          `document.activeElement === document.body ? '' : (document.activeElement.getAttribute('href') ?? document.activeElement.tagName)`,
        );
        if (stop === '' || stops.length > 40) break;
        if (stop !== 'SUMMARY') stops.push(stop);
      }
      expect(stops).toEqual([
        '../../index.html',
        '#holds',
        '#vanished',
        '#holds',
        '#vanished',
        '#rows',
        '#schools',
        '#left-out',
        '#remarks',
        '#coming',
        '#delivery',
        '#particulars',
        '20261015T081500Z-1.2-bulk-vanished.csv',
        '20261015T081500Z-1.2-bulk-exclusions.csv',
      ]);
      await page.close();
    },
  );

  const widths = turnsOf('widths of the table of contents', [
    [1440, true],
    [1000, false],
  ] as const);
  it.each(widths)('at %i pixels the table of contents stays on the screen: %s', async (width, stays) => {
    const page = await open('held', { width });
    await page.evaluate('window.scrollTo(0, 1500)');
    const top = await page.evaluate<number>(
      `document.querySelector('.contents').getBoundingClientRect().top`,
    );
    if (stays) expect(top).toBeGreaterThanOrEqual(0);
    else expect(top).toBeLessThan(0);
    await page.close();
  });

  itInTurn('rules with few records are folded, and are printed', async () => {
    const page = await open('good');
    const isShown = (): Promise<boolean> =>
      page.evaluate(`document.querySelector('.few table').checkVisibility()`);
    expect(await isShown()).toBe(false);
    await page.emulateMedia({ media: 'print' });
    expect(await isShown()).toBe(true);
    await page.close();
  });

  itInTurn('each link into the page leads to a heading', async () => {
    for (const name of ['good', 'held', 'refused']) {
      const page = await open(name);
      const lost = await page.evaluate<readonly string[]>(
        `[...document.querySelectorAll('a[href^="#"]')].map((a) => a.getAttribute('href').slice(1)).filter((id) => document.getElementById(id)?.tagName !== 'H2')`,
      );
      expect(lost).toEqual([]);
      await page.close();
    }
  });

  itInTurn('prints on paper: white ground, no navigation, nothing cut off', async () => {
    const page = await open('held', { scheme: 'dark', width: 794 });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const style = (selector: string, property: string): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`);
    expect(await style('body', 'backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await style('nav', 'display')).toBe('none');
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(794);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.close();
  });

  itInTurn('a script would not run, and a style of others would not count', async () => {
    const page = await open('good');
    const ran = await page.evaluate<boolean>(`(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.ran = true';
      document.body.append(script);
      return globalThis.ran === true;
    })()`);
    expect(ran).toBe(false);
    await page.close();
  });
});

async function faultsIn(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>('axe.run({ resultTypes: ["violations"] })');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
