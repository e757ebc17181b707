/** A home with a published and a held bundle, and the console over it, in the test's own process. */
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startConsole } from '../../src/console/console.js';
import type { RunningConsole } from '../../src/console/serving.js';
import { loadConfig } from '../../src/config/load.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import type { AccessGrant, Config, ConsoleRole, ConsoleSettings } from '../../src/model/settings.js';
import { Programs } from '../../src/programs/programs.js';
import { AS_OF, change, makeSite, TWO_CONNECTIONS, type Site } from '../refresh/small-district.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { day } from '../support/connections.js';
import { refreshHere } from '../support/in-process.js';
import { Client } from './client.js';
import { PROGRAM } from './program-here.js';

export interface ConsoleSite extends Site {
  readonly settings: Config;
}

const refresh = (settings: Config, only: readonly string[] = []): ReturnType<typeof refreshHere> =>
  refreshHere({
    config: settings,
    source: sqliteSource(settings.source as { readonly client: 'better-sqlite3'; readonly filename: string }),
    asOf: day(AS_OF),
    only,
  });

/** `library` has a good bundle, `lms` one on hold: a student has not come. */
export async function aConsoleSite(folder: string, connections = TWO_CONNECTIONS): Promise<ConsoleSite> {
  const site = makeSite(folder, connections);
  const settings = await loadConfig(site.config, {});
  await refresh(settings);
  change(site.district, 'UPDATE Enrollment SET noShow = 1 WHERE personID = 12');
  await refresh(settings, ['lms']);
  return { ...site, settings };
}

/** The same site in another folder: much faster than nights of its own. */
export async function copyOf({ folder: from }: ConsoleSite, folder: string): Promise<ConsoleSite> {
  cpSync(from, folder, { recursive: true });
  const [config, home, district] = ['oneroster.yaml', 'home', 'district.sqlite'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  writeFileSync(config, readFileSync(config, 'utf8').replaceAll(from, folder));
  return { folder, home, district, config, refresh: [], settings: await loadConfig(config, {}) };
}

export interface Opened {
  readonly url: string;
  /** Lines of the log. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  readonly links: readonly string[];
  readonly running: RunningConsole;
}

export interface Wants {
  readonly console?: Partial<ConsoleSettings>;
  readonly now?: () => Date;
  readonly listen?: string;
  readonly programs?: Programs;
}

export async function openConsole({ config, settings }: ConsoleSite, wants: Wants = {}): Promise<Opened> {
  const log: Readonly<Record<string, unknown>>[] = [];
  const links: string[] = [];
  const running = await startConsole({
    config: { ...settings, console: { ...settings.console, ...wants.console } },
    programs: wants.programs ?? new Programs({ program: PROGRAM, config }),
    version: '0.0.0',
    listen: wants.listen ?? '127.0.0.1:0',
    login: 'admin',
    now: wants.now ?? (() => new Date()),
    showLink: (link) => links.push(link),
    log: (line) => log.push(line as Readonly<Record<string, unknown>>),
  });
  return { url: running.url, log, links, running };
}

/** What a group may do with all connections. */
export const accessOf = (group: string, roles: readonly ConsoleRole[]): AccessGrant => ({
  groups: [group],
  users: [],
  emailDomains: [],
  roles,
  connections: 'all',
});

/** Signed in by the link. */
export async function signedIn({ url, links }: Opened): Promise<Client> {
  const client = new Client(url);
  const link = new URL(links.at(-1) ?? '');
  await client.submit(link.pathname + link.search, '/sign-in');
  return client;
}

export interface ConsoleSuite {
  readonly site: ConsoleSite;
  readonly open: (wants?: Wants) => Promise<Opened>;
}

/** One site for all tests of a suite; a console that a test opens is stopped after it. */
export function aConsoleSuite(): ConsoleSuite {
  let site: ConsoleSite | undefined;
  let opened: Opened | undefined;
  beforeAll(async () => {
    site = await aConsoleSite(makeFolder());
  });
  afterEach(async () => {
    await opened?.running.stop();
    opened = undefined;
  });
  afterAll(removeFolders);
  const made = (): ConsoleSite => {
    if (site === undefined) throw new Error('the site is made before the first test');
    return site;
  };
  return {
    get site() {
      return made();
    },
    open: async (wants) => (opened = await openConsole(made(), wants)),
  };
}
