/** A fleet with real districts, and its console in the test's own process. */
import { join } from 'node:path';
import { startFleetConsole } from '../../src/console/fleet/console.js';
import { loadConfig } from '../../src/config/load.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { readFleetSettings } from '../../src/fleet/folder.js';
import type { ConsoleSettings } from '../../src/model/settings.js';
import { addDistricts, makeFleet, type TestFleet } from '../fleet/a-fleet.js';
import { AS_OF, change, makeSmallDistrict } from '../refresh/small-district.js';
import { day } from '../support/connections.js';
import { makeFleetSite, type FleetSite } from '../support/fleet-site.js';
import { refreshHere } from '../support/in-process.js';
import type { PostgresServer } from '../support/postgres.js';
import type { Opened } from './consoles.js';
import { PROGRAM } from './program-here.js';

/** A change of two of three students is too much for it. */
const STRICT = '  - { name: lms, version: "1.2", thresholds: { users: 10 } }\n';
const LIBRARY =
  '  - { name: library, version: "1.1", thresholds: { users: 100, enrollments: 100, perSchool: 100 } }\n';

export interface FleetOfDistricts {
  readonly site: FleetSite;
  readonly fleet: TestFleet;
  readonly database: string;
}

/** `adams` has a bundle for `lms` on hold, `baker` has good ones, `clark` was never refreshed. */
export async function aFleetOfDistricts(server: PostgresServer, database: string): Promise<FleetOfDistricts> {
  const fleet = await makeFleet(server, database);
  const site = makeFleetSite(server, database);
  site.write('home: homes\ndefaults: { timezone: America/Chicago }\n');
  const source = (file: string): string =>
    `source: { client: better-sqlite3, connection: { filename: ${file} } }\n`;
  for (const name of ['adams', 'baker', 'clark']) {
    site.add(name, `${source('district.sqlite')}connections:\n${LIBRARY}${STRICT}`);
    makeSmallDistrict(join(site.folder, name, 'district.sqlite'));
    const config = join(site.folder, name, 'oneroster.yaml');
    const labels = name === 'adams' ? '["pilot"]' : '[]';
    await addDistricts(fleet, {
      name,
      config,
      labels,
      host: `sql-${name}`,
      connections: '["library","lms"]',
    });
  }
  await refresh(site, 'adams');
  await refresh(site, 'baker');
  change(
    join(site.folder, 'adams/district.sqlite'),
    'UPDATE Enrollment SET noShow = 1 WHERE personID IN (11, 12)',
  );
  await refresh(site, 'adams', ['lms']);
  return { site, fleet, database };
}

async function refresh({ folder }: FleetSite, district: string, only: readonly string[] = []): Promise<void> {
  const config = await loadConfig(join(folder, district, 'oneroster.yaml'), {});
  if (config.source.client !== 'better-sqlite3') throw new Error('the district is a SQLite file');
  await refreshHere({ config, source: sqliteSource(config.source), asOf: day(AS_OF), only });
}

export async function openFleetConsole(
  { site }: FleetOfDistricts,
  wants: Partial<ConsoleSettings> = {},
): Promise<Opened> {
  const { database, console: settings } = await readFleetSettings(site.folder, {});
  const log: Readonly<Record<string, unknown>>[] = [];
  const links: string[] = [];
  const running = await startFleetConsole({
    ...{ database, env: {}, program: PROGRAM, version: '0.0.0', listen: '127.0.0.1:0', login: 'admin' },
    console: { ...settings, ...wants },
    now: () => new Date(),
    showLink: (link) => links.push(link),
    log: (line) => log.push(line as Readonly<Record<string, unknown>>),
  });
  return { url: running.url, log, links, running };
}
