/** Reports in real refreshes: where they stand, what they compare with, and what becomes of them with their bundles. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from '@jest/globals';
import { discard, release } from '../../src/settle/decide.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import type { ConnectionSettings } from '../../src/model/settings.js';
import type { RefreshResult } from '../../src/refresh/refresh.js';
import type { ReportSubject } from '../../src/report/page/subject.js';
import { listFolder } from '../../src/home/folders.js';
import { homeAt } from '../../src/home/home.js';
import { MARKER } from '../../src/home/home-marker.js';
import { retain } from '../../src/home/retention.js';
import { State } from '../../src/state/state.js';
import { change, makeSmallDistrict } from '../refresh/small-district.js';
import { aConfig, aConnection, day, type Wants, NO_LIMITS } from '../support/connections.js';
import { refreshHere } from '../support/in-process.js';

const root = mkdtempSync(join(tmpdir(), 'reports-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let places = 0;
let home = homeAt('');
let filename = '';
let nights = 0;
beforeEach(() => {
  const folder = join(root, String((places += 1)));
  mkdirSync(folder);
  filename = join(folder, 'district.sqlite');
  makeSmallDistrict(filename);
  home = homeAt(join(folder, 'home'));
  nights = 0;
});

const THRESHOLDS = { ...NO_LIMITS, users: 10, classes: 10, enrollments: 20, perSchool: 30 };
const library = (wants: Wants = {}): ConnectionSettings => aConnection({ thresholds: THRESHOLDS, ...wants });

/** Each call is a night later than the one before. */
async function night(connection = library()): Promise<RefreshResult> {
  const on = 15 + (nights += 1);
  return await refreshHere({
    config: aConfig(home.path, filename, [connection]),
    source: sqliteSource({ client: 'better-sqlite3', filename }),
    asOf: day(`2026-10-${on}`),
    startedAt: new Date(`2026-10-${on}T08:00:00Z`),
  });
}

const reportsIn = (folder: string): readonly string[] =>
  listFolder(folder)
    .filter((name) => name.includes('-report.'))
    .sort();
const subjectIn = (folder: string, name: string): ReportSubject =>
  JSON.parse(readFileSync(join(folder, `${name}-report.json`), 'utf8')) as ReportSubject;
const nameOf = (on: number): string => `202610${on}T080000Z-1.1-bulk`;
const bundles = (): string => home.bundles('library').folder;
const withheld = (): string => home.withheld('library').folder;
const homeText = (): string => readFileSync(join(home.path, 'index.html'), 'utf8');
const now = new Date('2026-10-20T12:00:00Z');
const loseMost = (): void => change(filename, 'UPDATE Enrollment SET noShow = 1 WHERE personID IN (11, 12)');

it('a published bundle has its page and its data beside it, for their owner only', async () => {
  const result = await night();
  expect(result.connections[0]?.report).toBe(join(bundles(), `${nameOf(16)}-report.html`));
  expect(reportsIn(bundles())).toEqual([`${nameOf(16)}-report.html`, `${nameOf(16)}-report.json`]);
  for (const path of [
    ...reportsIn(bundles()).map((name) => join(bundles(), name)),
    join(home.path, 'index.html'),
  ])
    expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(subjectIn(bundles(), nameOf(16))).toMatchObject({
    outcome: 'published',
    delivery: { state: 'none' },
    schools: [
      { name: 'Small School', number: '100', tables: { users: { rows: 6 }, enrollments: { rows: 4 } } },
    ],
    nights: [{ asOf: '2026-10-16', isGood: true, rows: { users: 6, classes: 1, enrollments: 4 } }],
  });
  expect(homeText()).toContain(`href="bundles/library/${nameOf(16)}-report.html"`);
});

