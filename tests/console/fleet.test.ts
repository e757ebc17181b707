/** The console of a fleet: the list with its filters, the pages of each district, and roles for some districts only. */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccessGrant, ConsoleSettings } from '../../src/model/settings.js';
import { describePostgres } from '../support/postgres-suite.js';
import { addDistricts } from '../fleet/a-fleet.js';
import { Client, type Answer, type Ask } from './client.js';
import { signedIn, type Opened } from './consoles.js';
import { aFleetOfDistricts, openFleetConsole, type FleetOfDistricts } from './fleets.js';

describePostgres('the console of a fleet', (server) => {
  let made: FleetOfDistricts;
  let opened: Opened | undefined;
  beforeAll(async () => {
    made = await aFleetOfDistricts(server, 'console');
  }, 120_000);
  afterEach(async () => {
    await opened?.running.stop();
    opened = undefined;
  });
  afterAll(async () => {
    await made.fleet.close();
  });

  const open = async (wants?: Partial<ConsoleSettings>): Promise<Opened> =>
    (opened = await openFleetConsole(made, wants));
  const client = async (): Promise<Client> => await signedIn(await open());
  const namesIn = ({ text }: Answer): readonly string[] =>
    [...text.matchAll(/<a href="\/d\/([^/]+)\/">/g)].map(([, name = '']) => name);

  it('lists the districts, and those with a problem, a receiver, a label or a text', async () => {
    const browser = await client();
    const all = await browser.get('/');
    expect(namesIn(all)).toEqual(['adams', 'baker', 'clark']);
    expect(all.words).toContain('3 districts: 1 on hold.');
    expect(all.words).toContain('No worker is running');
    expect(all.words).toMatch(/adams sql-adams, pilot on hold .* lms /);
    expect(all.words).toMatch(/clark sql-clark never never/);
    for (const [query, names] of [
      ['show=hold', ['adams']],
      ['show=hold&receiver=library', []],
      ['show=hold&receiver=lms', ['adams']],
      ['receiver=none', []],
      ['show=late', []],
      ['show=nonsense', ['adams', 'baker', 'clark']],
      ['label=pilot', ['adams']],
      ['text=SQL-B', ['baker']],
      ['text=%22%3E%3Cscript%3E', []],
    ] as const) {
      const answer = await browser.get(`/?${query}`);
      expect([query, namesIn(answer)]).toEqual([query, names]);
      expect(answer.text).not.toContain('"><script>');
    }
  });

  it('opens the pages of a district; each link of them leads to a page, and back', async () => {
    const browser = await client();
    const found = new Set([
      '/d/adams/',
      '/d/adams/connections/lms',
      '/d/adams/connections/lms/hold',
      '/d/adams/why',
      '/d/adams/activity',
      '/d/adams/audit',
    ]);
    const elsewhere = new Set(['/d/adams/forecast', '/d/adams/preflight']);
    for (const path of found) {
      const { status, text, words } = await browser.open(path);
      expect([path, status]).toEqual([path, 200]);
      if (!path.endsWith('.csv') && !path.endsWith('/report')) expect(words).toContain('All districts adams');
      for (const [, , to = ''] of text.matchAll(/(href|action|src|data-events)="([^"#]+)"/g)) {
        if (!to.startsWith('/')) continue;
        expect(to).toMatch(/^(\/d\/adams\/|\/$|\/sign-out$)/);
        const isPage = /^\/d\/adams\/(connections\/lms\/nights\/[^/]+\/[^/]+|audit|activity|why|)$/.test(to);
        if (isPage || elsewhere.has(to)) found.add(to);
      }
    }
    expect(found.size).toBeGreaterThan(8);
    expect((await browser.get('/d/adams')).headers['location']).toBe('/d/adams/');
    expect((await browser.get('/d/adams/connections/lms/index.html')).headers['location']).toBe('/d/adams/');
    expect((await browser.get('/d/adams/no-such-page')).status).toBe(404);
    expect((await browser.get('/d/nowhere/')).status).toBe(404);
  });

  it('starts what a person does in the district, once, and says so there', async () => {
    const browser = await client();
    const start = await browser.submit('/d/baker/', '/d/baker/connections/library/refresh');
    const job = String(start.headers['location']);
    expect(job).toMatch(/^\/d\/baker\/jobs\/[\w-]+$/);
    for (;;) {
      const { text, words } = await browser.get(job);
      if (text.includes('id="live"')) {
        expect(text).toContain(`data-events="${job}/events"`);
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
      expect(words).toContain('done');
      break;
    }
    expect((await browser.get('/d/baker/activity')).text).toContain(`href="${job}"`);
    expect((await browser.get('/d/adams/activity')).words).toContain('Nothing yet');
    expect((await browser.get(job.replace('baker', 'adams'))).status).toBe(404);
    const used = await browser.post('/d/baker/connections/library/refresh', { once: 'never given' });
    expect(used.status).toBe(409);
    const trail = await browser.get('/d/baker/audit');
    expect(trail.words).toMatch(/console refresh library admin/);
  }, 60_000);

  it('uses the config as it is now, and explains one that is broken', async () => {
    const browser = await client();
    expect((await browser.get('/d/clark/')).words).not.toContain('museum');
    const config = join(made.site.folder, 'clark/oneroster.yaml');
    renameSync(config, `${config}.kept`);
    made.site.add('clark', 'connections: []\n');
    const broken = await browser.get('/d/clark/');
    expect([broken.status, broken.words]).toEqual([503, expect.stringContaining('The config has problems')]);
    writeFileSync(
      config,
      'source: { client: better-sqlite3, connection: { filename: district.sqlite } }\nconnections:\n  - { name: museum, version: "1.1" }\n',
    );
    expect((await browser.get('/d/clark/')).words).toContain('museum');
    renameSync(`${config}.kept`, config);
  });

  const grant = (group: string, wants: Partial<AccessGrant>): AccessGrant => ({
    ...{
      groups: [group],
      users: [],
      emailDomains: [],
      roles: ['viewer'],
      connections: 'all',
      districts: 'all',
    },
    ...wants,
  });

  it('shows each person the districts of their roles, and lets them do there what these allow', async () => {
    const proxy = { addresses: ['127.0.0.1'], userHeader: 'x-user', groupsHeader: 'x-groups' };
    const { url } = await open({
      auth: { proxy },
      access: [
        grant('adams', { districts: ['adams'] }),
        grant('operators', { districts: ['baker'], roles: ['operator'] }),
        grant('library', { connections: ['library'] }),
      ],
    });
    const as = (
      group: string,
    ): {
      readonly get: (path: string) => Promise<Answer>;
      readonly post: (path: string) => Promise<Answer>;
    } => {
      const browser = new Client(url);
      const ask: Ask = { headers: { 'x-user': `${group}@district.example`, 'x-groups': group } };
      return { get: (path) => browser.get(path, ask), post: (path) => browser.post(path, {}, ask) };
    };
    expect(namesIn(await as('adams').get('/'))).toEqual(['adams']);
    expect((await as('adams').get('/d/adams/connections/lms')).status).toBe(200);
    expect((await as('adams').get('/d/baker/')).status).toBe(404);
    expect((await as('adams').post('/d/adams/connections/lms/refresh')).status).toBe(403);
    expect((await as('adams').post('/d/baker/connections/lms/refresh')).status).toBe(404);
    expect(namesIn(await as('operators').get('/'))).toEqual(['baker']);
    expect((await as('operators').post('/d/baker/connections/lms/refresh')).status).toBe(409);
    // What is on hold for another receiver is not theirs to see.
    const library = await as('library').get('/');
    expect(namesIn(library)).toEqual(['adams', 'baker', 'clark']);
    expect(library.words).toContain('3 districts, all of them well.');
    expect(library.words).not.toContain('lms');
    expect((await as('library').get('/d/adams/connections/lms')).status).toBe(404);
    expect((await as('none').get('/')).status).toBe(403);
  });

  it('lists many districts in parts, with the filters kept', async () => {
    const names = Array.from({ length: 60 }, (_, at) => `many-${String(at).padStart(2, '0')}`);
    await addDistricts(made.fleet, ...names.map((name) => ({ name, labels: '["many"]', host: 'sql-many' })));
    const browser = await client();
    const first = await browser.get('/?label=many&text=many');
    expect(namesIn(first)).toEqual(names.slice(0, 50));
    const next =
      /<a href="([^"]*)">Next districts<\/a>/.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const second = await browser.get(next);
    expect(namesIn(second)).toEqual(names.slice(50));
    expect(second.text).toMatch(/<a href="[^"]*part=1">Previous districts<\/a>/);
    expect(second.text).not.toContain('Next districts');
    await made.fleet.database.knex('fleetDistrict').where('name', 'like', 'many-%').delete();
  });
});
