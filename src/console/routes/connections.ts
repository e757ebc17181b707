/** All connections, one connection with its nights, and what its receiver got. */
import type { Hono } from 'hono';
import { holderOf } from '../../home/lock.js';
import type { HomeConnection } from '../../report/page/home-page.js';
import { connectionCard } from '../../report/home.js';
import { ledgerOf } from '../../state/ledger.js';
import { may, mayForAll } from '../access.js';
import { connectionIn } from '../connection-in.js';
import { personIn, withState, type Desk, type Env, type Request } from '../desk.js';
import { partOf, slices } from '../paging.js';
import { connectionPage, receivedPage } from '../pages/connection.js';
import { homePage } from '../pages/home.js';
import { filesOf } from './nights.js';

const NIGHTS_SHOWN = 60;
const ENTRIES_SHOWN = 200;

export function connectionRoutes(app: Hono<Env>, desk: Desk): void {
  app.get('/', (c) => allConnections(desk, c));
  app.get('/connections/:name', (c) => oneConnection(desk, c));
  // Where a report links to the page of all connections.
  app.get('/connections/:name/index.html', (c) => c.redirect('/', 303));
  app.get('/connections/:name/received', (c) => {
    const settings = connectionIn(desk, c, 'look');
    if (settings instanceof Response) return settings;
    const entries = withState(desk, (state) => (state ? ledgerOf(state, settings.name) : []));
    const part = partOf(c, ENTRIES_SHOWN, slices(entries));
    return c.html(receivedPage(c.get('session'), settings.name, part, desk.config.timezone));
  });
}

function allConnections(desk: Desk, c: Request): Response | Promise<Response> {
  const { config, home } = desk;
  const person = personIn(c);
  const own = config.connections.filter(({ name }) => may(person, 'look', name));
  const holder = holderOf(home.lock);
  return withState(desk, (state) => {
    const connections = own.map((settings): HomeConnection => {
      if (state !== undefined) return connectionCard(home, state, settings, desk.now());
      const { name, version, mode } = settings;
      return { name, version, mode, state: 'nothing-yet', nights: [], reports: [] };
    });
    return c.html(
      homePage({
        session: c.get('session'),
        timezone: config.timezone,
        connections,
        lastDelivery: new Map(own.map(({ name }) => [name, state?.lastDelivery(name)])),
        ...(holder && { holder }),
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
  return withState(desk, (state) => {
    const part = partOf(
      c,
      NIGHTS_SHOWN,
      (limit, offset) => state?.newestBundles(settings.name, limit, offset) ?? [],
    );
    const newest = state?.newestBundle(settings.name, 'published');
    const card = state && connectionCard(home, state, settings, desk.now());
    return c.html(
      connectionPage({
        session: c.get('session'),
        settings,
        timezone: config.timezone,
        ...(card && { card }),
        ...(newest && { newest }),
        nights: {
          ...part,
          items: part.items.map((bundle) => ({
            bundle,
            asOf: state?.refresh(bundle.refreshId)?.asOf ?? '',
            deliveries: state?.deliveries(bundle.id) ?? [],
            files: filesOf(desk, bundle),
          })),
        },
      }),
    );
  });
}