it('the next one tells what changed, in all and at the school, and who is out since', async () => {
  await night();
  change(filename, 'UPDATE Enrollment SET noShow = 1 WHERE personID = 13');
  await night(library({ thresholds: NO_LIMITS }));
  const subject = subjectIn(bundles(), nameOf(17));
  expect(subject.lastGood).toMatchObject({ name: nameOf(16), asOf: '2026-10-16' });
  expect(subject.tables.find(({ table }) => table === 'users')).toEqual({
    table: 'users',
    rows: 5,
    full: 5,
    change: { before: 6, added: 0, changed: 0, removed: 1 },
  });
  expect(subject.schools[0]).toMatchObject({
    tables: { users: { rows: 5, before: 6, removed: 1 }, enrollments: { rows: 3, before: 4, removed: 1 } },
    excluded: 2,
    users: [6, 5],
    left: [0, 2],
  });
  expect(subject.rules).toEqual([
    expect.objectContaining({ code: 'NO_SHOW', cause: 'expected', count: 1, before: 0, nights: [0, 1] }),
    expect.objectContaining({ code: 'ROSTER_STUDENT_NOT_EXPORTED', cause: 'follows', count: 1 }),
  ]);
  expect(subject.withoutSchool).toBe(0);
});

it('of a delta it tells everything that the receiver has then', async () => {
  const delta = library({ mode: 'delta' });
  await night(delta);
  change(filename, `UPDATE Course SET name = 'Fine Art'`);
  const result = await night(delta);
  expect(result.connections[0]).toMatchObject({ mode: 'delta', outcome: 'published' });
  const subject = subjectIn(bundles(), '20261017T080000Z-1.1-delta');
  expect(subject.tables.find(({ table }) => table === 'courses')).toMatchObject({ rows: 1, full: 1 });
  expect(subject.tables.find(({ table }) => table === 'users')).toMatchObject({ rows: 0, full: 6 });
  expect(subject.nights.map(({ rows }) => rows?.users)).toEqual([6, 6]);
});

it('a held bundle has its page beside it, which goes along when it is released and tells so', async () => {
  await night();
  loseMost();
  const result = await night();
  expect(result.connections[0]?.outcome).toBe('withheld');
  expect(subjectIn(withheld(), nameOf(17))).toMatchObject({
    outcome: 'held',
    lastGood: { name: nameOf(16) },
    vanished: {
      rules: [
        {
          code: 'NO_SHOW',
          says: 'The enrollment is marked No Show.',
          counts: { users: 2, enrollments: 0, others: 2 },
        },
        { code: 'REL_STUDENT_NOT_EXPORTED', counts: { users: 1 } },
        { code: 'ROSTER_STUDENT_NOT_EXPORTED', counts: { users: 0, enrollments: 2 } },
      ],
      schools: [{ number: '100', counts: { users: 3, enrollments: 2 } }, { number: '' }],
      total: 7,
    },
  });
  expect(homeText()).toContain('On hold, waiting for a decision');
  expect(homeText()).toContain(`href="withheld/library/${nameOf(17)}-report.html"`);
  expect(homeText()).toContain(`href="withheld/library/${nameOf(17)}-exclusions.csv"`);
  const config = aConfig(home.path, filename, [library()]);
  await release({ config, connection: 'library', reason: 'two moved <b>away</b>', now });
  expect(reportsIn(withheld())).toEqual([]);
  expect(subjectIn(bundles(), nameOf(17))).toMatchObject({
    outcome: 'released',
    reason: 'two moved <b>away</b>',
    releasedBy: expect.stringMatching(/\S/),
    releasedAt: expect.stringMatching(/Z$/),
    nights: [{ isGood: true }, { isGood: true }],
  });
  const page = readFileSync(join(bundles(), `${nameOf(17)}-report.html`), 'utf8');
  expect(page).toContain('two moved &lt;b&gt;away&lt;/b&gt;');
  expect(homeText()).not.toContain('On hold');
  expect(
    homeText()
      .replaceAll(/<[^>]*>|\s+/g, ' ')
      .replaceAll(/ +/g, ' '),
  ).toMatch(
    /Published after release by \S+ on \w{3}, \w{3} \d+, \d{4}, [^b]* because: two moved &lt;b&gt;away&lt;\/b&gt;/,
  );
  expect(homeText()).toContain('href="bundles/library/"');
  expect(homeText()).toContain(`href="bundles/library/${nameOf(17)}-report.html"`);
});

