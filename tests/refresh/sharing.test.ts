/** The last day of sharing: through it everything works, after it nothing is created or sent, without an alarm. */
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { historyCommand } from '../../src/commands/history.js';
import { refreshJson } from '../../src/commands/refresh-json.js';
import { refreshSummary } from '../../src/commands/refresh-summary.js';
import { statusCommand } from '../../src/commands/status.js';
import { release } from '../../src/settle/decide.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { exitCodeOf, type RefreshResult } from '../../src/refresh/refresh.js';
import type { ConnectionSettings } from '../../src/model/settings.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aConfig, aConnection, day } from '../support/connections.js';
import { refreshHere } from '../support/in-process.js';
import { AS_OF, makeSmallDistrict } from './small-district.js';

afterAll(removeFolders);

let folder: string;
beforeEach(() => {
  folder = makeFolder();
  makeSmallDistrict(join(folder, 'district.sqlite'));
});

const home = (): string => join(folder, 'home');
const configOf = (...connections: readonly ConnectionSettings[]) =>
  aConfig(home(), join(folder, 'district.sqlite'), connections);

/** `now`: 08:15 UTC is 03:15 in the morning in Chicago. */
async function night(
  now: string,
  asOf: string,
  ...connections: readonly ConnectionSettings[]
): Promise<RefreshResult> {
  return await refreshHere({
    config: configOf(...connections),
    source: sqliteSource({ client: 'better-sqlite3', filename: join(folder, 'district.sqlite') }),
    asOf: day(asOf),
    startedAt: new Date(now),
  });
}

const library = aConnection({ sharingEnds: day(AS_OF) });
const lms = aConnection({ version: '1.2' });
const outcomes = ({ connections }: RefreshResult): readonly string[] =>
  connections.map(({ outcome }) => outcome);

async function printed(
  show: (terminal: { out: (text: string) => void; err: () => void; isWatched: boolean }) => Promise<unknown>,
): Promise<string> {
  let text = '';
  await show({ out: (more) => (text += more), err: () => undefined, isWatched: false });
  return text;
}

describe('sharing', () => {
  it.each([
    ['works through its last day', '2026-10-16T04:59:59Z', AS_OF, 'published'],
    ['ends with the day after, in the time zone of the district', '2026-10-16T05:00:00Z', AS_OF, 'ended'],
    ['is not reopened by an earlier as-of date', '2026-11-20T08:15:00Z', AS_OF, 'ended'],
    ['has ended on a later as-of date', '2026-10-01T08:15:00Z', '2026-10-16', 'ended'],
  ])('%s', async (_what, now, asOf, outcome) => {
    expect(outcomes(await night(now, asOf, library))).toEqual([outcome]);
  });

  it('ends for the one connection alone, with a notice and exit code 0', async () => {
    await night('2026-10-15T08:15:00Z', AS_OF, library, lms);
    const before = readdirSync(join(home(), 'bundles/library'));
    const result = await night('2026-10-16T08:15:00Z', '2026-10-16', library, lms);
    expect(outcomes(result)).toEqual(['ended', 'published']);
    expect(exitCodeOf(result)).toBe(0);
    expect(readdirSync(join(home(), 'bundles/library'))).toEqual(before);
    expect(refreshJson(result)).toMatchObject({
      connections: [
        {
          name: 'library',
          outcome: 'ended',
          bundle: null,
          notices: [{ code: 'sharing-ended', severity: 'info' }],
        },
        { name: 'lms', outcome: 'published' },
      ],
    });
    expect(
      refreshSummary(result, { says: () => '', look: { width: 120, hasColor: false }, isVerbose: false }),
    ).toMatch(/Sharing with library ended on 2026-10-15: nothing is created or sent/);
    const history = await printed((terminal) =>
      historyCommand(configOf(library, lms), undefined, { limit: 1 }, terminal),
    );
    expect(history).toMatch(/library +bulk +ended +0 rows: sharing ended on 2026-10-15/);
  });

  it('does not read the SIS where it has ended for everybody', async () => {
    const result = await night('2026-10-16T08:15:00Z', '2026-10-16', library);
    expect([outcomes(result), result.attempts, exitCodeOf(result)]).toEqual([['ended'], [], 0]);
  });

  it('that has ended makes no monitoring cry', async () => {
    await night('2026-10-15T08:15:00Z', AS_OF, library, lms);
    const now = new Date('2026-12-01T08:15:00Z');
    await night(now.toISOString(), '2026-12-01', library, lms);
    let code = -1;
    const text = await printed(
      async (terminal) => (code = await statusCommand(configOf(library, lms), { maxAge: 26 }, terminal, now)),
    );
    expect(code).toBe(0);
    expect(text).toMatch(/library .*sharing ended on 2026-10-15/);
    const metrics = readFileSync(join(home(), 'metrics.prom'), 'utf8');
    expect(metrics).toMatch(/"lms"/);
    expect(metrics).not.toMatch(/"library"/);
  });

  it('that has ended lets no held bundle pass either', async () => {
    const held = aConnection({ sharingEnds: day(AS_OF), notBefore: day('2026-12-01') });
    expect(outcomes(await night('2026-10-15T08:15:00Z', AS_OF, held))).toEqual(['withheld']);
    const decision = { config: configOf(held), connection: 'library', reason: 'a test' };
    await expect(release({ ...decision, now: new Date('2026-10-16T08:15:00Z') })).rejects.toThrow(
      /Sharing with library ended on 2026-10-15/,
    );
    await expect(release({ ...decision, now: new Date('2026-10-15T20:00:00Z') })).resolves.toMatch(
      /bulk\.zip$/,
    );
  });
});
