/**
 * The console in a real browser: every page without a word on the browser's console, axe in both schemes and three widths, a
 * whole story by mouse and by keyboard, and what other sites must not be able to do.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { CONSOLE_ROLES } from '../../src/model/settings.js';
import { State } from '../../src/state/state.js';
import { accessOf, aConsoleSite, openConsole, type ConsoleSite, type Opened } from '../console/consoles.js';
import { hasSshd, startSshServer, type SshServer } from '../deliver/ssh-server.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { hasChromium, startChromium, type Browser, type Look } from '../support/chromium.js';
import { turnsOf } from '../support/share.js';
import { inTurns } from '../support/turns.js';
import { anonymizePathOf, expectRole, signInByLink, waysInTurn } from './console-people.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGES = [
  '/',
  '/connections/lms',
  '/connections/lms/hold',
  '/connections/lms/received',
  '/why',
  '/why/person/12',
  '/why/person/999',
  '/preflight',
  '/forecast',
  '/activity',
  '/audit',
  '/nowhere',
];

const connectionsTo = ({ port, user, key, pins }: SshServer): string => `  - { name: library, version: 1.1 }
  - name: lms
    version: 1.2
    delivery:
      sftp: { host: 127.0.0.1, port: ${port}, user: ${user}, privateKey: "\${file:${key}}", hostKey: "${pins.ed25519}", path: incoming }
`;

const { group, share } = waysInTurn();

group('in a browser', { isHere: hasChromium && hasSshd, tool: 'chromium and sshd' }, () => {
  let site: ConsoleSite;
  let opened: Opened;
  let browser: Browser;
  let server: SshServer;

  beforeAll(async () => {
    server = await startSshServer();
    site = await aConsoleSite(makeFolder(), connectionsTo(server));
    opened = await openConsole(site);
    browser = await startChromium();
    await signInByLink(browser, opened);
  });
  afterAll(async () => {
    await browser.close();
    await opened.running.stop();
    server.stop();
    removeFolders();
  });

  const open = (path: string, look?: Look): Promise<Page> =>
    browser.open(new URL(path, opened.url).href, look);

  const loaded = turnsOf('pages of the console', PAGES, undefined, share);
  it.each(loaded)('%s loads without a word on the console, and never scrolls sideways', async (path) => {
    const page = await open('/');
    const heard: string[] = [];
    page.on('console', (message) => heard.push(message.text()));
    page.on('pageerror', ({ message }) => heard.push(message));
    await page.goto(new URL(path, opened.url).href);
    expect(heard.filter((text) => !/status of 404/.test(text))).toEqual([]);
    for (const width of [360, 768, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
    }
    await page.close();
  });

  const looks = PAGES.flatMap((path, at) => looksOf(at).map((look) => ({ path, ...look })));
  it.each(turnsOf('pages of the console by axe', looks, ({ scheme }) => [scheme], share))(
    '$path passes axe at $width pixels in the $scheme scheme',
    async ({ path, scheme, width }) => {
      const page = await open(path, { scheme, width });
      expect(await faultsIn(page)).toEqual([]);
      await page.close();
    },
  );

  const { it: itInTurn } = inTurns('visits to the console', 2, share);
  itInTurn(
    'the keyboard alone gets from the first page to a decision, and skips the way around',
    async () => {
      const page = await open('/connections/lms/hold');
      await page.keyboard.press('Tab');
      expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Skip to the content');
      await page.keyboard.press('Enter');
      const stops: string[] = [];
      for (let step = 0; step < 40; step += 1) {
        await page.keyboard.press('Tab');
        stops.push(
          await page.evaluate<string>('document.activeElement.name || document.activeElement.textContent'),
        );
      }
      expect(stops).toEqual(expect.arrayContaining(['reason', 'decision']));
      await page.close();
    },
  );

  itInTurn('another site can neither frame a page nor send its forms', async () => {
    const evil = createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(
        request.url === '/frame'
          ? `<iframe src="${opened.url}connections/lms/hold" width="800" height="600"></iframe>`
          : `<form method="post" action="${opened.url}refresh"><input name="once" value="x"></form><script>document.forms[0].submit()</script>`,
      );
    });
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
    const there = `http://localhost:${(evil.address() as { port: number }).port}`;
    try {
      const framed = await browser.open(`${there}/frame`);
      const inner = framed.frames().find((frame) => frame !== framed.mainFrame());
      expect(await inner?.evaluate<string>('document.body?.innerText ?? ""').catch(() => '')).not.toContain(
        'on hold',
      );
      await framed.close();
      const forged = await browser.open(`${there}/form`);
      await forged.waitForURL(`${opened.url}refresh`);
      expect(await forged.textContent('body')).not.toContain('Refresh:');
      await forged.close();
      expect(opened.log.filter(({ path, status }) => path === '/refresh' && status === 303)).toEqual([]);
    } finally {
      evil.closeAllConnections();
      evil.close();
    }
  });

  itInTurn('a bad night: look, explain, approve, deliver to a real server', async () => {
    const page = await open('/');
    await page.click('text=See what is on hold');
    expect(await page.textContent('main')).toMatch(/users vanished[\s\S]*NO_SHOW/);
    await page.click('text=Why is it missing?');
    await page.fill('#key', 'S12');
    await page.click('button:text("Search")');
    await page.waitForURL(/\/why\/person\/12$/);
    expect(await page.textContent('main')).toMatch(/Not sent to lms as student/);
    await page.goto(new URL('/connections/lms/hold', opened.url).href);
    await page.fill('#reason', 'the school confirmed it');
    await page.click('text=Release it');
    expect(await page.textContent('main')).toMatch(/These numbers reach the receiver:[\s\S]*users/);
    await page.click('text=Yes, release it');
    await page.waitForSelector('text=done', { timeout: 60_000 });
    await page.goto(new URL('/connections/lms', opened.url).href);
    await page.click('text=Send the newest bundle again');
    await page.waitForSelector('text=done', { timeout: 60_000 });
    const state = await State.look(join(site.home, 'state.db'));
    const [newest] = (await state?.bundles('lms', 'published')) ?? [];
    expect(newest && (await state?.deliveries(newest.id))?.[0]?.state).toBe('delivered');
    await state?.close();
    expect(existsSync(join(server.incoming, 'OneRoster.zip'))).toBe(true);
    await page.close();
  });

  itInTurn('a refresh shows its steps as they come, and survives the page', async () => {
    const page = await open('/connections/library');
    await page.click('text=Refresh now');
    const url = page.url();
    await page.close();
    const again = await browser.open(url);
    await again.waitForSelector('text=Result by connection', { state: 'attached', timeout: 60_000 });
    await again.close();
  });
});

const HEADERS = { userHeader: 'x-user', groupsHeader: 'x-groups' };

group('in a browser behind a proxy', { isHere: hasChromium, tool: 'chromium' }, () => {
  let site: ConsoleSite;
  let opened: Opened;
  let browser: Browser;
  let anonymizePath = '';

  beforeAll(async () => {
    site = await aConsoleSite(
      makeFolder(),
      `  - { name: library, version: 1.1 }
  - { name: lms, version: 1.2, delivery: { folder: { path: incoming } } }
`,
    );
    opened = await openConsole(site, {
      console: {
        auth: { proxy: { addresses: ['127.0.0.1'], ...HEADERS } },
        access: [
          ...CONSOLE_ROLES.map((role) => accessOf(role, [role])),
          accessOf('clerks', ['explainer', 'names']),
        ],
      },
    });
    browser = await startChromium();
    anonymizePath = await anonymizePathOf(site);
  });
  afterAll(async () => {
    await browser.close();
    await opened.running.stop();
    removeFolders();
  });

  const openAs = async (group: string): Promise<Page> => {
    const page = await browser.open('about:blank');
    await page.setExtraHTTPHeaders({ 'x-user': `${group}@district.example`, 'x-groups': group });
    return page;
  };
  const at = (path: string): string => new URL(path, opened.url).href;

  it.each(turnsOf('roles behind a proxy', CONSOLE_ROLES, undefined, share))(
    '%s finds its own pages and buttons, and is refused all others in words',
    async (role) => {
      const page = await openAs(role);
      await expectRole(page, role, { at, site });
      await page.close();
    },
  );

  const posting = turnsOf('forms of roles behind a proxy', CONSOLE_ROLES, undefined, share);
  it.each(posting)('%s starts nothing by a form of its own beyond its role', async (role) => {
    const page = await openAs(role);
    await page.goto(at('/connections/lms'));
    const once = await page.locator('input[name=once]').first().getAttribute('value');
    const post = async (path: string): Promise<number> =>
      await page.evaluate<number>(
        `fetch(${JSON.stringify(path)}, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ once: 'x' }) }).then(({ status }) => status)`,
      );
    expect(once).toMatch(/^[\w-]{43}$/);
    // An allowed form without its one-time value is "expired".
    expect(await post('/connections/lms/refresh')).toBe(role === 'operator' ? 409 : 403);
    expect(await post(anonymizePath)).toBe(role === 'operator' ? 409 : 403);
    expect(await post('/connections/lms/hold/decide')).toBe(role === 'approver' ? 409 : 403);
    await page.close();
  });

  const { it: itInTurn } = inTurns('visits to the console behind a proxy', 3, share);
  itInTurn('an operator downloads a version without personal data', async () => {
    const page = await openAs('operator');
    await page.goto(at(anonymizePath));
    await page.click('text=Make it');
    const link = page.locator('a.button:has-text("Download")');
    await link.waitFor({ timeout: 60_000 });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toMatch(/-1\.2-bulk-anonymized\.zip$/);
    expect(
      readFileSync(await download.path())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
    await page.close();
  });

  itInTurn('names are shown on request to who also may search', async () => {
    const page = await openAs('clerks');
    await page.goto(at('/why/person/11'));
    expect(await page.textContent('main')).not.toContain('first11');
    await page.goto(at('/why/person/11?names=yes'));
    expect(await page.textContent('main')).toContain('first11');
    await page.close();
  });

  itInTurn('a report of an older version keeps its look', async () => {
    const folder = join(site.home, 'withheld/lms');
    const name = readdirSync(folder).find((file) => file.endsWith('-report.html')) ?? '';
    const text = readFileSync(join(folder, name), 'utf8');
    const [, style = ''] = /<style>([^]*?)<\/style>/.exec(text) ?? [];
    const hash = (of: string): string => createHash('sha256').update(of).digest('base64');
    const older = 'body { color: rgb(1, 2, 3) }';
    writeFileSync(join(folder, name), text.replace(style, older).replace(hash(style), hash(older)));
    const page = await openAs('viewer');
    await page.goto(at(`/connections/lms/nights/${name.replace('-report.html', '')}/report`));
    expect(await page.evaluate<string>('getComputedStyle(document.body).color')).toBe('rgb(1, 2, 3)');
    await page.close();
  });
});

function looksOf(at: number): readonly { readonly scheme: 'light' | 'dark'; readonly width: number }[] {
  const widths = [360, 768, 1440];
  return [
    { scheme: 'light', width: widths[at % 3] ?? 360 },
    { scheme: 'dark', width: widths[(at + 1) % 3] ?? 360 },
  ];
}

async function faultsIn(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>('axe.run({ resultTypes: ["violations"] })');
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
  );
}
