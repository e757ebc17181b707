/** Other ways into the console, in a real browser: through an identity provider, without scripts, and with years of history. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { CONSOLE_ROLES } from '../../src/model/settings.js';
import { State } from '../../src/state/state.js';
import { accessOf, aConsoleSite, openConsole, type ConsoleSite, type Opened } from '../console/consoles.js';
import { startIdentityProvider, type IdentityProvider } from '../console/identity-provider.js';
import { callbackOf, freePort, openOidcConsole } from '../console/oidc-console.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { hasChromium, startChromium, type Browser } from '../support/chromium.js';
import { turnsOf } from '../support/share.js';
import { inTurns } from '../support/turns.js';
import { expectRole, signInByLink, waysInTurn } from './console-people.js';

const WITH_DELIVERY = `  - { name: library, version: 1.1 }
  - { name: lms, version: 1.2, delivery: { folder: { path: incoming } } }
`;

const { group, share } = waysInTurn();
const needs = { isHere: hasChromium, tool: 'chromium' };

group('through an identity provider', needs, () => {
  let site: ConsoleSite;
  let provider: IdentityProvider;
  let opened: Opened;
  let browser: Browser;
  /** Each sign-in has its own minute, so that the limit of sign-ins is not met. */
  let later = 0;

  beforeAll(async () => {
    site = await aConsoleSite(makeFolder(), WITH_DELIVERY);
    const port = await freePort();
    provider = await startIdentityProvider(() => callbackOf(port));
    opened = await openOidcConsole(site, {
      issuer: provider.issuer,
      port,
      now: () => new Date(Date.now() + later),
      access: CONSOLE_ROLES.map((role) => accessOf(role, [role])),
    });
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    await opened.running.stop();
    await provider.stop();
    removeFolders();
  });

  const at = (path: string): string => new URL(path, opened.url).href;

  /** A browser that was never here opens `path`, and comes back from the provider with these groups. */
  async function comeWith(groups: readonly string[], path: string): Promise<Page> {
    later += 60_000;
    provider.groups = groups;
    const page = await browser.open('about:blank');
    await page.context().clearCookies();
    await page.goto(at(path));
    return page;
  }

  it.each(turnsOf('roles by an identity provider', CONSOLE_ROLES, undefined, share))(
    '%s finds its own pages and buttons, and is refused all others',
    async (role) => {
      const page = await comeWith([role], '/connections/lms/received');
      expect(page.url()).toBe(at('/connections/lms/received'));
      expect(await page.textContent('header')).toContain('Signed in as kim@district.example');
      await expectRole(page, role, { at, site });
      await page.close();
    },
  );

  const { it: itInTurn } = inTurns('sessions by an identity provider', 2, share);
  itInTurn('a person without a group of the config gets in words which groups would do', async () => {
    const page = await comeWith(['visitors'], '/');
    expect(await page.textContent('main')).toMatch(/Ask for one of: .*approver/);
    const answer = await page.goto(at('/connections/lms'));
    expect(await answer?.text()).not.toContain('OneRoster 1.2');
    await page.close();
  });

  itInTurn(
    'the session is out of the reach of scripts, is new after each sign-in, and ends with "Sign out"',
    async () => {
      const session = async (page: Page): Promise<string> => {
        const [cookie] = (await page.context().cookies(opened.url)).filter(({ name }) =>
          /session/.test(name),
        );
        expect(cookie).toMatchObject({
          name: expect.stringMatching(/^__Host-/),
          httpOnly: true,
          sameSite: 'Lax',
        });
        return `${cookie?.name ?? ''}=${cookie?.value ?? ''}`;
      };
      const answerTo = async (page: Page, cookie: string): Promise<number> =>
        (await page.request.get(at('/'), { maxRedirects: 0, headers: { cookie } })).status();
      const first = await comeWith(['viewer'], '/');
      const before = await session(first);
      await first.close();
      const page = await comeWith(['viewer'], '/');
      const after = await session(page);
      expect(after).not.toBe(before);
      expect(await page.evaluate<string>('document.cookie')).toBe('');
      expect(await answerTo(page, after)).toBe(200);
      await page.click('text=Sign out');
      expect(await answerTo(page, after)).toBe(303);
      await page.close();
    },
  );
});

group('in a browser without scripts', needs, () => {
  let site: ConsoleSite;
  let opened: Opened;
  let browser: Browser;

  beforeAll(async () => {
    site = await aConsoleSite(makeFolder(), WITH_DELIVERY);
    opened = await openConsole(site);
    browser = await startChromium({ hasScripts: false });
    await signInByLink(browser, opened);
  });
  afterAll(async () => {
    await browser.close();
    await opened.running.stop();
    removeFolders();
  });

  const open = async (path: string): Promise<Page> => await browser.open(new URL(path, opened.url).href);

  const { it: itInTurn } = inTurns('visits without scripts', 2, share);
  itInTurn('the page of a running refresh comes again by itself until the result is there', async () => {
    const page = await open('/connections/library');
    await page.click('text=Refresh now');
    expect(await page.textContent('main')).toContain('Running');
    await page.waitForSelector('text=Result by connection', { state: 'attached', timeout: 60_000 });
    await page.close();
  });

  itInTurn('a held bundle is looked at, searched for, and discarded', async () => {
    const page = await open('/connections/lms/hold');
    await page.click('text=Why is it missing?');
    await page.fill('#key', 'S12');
    await page.click('button:text("Search")');
    expect(await page.textContent('main')).toMatch(/NO_SHOW/);
    await page.goto(new URL('/connections/lms/hold', opened.url).href);
    await page.fill('#reason', 'the school asked for it');
    await page.click('text=Discard it');
    await page.click('text=Yes, discard it');
    await page.waitForSelector('text=done', { timeout: 60_000 });
    const state = await State.look(join(site.home, 'state.db'));
    expect((await state?.newestBundles('lms', 1))?.[0]?.state).toBe('discarded');
    await state?.close();
    await page.close();
  });
});
