/** "Coming up" in the report of a night: judged after everything else, and never in the way of what the night is for. */
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { ComingThread, type Foreseer } from '../../src/forecast/coming-thread.js';
import type { ComingRequest } from '../../src/forecast/coming-up.js';
import type { ComingUp } from '../../src/model/coming-up.js';
import type { ConnectionSettings } from '../../src/model/settings.js';
import { stopFault } from '../../src/model/stopping.js';
import { exitCodeOf, type RefreshRequest, type RefreshResult } from '../../src/refresh/refresh.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aConfig, aConnection, day, NO_LIMITS } from '../support/connections.js';
import { refreshHere } from '../support/in-process.js';
import { AS_OF, change, makeSmallDistrict } from './small-district.js';

afterAll(removeFolders);

let folder: string;
let district: string;
let home: string;
beforeEach(() => {
  folder = makeFolder();
  [district, home] = [join(folder, 'district.sqlite'), join(folder, 'home')];
  makeSmallDistrict(district);
  change(district, `UPDATE Enrollment SET endDate = '2026-10-18' WHERE personID = 13`);
});

const NEVER: Foreseer = { foresee: () => Promise.reject(new Error('was judged')) };
const LEAVES = '2026-10-19';
const strict = { ...NO_LIMITS, users: 10 };
const TWO = [aConnection({ thresholds: strict }), aConnection({ version: '1.2' })];

async function night(
  more: Partial<RefreshRequest> = {},
  connections: readonly ConnectionSettings[] = TWO,
  days = 7,
): Promise<RefreshResult> {
  return await refreshHere({
    config: { ...aConfig(home, district, connections), forecast: { days } },
    source: sqliteSource({ client: 'better-sqlite3', filename: district }),
    asOf: day(AS_OF),
    ...more,
  });
}

const comingOf = ({ connections }: RefreshResult, at = 0): ComingUp | undefined => connections[at]?.coming;
const pageOf = ({ connections }: RefreshResult, at = 0): string =>
  readFileSync(connections[at]?.report ?? '', 'utf8');
const isSwept = (): boolean => !existsSync(join(home, 'staging'));

describe('the report of a night', () => {
  it('has the coming days of each connection: who leaves, which night would be on hold, what to do', async () => {
    const result = await night();
    expect(exitCodeOf(result)).toBe(0);
    expect(comingOf(result)).toEqual({
      until: '2026-10-22',
      days: [
        {
          asOf: LEAVES,
          boundaries: { 'enrollments end': 1 },
          tables: {
            users: { leave: 1, join: 0 },
            classes: { leave: 0, join: 0 },
            enrollments: { leave: 1, join: 0 },
          },
          holds: [expect.objectContaining({ code: 'threshold-users' })],
          advice: expect.arrayContaining([
            expect.stringContaining('oneroster-export refresh library'),
          ]) as unknown,
        },
      ],
      withoutClasses: [],
    });
    expect(comingOf(result, 1)).toMatchObject({ days: [{ asOf: LEAVES, holds: [] }] });
    expect(pageOf(result)).toMatch(/<h2 id="coming">Coming up<\/h2>/);
    expect(pageOf(result)).toContain('Mon, Oct 19, 2026 would be on hold');
    expect(pageOf(result, 1)).not.toContain('would be on hold');
    const kept: unknown = JSON.parse(
      readFileSync(result.connections[0]?.report?.replace('.html', '.json') ?? '', 'utf8'),
    );
    expect(kept).toMatchObject({ coming: { days: [{ asOf: LEAVES }] } });
    expect(isSwept()).toBe(true);
  });

  it('has none with 0 days, and nothing is judged', async () => {
    const result = await night({ foreseer: NEVER }, TWO, 0);
    expect(comingOf(result)).toBeUndefined();
    expect(pageOf(result)).not.toContain('Coming up');
  });

  it('has none where nothing was made', async () => {
    const source = sqliteSource({ client: 'better-sqlite3', filename: join(folder, 'none.sqlite') });
    const result = await night({ source, foreseer: NEVER });
    expect(exitCodeOf(result)).toBe(4);
  });

  it('is written before the days are judged; of the staging only the snapshot is left then', async () => {
    const left: (readonly string[])[] = [];
    const pages: boolean[] = [];
    const foresee: Foreseer['foresee'] = ({ snapshot }: ComingRequest) => {
      left.push(readdirSync(dirname(snapshot)));
      const files = readdirSync(join(home, 'bundles/library'));
      pages.push(files.some((name) => name.endsWith('-report.html')));
      return Promise.resolve(new Map());
    };
    await night({ foreseer: { foresee } });
    expect([left, pages]).toEqual([[['snapshot.sqlite']], [true]]);
    expect(isSwept()).toBe(true);
  });
});

describe('a forecast that fails', () => {
  const program = (text: string): URL => {
    const path = join(folder, 'program.mjs');
    writeFileSync(path, `import { parentPort } from 'node:worker_threads';\n${text}`);
    return pathToFileURL(path);
  };

  it.each([
    ['dies', 'process.exit(7);', 'exit 7'],
    ['throws', `parentPort.once('message', () => { throw new TypeError('Ana'); });`, 'TypeError'],
    [
      'takes all memory',
      `parentPort.once('message', () => { const held = []; for (;;) held.push(new Array(1e5).fill(held.length)); });`,
      'ERR_WORKER_OUT_OF_MEMORY',
    ],
  ])('because its thread %s is a warning and stands in the report', async (_what, text, why) => {
    const foreseer = new ComingThread(program(text), { maxOldGenerationSizeMb: 32 });
    const result = await night({ foreseer });
    expect(exitCodeOf(result)).toBe(0);
    expect(result.connections.map(({ outcome }) => outcome)).toEqual(['published', 'published']);
    for (const [at, { notices }] of result.connections.entries()) {
      const [notice] = notices.filter(({ code }) => code === 'forecast-failed');
      expect(notice).toMatchObject({ severity: 'warning', count: 1 });
      expect(notice?.message).toContain(why);
      expect(pageOf(result, at)).toContain('The coming days could not be forecast');
      expect(pageOf(result, at)).not.toContain('Ana');
    }
    expect(isSwept()).toBe(true);
  });

  it('for one connection is not that of the other', async () => {
    const [library, lms] = TWO.map(({ name }) => name);
    const text = `parentPort.once('message', () => {
      parentPort.postMessage({ name: '${library}', coming: { until: '2026-10-22', days: [], withoutClasses: [] } });
      setTimeout(() => process.exit(1), 100);
    });`;
    const result = await night({ foreseer: new ComingThread(program(text)) });
    expect(lms).toBe('lms');
    expect(comingOf(result)).toEqual({ until: '2026-10-22', days: [], withoutClasses: [] });
    expect(comingOf(result, 1)).toHaveProperty('failed');
  });

  it('because the refresh is stopped ends at once, with all that was made', async () => {
    const stop = new AbortController();
    const foresee: Foreseer['foresee'] = (request, signal) => {
      setTimeout(() => stop.abort(stopFault('SIGTERM')), 50);
      return new ComingThread(program('setInterval(() => undefined, 1000);')).foresee(request, signal);
    };
    const result = await night({ foreseer: { foresee }, signal: stop.signal });
    expect(exitCodeOf(result)).toBe(0);
    expect(comingOf(result)).toEqual({ failed: 'The refresh was stopped while they were judged.' });
    expect(existsSync(join(home, 'bundles/library/latest.zip'))).toBe(true);
    expect(isSwept()).toBe(true);
  });
});
