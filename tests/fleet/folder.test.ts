/** The folder of a fleet: what is read of it, and what is wrong with which district. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFleet, readFleetSettings } from '../../src/fleet/folder.js';
import { ExportError } from '../../src/model/errors.js';
import { aConnection } from '../config/given-config.js';
import { makeFolder, removeFolders } from '../support/cli.js';

afterAll(removeFolders);

const DATABASE = 'database: { host: /run/postgresql, database: fleet, user: fleet }\n';

function aFleet(fleet: string, districts: Readonly<Record<string, string>>): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'fleet.yaml'), `${fleet}${DATABASE}`);
  for (const [name, text] of Object.entries(districts)) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'oneroster.yaml'), text);
  }
  return folder;
}

async function problemsOf(folder: string): Promise<readonly string[]> {
  const outcome: unknown = await readFleet(folder, {}).catch((error: unknown) => error);
  if (!(outcome instanceof ExportError)) throw new Error('the fleet was not refused', { cause: outcome });
  return outcome.problems.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
}

describe('a fleet', () => {
  it('has each district with what is said for it, for all, or in its own config', async () => {
    const folder = aFleet(
      `schedule: { start: "01:30", windowMinutes: 60 }
maxPerHost: 3
hosts: { sql-1: { maxPerHost: 1 } }
districts:
  adams: { host: sql-1, labels: [pilot], start: "02:00", timezone: America/Denver, deliverBy: "05:00" }
`,
      { adams: aConnection(), baker: aConnection() },
    );
    mkdirSync(join(folder, 'keys'));
    const { districts, mostAt, unfit } = await readFleet(folder, {});
    expect(unfit).toEqual([]);
    expect(districts).toEqual([
      {
        name: 'adams',
        config: join(folder, 'adams/oneroster.yaml'),
        connections: ['library'],
        host: 'sql-1',
        labels: ['pilot'],
        start: '02:00',
        timezone: 'America/Denver',
        windowMinutes: 60,
        deliverBy: '05:00',
      },
      {
        name: 'baker',
        config: join(folder, 'baker/oneroster.yaml'),
        connections: ['library'],
        host: 'baker',
        labels: [],
        start: '01:30',
        timezone: 'America/Chicago',
        windowMinutes: 60,
      },
    ]);
    expect([...new Set(districts.map(({ host }) => host))].map((host) => [host, mostAt(host)])).toEqual([
      ['sql-1', 1],
      ['baker', 3],
    ]);
  });

  it('goes on without a broken district, and says what is wrong with it', async () => {
    const folder = aFleet('schedule: {}\n', {
      adams: aConnection(),
      baker: aConnection('mode: daily'),
      Clark: aConnection(),
    });
    const { districts, unfit } = await readFleet(folder, {});
    expect(districts.map(({ name }) => name)).toEqual(['adams']);
    expect(unfit.map(({ name, error }) => [name, error.problems.map(({ path }) => path)])).toEqual([
      ['Clark', []],
      ['baker', ['connections[0].mode']],
    ]);
  });

  it('is refused with every problem of fleet.yaml', async () => {
    const folder = aFleet(
      `schedule: { start: "25:00" }
hosts: { sql-9: { maxPerHost: 2 } }
districts:
  adam: { host: sql-1 }
  baker: { hots: sql-1 }
`,
      { adams: aConnection(), baker: aConnection() },
    );
    expect(await problemsOf(folder)).toEqual([
      '1:20 schedule.start: must be a time of day (HH:MM)',
      expect.stringMatching(/^2:10 hosts\.sql-9: is the host of no district in districts/),
      expect.stringMatching(/^4:3 districts\.adam: has no folder .*; did you mean `adams`\?/),
      '5:12 districts.baker.hots: is not a known setting',
    ]);
  });

  it('has a console with roles for some districts, and names those that are not there', async () => {
    const access = (districts: string): string =>
      `console: { publicUrl: "https://c.example", auth: { proxy: { addresses: [10.0.0.1] } }, access: [{ groups: [a], roles: [viewer], districts: ${districts} }] }\n`;
    const folder = aFleet(access('[adams]'), { adams: aConnection() });
    const { console } = await readFleetSettings(folder, {});
    expect(console.access).toMatchObject([{ districts: ['adams'], connections: 'all' }]);
    expect(await problemsOf(aFleet(access('[adam]'), { adams: aConnection() }))).toEqual([
      expect.stringMatching(
        /access\[0\]\.districts\[0\]: is not the name of a district: did you mean adams\?/,
      ),
    ]);
    const open = aFleet('console: { listen: "0.0.0.0:80" }\n', { adams: aConnection() });
    expect(await problemsOf(open)).toEqual([
      expect.stringMatching(/console\.listen: is reachable from other machines/),
    ]);
  });

  it('is refused where there is none', async () => {
    await expect(readFleet(join(makeFolder(), 'nowhere'), {})).rejects.toThrow(/cannot be read/);
    await expect(readFleet(makeFolder(), {})).rejects.toThrow(/fleet\.yaml/);
  });
});
