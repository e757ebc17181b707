/**
 * Takes the pictures of the README: some weeks of the demo district, refreshed night by night, the last one a night on which
 * half of a school was marked No Show. Needs a Chromium at /usr/bin/chromium. Usage: node build/scripts/screenshots.js
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { chromium } from 'playwright-core';
import { loadConfig } from '../src/config/load.js';
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
    await take(pages.get(LAST_GOOD) ?? '', 'light', 'report-light.png');
    await take(pages.get(HELD) ?? '', 'dark', 'report-dark.png');
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
    only: [CONNECTION],
    asOf: night as LocalDate,
    isAsOfAsked: true,
    startedAt: new Date(`${night}T08:15:00Z`),
    program: '0.1.0',
    keepSnapshot: false,
    onProgress: () => undefined,
  });
  return connections[0]?.report ?? '';
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

async function take(page: string, colorScheme: 'light' | 'dark', name: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  });
  try {
    const window = await browser.newPage({ viewport: { width: 1180, height: 1000 }, colorScheme });
    await window.goto(pathToFileURL(page).href);
    await window.screenshot({ path: join(PICTURES, name) });
  } finally {
    await browser.close();
  }
}

await main();
