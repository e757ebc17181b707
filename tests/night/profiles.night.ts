/** The demo district exported for every receiver: a bundle meets the requirements of its profile, or it is withheld. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import yauzl from 'yauzl';
import { parse } from 'csv-parse/sync';
import { loadConfig } from '../../src/config/load.js';
import { DEMO_AS_OF } from '../../src/demo/days.js';
import { loadDemoDistrict } from '../../src/demo/load.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import type { ConnectionSettings } from '../../src/model/settings.js';
import { profiles } from '../../src/profiles/index.js';
import { shapeOf } from '../../src/profiles/shape.js';
import type { ConnectionResult } from '../../src/model/result.js';
import { refreshHere } from '../support/in-process.js';
import { ANYWHERE } from '../support/turns.js';
import { storiesInTurn } from './stories.js';

const folder = mkdtempSync(join(tmpdir(), 'profiles-'));
const filename = join(folder, 'district.sqlite');
let results: ReadonlyMap<string, ConnectionResult>;

const wanted = profiles.flatMap((profile) =>
  (['1.1', '1.2'] as const)
    .filter((version) => shapeOf(profile, version).versions.includes(version))
    .map((version) => ({
      profile: profile.name,
      version,
      name: `${profile.name}-${version.replace('.', '')}`,
    })),
);

beforeAll(async () => {
  loadDemoDistrict('fixtures/demo', filename);
  const demo = await loadConfig('config/demo.yaml', {});
  const connections = wanted.map((each): ConnectionSettings => {
    const base = demo.connections.find(({ version }) => version === each.version);
    if (base === undefined) throw new Error('the demo has a connection of each version');
    return { ...base, ...each };
  });
  const { connections: all } = await refreshHere({
    config: { ...demo, home: join(folder, 'home'), connections },
    source: sqliteSource({ client: 'better-sqlite3', filename }),
    asOf: DEMO_AS_OF,
  });
  results = new Map(all.map((result) => [result.settings.name, result]));
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function textOf(name: string, file: string): Promise<string | undefined> {
  const zip = await yauzl.openPromise(results.get(name)?.bundle?.path ?? '', {
    lazyEntries: true,
    autoClose: false,
  });
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== file) continue;
      const chunks: Buffer[] = [];
      for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    }
    return undefined;
  } finally {
    zip.close();
  }
}

type Row = Readonly<Record<string, string>>;

async function rowsOf(name: string, table: string): Promise<readonly Row[]> {
  return parse<Row>((await textOf(name, `${table}.csv`)) ?? '', { columns: true });
}

storiesInTurn().group('the demo exported for a receiver', ANYWHERE, () => {
  it.each(wanted)('is clean under its profile, or withheld by it: $name', ({ name, profile }) => {
    const result = results.get(name);
    const errors = (result?.findings ?? []).filter(({ severity }) => severity === 'error');
    // The plugin for Moodle takes no brackets and apostrophes in titles, which no exporter may change.
    if (profile === 'moodle') {
      expect(result?.outcome).toBe('withheld');
      expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['profile.pattern']));
    } else {
      expect({ outcome: result?.outcome, errors }).toEqual({ outcome: 'published', errors: [] });
    }
  });

  it('gives Canvas dates on every enrollment, and one for each person and class', async () => {
    const rows = await rowsOf('canvas-11', 'enrollments');
    expect(rows.filter(({ beginDate, endDate }) => !beginDate || !endDate)).toEqual([]);
    const places = rows.map(
      (row) => `${row['userSourcedId'] ?? ''} ${row['classSourcedId'] ?? ''} ${row['role'] ?? ''}`,
    );
    expect(new Set(places).size).toBe(places.length);
    expect((await rowsOf('generic-11', 'enrollments')).some(({ beginDate }) => !beginDate)).toBe(true);
  });

  it('leaves out whom Apple does not take, and ends lines as Apple wants', async () => {
    const roles = new Set((await rowsOf('apple-school-manager-11', 'users')).map(({ role }) => role));
    expect(roles).toEqual(new Set(['student', 'teacher']));
    expect(await textOf('apple-school-manager-11', 'orgs.csv')).not.toContain('\r');
  });

  it('drops with a user the user’s enrollments, roles and dependent people', async () => {
    const users = new Set((await rowsOf('google-classroom-12', 'users')).map(({ sourcedId }) => sourcedId));
    const all = await rowsOf('generic-12', 'users');
    expect(users.size).toBeLessThan(all.length);
    const enrollments = await rowsOf('google-classroom-12', 'enrollments');
    expect(enrollments.every((row) => users.has(row['userSourcedId']))).toBe(true);
    const roles = await rowsOf('google-classroom-12', 'roles');
    expect(roles.every((row) => users.has(row['userSourcedId']))).toBe(true);
    const codes = [...(results.get('google-classroom-12')?.exclusions.keys() ?? [])];
    expect(codes).toEqual(expect.arrayContaining(['PROFILE_CELL_REQUIRED', 'PROFILE_USER_DROPPED']));
  });

  it('quotes every value for HMH, and gives it no class without a teacher', async () => {
    const text = (await textOf('hmh-11', 'classes.csv')) ?? '';
    expect(
      text
        .split('\r\n')
        .filter((line) => line !== '' && !/^(?:"(?:[^"]|"")*")?(?:,(?:"(?:[^"]|"")*")?)*$/.test(line)),
    ).toEqual([]);
    const taught = new Set(
      (await rowsOf('hmh-11', 'enrollments'))
        .filter(({ role }) => role === 'teacher')
        .map((row) => row['classSourcedId']),
    );
    expect((await rowsOf('hmh-11', 'classes')).every(({ sourcedId }) => taught.has(sourcedId))).toBe(true);
  });

  it('writes emails for Microsoft in lowercase', async () => {
    const emails = (await rowsOf('microsoft-sds-12', 'users')).map(({ email }) => email ?? '');
    expect(emails.filter((email) => email !== email.toLowerCase())).toEqual([]);
    expect(emails.some((email) => email !== '')).toBe(true);
  });
});
