/** All connections, one connection with its nights, and what its receiver got. */
import type { Hono } from 'hono';
import { holderOf } from '../../home/lock.js';
import type { HomeConnection } from '../../report/page/home-page.js';
import { connectionCard } from '../../report/home.js';
import { ledgerOf } from '../../state/ledger.js';
import type { BundleRecord, DeliveryRecord } from '../../state/records.js';
import type { State } from '../../state/state.js';
import { may, mayForAll } from '../access.js';
import { connectionIn } from '../connection-in.js';
import { personIn, withState, type Desk, type Env, type Request } from '../desk.js';
import { partOf, slices } from '../paging.js';
import { connectionPage, receivedPage, type NightLine } from '../pages/connection.js';
import { homePage } from '../pages/home.js';
import { filesOf } from './nights.js';

const NIGHTS_SHOWN = 60;
const ENTRIES_SHOWN = 200;

export function connectionRoutes(app: Hono<Env>, desk: Desk): void {
  app.get('/', (c) => allConnections(desk, c));
  app.get('/connections/:name', (c) => oneConnection(desk, c));
  // Where a report links to the page of all connections.
  app.get('/connections/:name/index.html', (c) => c.redirect('/', 303));
  app.get('/connections/:name/received', async (c) => {
    const settings = connectionIn(desk, c, 'look');
    if (settings instanceof Response) return settings;
    const entries = await withState(desk, async (state) =>
      state ? await ledgerOf(state, settings.name) : [],
    );
    const part = await partOf(c, ENTRIES_SHOWN, slices(entries));
    return c.html(receivedPage(c.get('session'), settings.name, part, desk.config.timezone));
  });
}

function allConnections(desk: Desk, c: Request): Response | Promise<Response> {
  const { config, home } = desk;
  const person = personIn(c);
  const own = config.connections.filter(({ name }) => may(person, 'look', name));
  return withState(desk, async (state) => {
    const holder = config.state.client === 'pg' ? await state?.holder() : holderOf(home.lock);
    const connections: HomeConnection[] = [];
    const lastDelivery = new Map<string, DeliveryRecord | undefined>();
    for (const settings of own) {
      const { name, version, mode } = settings;
      const none = { name, version, mode, state: 'nothing-yet', nights: [], reports: [] } as const;
      connections.push(state ? await connectionCard(home, state, settings, desk.now()) : none);
      lastDelivery.set(name, await state?.lastDelivery(name));
    }
    return c.html(
      homePage({
        session: c.get('session'),
        timezone: config.timezone,
        connections,
        lastDelivery,
        ...(holder !== undefined && { holder }),
        isRefreshAllowed: mayForAll(person, 'refresh'),
        running: desk.jobs.all().filter(({ ended }) => ended === undefined),
      }),
    );
  });
}

function oneConnection(desk: Desk, c: Request): Response | Promise<Response> {
  const settings = connectionIn(desk, c, 'look');
  if (settings instanceof Response) return settings;
  const { config, home } = desk;
  return withState(desk, async (state) => {
    const part = await partOf(
      c,
      NIGHTS_SHOWN,
      async (limit, offset) => (await state?.newestBundles(settings.name, limit, offset)) ?? [],
    );
    const items = state === undefined ? [] : await nightLines(desk, state, part.items);
    const newest = await state?.newestBundle(settings.name, 'published');
    const card = state && (await connectionCard(home, state, settings, desk.now()));
    return c.html(
      connectionPage({
        session: c.get('session'),
        settings,
        timezone: config.timezone,
        ...(card && { card }),
        ...(newest && { newest }),
        nights: { ...part, items },
      }),
    );
  });
}

async function nightLines(
  desk: Desk,
  state: State,
  bundles: readonly BundleRecord[],
): Promise<readonly NightLine[]> {
  const days = await state.daysOf(bundles);
  const lines: NightLine[] = [];
  for (const bundle of bundles)
    lines.push({
      bundle,
      asOf: days.get(bundle.refreshId) ?? '',
      deliveries: await state.deliveries(bundle.id),
      files: filesOf(desk, bundle),
    });
  return lines;
}