it('goes with a bundle that is discarded', async () => {
  await night();
  loseMost();
  await night();
  const config = aConfig(home.path, filename, [library()]);
  await discard({ config, connection: 'library', reason: 'a mistake', now });
  expect(listFolder(withheld())).toEqual([]);
  expect(homeText()).toContain('Discarded; the last good bundle stays');
  expect(homeText()).toContain(`href="bundles/library/${nameOf(16)}-report.html"`);
});

it('goes with a bundle that retention removes', async () => {
  for (let count = 0; count < 3; count += 1) await night();
  const state = await State.open(home.state, () => now);
  await retain({ home, state }, 'library', { days: 1, bundles: 1 }, new Date('2026-12-01T00:00:00Z'));
  await state.close();
  expect(reportsIn(bundles())).toEqual([`${nameOf(18)}-report.html`, `${nameOf(18)}-report.json`]);
});

it('shows the findings of a refused bundle until a good one replaces it', async () => {
  const moodle = library({ profile: 'moodle' });
  await night(moodle);
  change(filename, `UPDATE Term SET name = 'T1 (new)'`);
  await night(moodle);
  const subject = subjectIn(withheld(), nameOf(17));
  expect(subject.outcome).toBe('refused');
  expect(
    subject.findings.some(
      ({ severity, place }) => severity === 'error' && place.startsWith('academicSessions.csv'),
    ),
  ).toBe(true);
  expect(homeText()).toContain('Refused by verification');
  change(filename, `UPDATE Term SET name = 'T1'`);
  await night(moodle);
  expect(reportsIn(withheld())).toEqual([]);
  expect(subjectIn(bundles(), nameOf(18)).nights.map(({ isGood }) => isGood)).toEqual([true, false, true]);
});

it('a source that fails stands on the page of all connections', async () => {
  await night();
  change(filename, 'DROP TABLE Identity');
  const result = await night();
  expect(result.error?.code).toBe('source');
  expect(homeText()).toContain('The newest refresh failed');
  expect(homeText()).toContain('is missing 1 of the Campus tables and columns');
  expect(reportsIn(bundles())).toHaveLength(2);
});

it('a page that cannot be written is a notice and no failure', async () => {
  mkdirSync(join(bundles(), `${nameOf(16)}-report.html`, 'in the way'), { recursive: true });
  mkdirSync(join(home.path, 'index.html', 'in the way'), { recursive: true });
  writeFileSync(join(home.path, MARKER), '');
  const result = await night();
  const [connection] = result.connections;
  expect(connection?.outcome).toBe('published');
  expect(connection?.report).toBeUndefined();
  expect(connection?.notices.map(({ code }) => code)).toEqual(['report-not-written', 'report-not-written']);
  expect(connection?.notices[0]?.message).not.toMatch(/\bat /);
  expect(listFolder(bundles()).filter((name) => name.endsWith('.next'))).toEqual([]);
});

it('each page leads to the nights beside it, also where one was on hold and is released, and to none that is gone', async () => {
  await night();
  loseMost();
  await night();
  const there = `${nameOf(16)}-report.html`;
  const next = () => subjectIn(bundles(), nameOf(16)).next;
  expect(next()).toEqual({ asOf: '2026-10-17', href: `../../withheld/library/${nameOf(17)}-report.html` });
  expect(subjectIn(withheld(), nameOf(17)).previous).toEqual({
    asOf: '2026-10-16',
    href: `../../bundles/library/${there}`,
  });
  const config = aConfig(home.path, filename, [library()]);
  await release({ config, connection: 'library', reason: 'two moved', now });
  expect(next()).toEqual({ asOf: '2026-10-17', href: `${nameOf(17)}-report.html` });
  expect(subjectIn(bundles(), nameOf(17)).previous?.href).toBe(there);
  expect(readFileSync(join(bundles(), there), 'utf8')).toContain(`href="${nameOf(17)}-report.html"`);
  rmSync(join(bundles(), there));
  await night();
  expect(subjectIn(bundles(), nameOf(17)).previous).toBeUndefined();
  expect(subjectIn(bundles(), nameOf(17)).next?.asOf).toBe('2026-10-18');
});
