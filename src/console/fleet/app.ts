/** The routes of a fleet's console: the list, and the way into the pages of a district. */
import type { Hono } from 'hono';
import { districtsOf } from '../../fleet/districts.js';
import type { FleetDatabase } from '../../fleet/database.js';
import { readOverview } from '../../fleet/overview.js';
import { ExportError } from '../../model/errors.js';
import { may, personWithin } from '../access.js';
import { gatedApp } from '../app.js';
import { personIn, type Env, type FrontDesk, type Request } from '../desk.js';
import { plainPage } from '../pages/page.js';
import { partOf, slices } from '../paging.js';
import { notFound } from '../refusals.js';
import { baseOf, sessionWithin } from '../sessions.js';
import type { SignIn } from '../sign-in/sign-in.js';
import { chosenFrom, filtersIn, seenBy } from './chosen.js';
import type { DistrictPages } from './district-pages.js';
import { districtsPage } from './page.js';

export interface FleetDesk extends FrontDesk {
  readonly database: FleetDatabase;
  readonly pages: DistrictPages;
}

const DISTRICTS_SHOWN = 50;

export function fleetApp(desk: FleetDesk, signIn: SignIn): Hono<Env> {
  const app = gatedApp(desk, signIn);
  app.get('/', (c) => allDistricts(desk, c));
  app.get('/d/:district', (c) => c.redirect(`/d/${encodeURIComponent(c.req.param('district'))}/`, 303));
  app.all('/d/:district/*', (c) => inDistrict(desk, c, c.req.param('district')));
  return app;
}

async function allDistricts({ database }: FleetDesk, c: Request): Promise<Response> {
  const overview = await readOverview(database);
  const seen = seenBy(personIn(c), overview.districts);
  const filters = filtersIn(c);
  const part = await partOf(c, DISTRICTS_SHOWN, slices(chosenFrom(seen, filters)));
  return c.html(districtsPage({ session: c.get('session'), overview, seen, filters, part }));
}

/** Who may see nothing of a district does not learn that it is there. */
async function inDistrict(desk: FleetDesk, c: Request, name: string): Promise<Response> {
  const person = personWithin(personIn(c), name);
  const [district] = may(person, 'look') ? await districtsOf(desk.database.knex, [name]) : [];
  if (district === undefined) return notFound(c);
  try {
    const pages = await desk.pages.of(desk, name, district.config);
    const answer = await pages.fetch(c.req.raw, { ...c.env, within: sessionWithin(c.get('session'), name) });
    const location = answer.headers.get('location');
    if (location?.startsWith('/') === true)
      answer.headers.set('location', `${baseOf({ district: name })}${location}`);
    return answer;
  } catch (error) {
    if (!(error instanceof ExportError) || error.code !== 'config') throw error;
    return c.html(
      plainPage(
        'The config has problems',
        `${error.message} An administrator can list them with config check.`,
      ),
      503,
    );
  }
}
