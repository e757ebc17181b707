/** The console of a fleet in a real browser: the list and the pages of a district, without a fault that axe or a narrow screen finds. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Opened } from '../console/consoles.js';
import { aFleetOfDistricts, openFleetConsole, type FleetOfDistricts } from '../console/fleets.js';
import { removeFolders } from '../support/cli.js';
import { hasChromium, startChromium, type Browser } from '../support/chromium.js';
import { describeWith } from '../support/needs.js';
import { turnsOf } from '../support/share.js';
import { hasPostgres, PostgresServer } from '../support/postgres.js';
import { signInByLink } from './console-people.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGES = ['/', '/?show=late', '/d/adams/', '/d/adams/connections/lms/hold'];
const LOOKS = [
  { scheme: 'light', width: 360 },
  { scheme: 'dark', width: 768 },
  { scheme: 'light', width: 1440 },
] as const;

describeWith(hasChromium && hasPostgres, 'chromium and postgresql')('a fleet in a browser', () => {
  let server: PostgresServer;
  let made: FleetOfDistricts;
  let opened: Opened;
  let browser: Browser;
  beforeAll(async () => {
    server = await PostgresServer.started();
    made = await aFleetOfDistricts(server, 'browser');
    opened = await openFleetConsole(made);
    browser = await startChromium();
    await signInByLink(browser, opened);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await opened.running.stop();
    await made.fleet.close();
    await server.stop();
    removeFolders();
  });

  const looks = PAGES.flatMap((path) => LOOKS.map((look) => ({ path, ...look })));
  it.each(turnsOf('pages of the console of a fleet by axe', looks))(
    '$path passes axe at $width pixels in the $scheme scheme, and never scrolls sideways',
    async ({ path, ...look }) => {
      const page = await browser.open(new URL(path, opened.url).href, look);
      await page.evaluate(AXE);
      const { violations } = await page.evaluate<AxeResults>('axe.run({ resultTypes: ["violations"] })');
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(look.width);
      await page.close();
    },
  );

  it('leads from the list by its filters to a hold, and back', async () => {
    const page = await browser.open(opened.url);
    await page.selectOption('#show', 'hold');
    await page.click('main button');
    await page.click('main table a:text-is("lms")');
    expect(new URL(page.url()).pathname).toBe('/d/adams/connections/lms/hold');
    await page.click('header a:text-is("All districts")');
    expect(page.url()).toBe(opened.url);
    await page.close();
  });
});
