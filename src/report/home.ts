/** Writes the page of all connections, from the config and the history alone. */
import { join, relative, sep } from 'node:path';
import type { Config, ConnectionSettings } from '../model/settings.js';
import { homePage, type HomeConnection, type HomeState } from './page/home-page.js';
import { reportedNights, type ReportedNight } from './neighbors.js';
import { nightsOf } from './nights.js';
import { waitingFor, type Home } from '../home/home.js';
import { replaceFile } from '../home/replace-file.js';
import { fileOf, isThere } from '../home/bundle-files.js';
import { lastOutcome, type LastOutcome } from '../state/outcome.js';
import type { BundleRecord } from '../state/records.js';
import type { State } from '../state/state.js';

export async function writeHomePage(home: Home, state: State, config: Config, now: Date): Promise<void> {
  const connections: HomeConnection[] = [];
  for (const settings of config.connections)
    connections.push(await connectionCard(home, state, settings, now));
  const text = homePage({
    program: (await state.lastRefresh())?.program ?? '',
    timezone: config.timezone,
    writtenAt: now.toISOString(),
    connections,
  });
  const path = homePagePath(home);
  replaceFile(path, text, waitingFor(home, path));
}

/** What the page of all connections shows of one. */
export const connectionCard = async (
  home: Home,
  state: State,
  { name, version, mode, thresholds }: ConnectionSettings,
  now: Date,
): Promise<HomeConnection> => ({
  name,
  version,
  mode,
  usersLimit: thresholds.users,
  ...(await connectionOf(home, state, name, now)),
});

export const homePagePath = (home: Home): string => join(home.path, 'index.html');

async function connectionOf(
  home: Home,
  state: State,
  name: string,
  now: Date,
): Promise<Omit<HomeConnection, 'name' | 'version' | 'mode' | 'usersLimit'>> {
  const recent = await state.newestBundles(name, 150);
  const good = await state.newestBundle(name, 'published');
  const reported = await reportedNights(home, state, name);
  const outcome = await lastOutcome(state, name);
  return {
    state: await stateOf(state, outcome, recent[0]),
    ...(good && {
      lastGood: {
        at: good.madeAt,
        asOf: (await state.refresh(good.refreshId))?.asOf ?? '',
        ageHours: (now.getTime() - new Date(good.madeAt).getTime()) / 3_600_000,
      },
    }),
    ...(outcome === 'failed' && recent[0]?.reason && { message: recent[0].reason }),
    ...placesOf(home, name, reported),
    ...(await releaseOf(state, recent[0])),
    nights: (await nightsOf(state, name)).map(({ asOf, isGood, rows, excluded }) => ({
      asOf,
      isGood,
      rows,
      excluded,
    })),
  };
}

/** Nights that the page of all connections leads to. */
const NIGHTS = 15;

function placesOf(
  home: Home,
  connection: string,
  reported: readonly ReportedNight[],
): Pick<HomeConnection, 'reports' | 'exclusions' | 'folder'> {
  const pathOf = (path: string): string => relative(home.path, path).split(sep).join('/');
  const [newest] = reported;
  const { folder } = home.bundles(connection);
  const exclusions = newest?.shelf.pathOf(fileOf(newest.name, 'exclusions'));
  return {
    reports: reported.slice(0, NIGHTS).map(({ asOf, path, record }) => ({
      asOf,
      path: pathOf(path),
      outcome: OUTCOMES[record.state] ?? 'published',
    })),
    ...(isThere(exclusions) && { exclusions: pathOf(exclusions) }),
    ...(isThere(folder) && { folder: `${pathOf(folder)}/` }),
  };
}

const OUTCOMES: Readonly<Partial<Record<BundleRecord['state'], string>>> = {
  held: 'on hold',
  releasing: 'on hold',
  refused: 'refused',
  withdrawn: 'withdrawn',
};

/** By whom, when and why the newest bundle was let pass, where it was. */
async function releaseOf(
  state: State,
  newest: BundleRecord | undefined,
): Promise<Pick<HomeConnection, 'released'>> {
  if (newest?.state !== 'published' || newest.reason === null || newest.name === null) return {};
  const { connection, name, reason } = newest;
  const entry = await state.newestActOn({ connection, name }, 'released', 'published');
  return { released: { because: reason, ...(entry && { by: entry.who, at: entry.at }) } };
}

async function stateOf(
  state: State,
  outcome: LastOutcome | undefined,
  newest: BundleRecord | undefined,
): Promise<HomeState> {
  switch (outcome) {
    case undefined:
      return 'nothing-yet';
    case 'published':
    case 'unchanged': {
      const [delivery] = newest === undefined ? [] : await state.deliveries(newest.id);
      return delivery?.state === 'failed' ? 'not-delivered' : outcome;
    }
    case 'held':
    case 'releasing':
      return 'held';
    case 'interrupted':
    case 'unfinished':
    case 'verified':
      return 'interrupted';
    case 'replaced':
    case 'removed':
    case 'withdrawn':
      return 'published';
    case 'refused':
    case 'discarded':
    case 'failed':
    case 'ended':
      return outcome;
  }
}
