/**
 * Takes the pictures of the README: some weeks of the demo district, refreshed night by night, the last one a night on which
 * half of a school was marked No Show; its reports, and pages of the console in both schemes. Needs a Chromium at /usr/bin/chromium. Usage: node build/scripts/screenshots.js
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { chromium, type Browser, type Page } from 'playwright-core';
import { loadConfig } from '../src/config/load.js';
import { startConsole } from '../src/console/console.js';
import { Programs } from '../src/programs/programs.js';
import type { RunningConsole } from '../src/console/serving.js';
import { loadDemoDistrict } from '../src/demo/load.js';
import { sqliteSource } from '../src/extract/sqlite.js';
import type { LocalDate } from '../src/model/values.js';
import { refresh } from '../src/refresh/refresh.js';

const PICTURES = resolve('fixtures/screenshots');
const CONNECTION = 'lms';

/** From the day after Labor Day on, on school nights. */
const FIRST = '2026-09-08';
const LAST_GOOD = '2026-10-15';
const HELD = '2026-10-16';

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'screenshots-'));
  try {
    const pages = new Map<string, string>();
    for (const night of schoolNights()) pages.set(night, await pageOf(folder, night));
    mkdirSync(PICTURES, { recursive: true });
    await inBrowser(async (browser) => {
      await take(browser, pages.get(LAST_GOOD) ?? '', 'light', 'report-light.png');
      await take(browser, pages.get(HELD) ?? '', 'dark', 'report-dark.png');
      await takeConsole(browser, folder);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function schoolNights(): readonly string[] {
  const nights: string[] = [];
  for (let day = new Date(FIRST); ; day = new Date(day.getTime() + 86_400_000)) {
    const night = day.toISOString().slice(0, 10);
    if (night > HELD) return nights;
    if (day.getUTCDay() % 6 !== 0) nights.push(night);
  }
}

/** Refreshes one night; gives the path of its page. */
async function pageOf(folder: string, night: string): Promise<string> {
  const filename = join(folder, 'district.sqlite');
  loadDemoDistrict(resolve('fixtures/demo'), filename);
  markNoShows(filename, night);
  const config = await loadConfig(resolve('config/demo.yaml'), {});
  const { connections } = await refresh({
    config: { ...config, home: join(folder, 'home') },
    source: sqliteSource({ client: 'better-sqlite3', filename }),
    only: night === LAST_GOOD || night === HELD ? [] : [CONNECTION],
    asOf: night as LocalDate,
    isAsOfAsked: true,
    startedAt: new Date(`${night}T08:15:00Z`),
    program: '0.1.0',
    keepSnapshot: false,
    onProgress: () => undefined,
  });
  return connections.find(({ settings }) => settings.name === CONNECTION)?.report ?? '';
}

/** In September some students have not come yet; their number falls from week to week. */
function markNoShows(filename: string, night: string): void {
  const daysLeft = (Date.parse(LAST_GOOD) - Date.parse(night)) / 86_400_000;
  const which =
    night === HELD ? 'calendarID = 204 AND personID % 2 = 0' : `personID % 211 < ${Math.floor(daysLeft / 3)}`;
  const database = new Database(filename);
  database.exec(`UPDATE Enrollment SET noShow = 1 WHERE ${which}`);
  database.close();
}

async function inBrowser(work: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  });
  try {
    await work(browser);
  } finally {
    await browser.close();
  }
}

type Scheme = 'light' | 'dark';

const open = async (browser: Browser, colorScheme: Scheme, height = 1000): Promise<Page> =>
  await browser.newPage({ viewport: { width: 1180, height }, colorScheme });

async function take(browser: Browser, page: string, scheme: Scheme, name: string): Promise<void> {
  const window = await open(browser, scheme);
  await window.goto(pathToFileURL(page).href);
  await window.screenshot({ path: join(PICTURES, name) });
  await window.close();
}

/** Pages of the console by the name of their picture. */
const CONSOLE_PAGES: Readonly<Record<string, string>> = {
  connections: '/',
  connection: `/connections/${CONNECTION}`,
  hold: `/connections/${CONNECTION}/hold`,
};

async function takeConsole(browser: Browser, folder: string): Promise<void> {
  const links: string[] = [];
  const console = await openConsole(folder, (link) => links.push(link));
  try {
    const window = await open(browser, 'light', 760);
    await window.goto(links[0] ?? '');
    await window.click('main button');
    const pages = { ...CONSOLE_PAGES, why: whyPath(folder) };
    for (const colorScheme of ['light', 'dark'] as const) {
      await window.emulateMedia({ colorScheme });
      for (const [name, path] of Object.entries(pages)) {
        await window.goto(new URL(path, console.url).href);
        await window.screenshot({ path: join(PICTURES, `console-${name}-${colorScheme}.png`) });
      }
    }
    await window.close();
  } finally {
    await console.stop();
  }
}

/** A student of the school that lost half of its students. */
function whyPath(folder: string): string {
  const database = new Database(join(folder, 'district.sqlite'), { readonly: true });
  const person = database
    .prepare('SELECT personID FROM Enrollment WHERE calendarID = 204 AND personID % 2 = 0 ORDER BY personID')
    .pluck()
    .get();
  database.close();
  return `/why/person/${String(person)}`;
}

async function openConsole(folder: string, showLink: (link: string) => void): Promise<RunningConsole> {
  const configPath = join(folder, 'oneroster.yaml');
  const demo = readFileSync(resolve('config/demo.yaml'), 'utf8');
  writeFileSync(
    configPath,
    demo
      .replace('../var/demo/district.sqlite', join(folder, 'district.sqlite'))
      .replace('../var/demo', join(folder, 'home')),
  );
  return await startConsole({
    config: await loadConfig(configPath, {}),
    programs: new Programs({ program: resolve('dist/cli.js'), config: configPath }),
    version: '0.1.0',
    listen: '127.0.0.1:0',
    login: 'clerk',
    now: () => new Date(`${HELD}T11:00:00Z`),
    showLink,
    log: () => undefined,
  });
}

await main();
