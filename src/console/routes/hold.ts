/** A bundle on hold: why, where, who vanished by which rule; and the decision, confirmed on a page that repeats the numbers. */
import type { Hono } from 'hono';
import { isThere, withheldFile } from '../../home/bundle-files.js';
import type { SchoolCount } from '../../model/result.js';
import { readList } from '../../vanished/read-list.js';
import type { BundleRecord } from '../../state/records.js';
import { may } from '../access.js';
import { connectionIn } from '../connection-in.js';
import { personIn, withState, type Desk, type Env } from '../desk.js';
import { readForm, useOnce } from '../forms.js';
import { confirmPage, holdPage, nothingHeldPage, type VanishedLists } from '../pages/hold.js';
import { startJob } from '../starting.js';

const MOST_IDS = 200;

export function holdRoutes(app: Hono<Env>, desk: Desk): void {
  const { timezone } = desk.config;
  const heldOf = (name: string): Promise<BundleRecord | undefined> =>
    withState(desk, (state) => state?.newestBundle(name, 'held'));
  const schoolsOf = (held: BundleRecord): Promise<readonly SchoolCount[]> =>
    withState(desk, async (state) => (await state?.schoolsOf(held.id)) ?? []);
  app.get('/connections/:name/hold', async (c) => {
    const settings = connectionIn(desk, c, 'look');
    if (settings instanceof Response) return settings;
    const held = await heldOf(settings.name);
    const session = c.get('session');
    if (held === undefined) return c.html(nothingHeldPage(session, settings.name));
    const mayList = may(personIn(c), 'lists', settings.name);
    const vanished = mayList ? await vanishedOf(desk, held) : undefined;
    const schools = await schoolsOf(held);
    return c.html(holdPage({ session, held, schools, timezone, ...(vanished && { vanished }) }));
  });
  app.post('/connections/:name/hold', async (c) => {
    const settings = connectionIn(desk, c, 'decide');
    if (settings instanceof Response) return settings;
    const held = await heldOf(settings.name);
    const session = c.get('session');
    if (held === undefined) return c.html(nothingHeldPage(session, settings.name));
    const { field } = await readForm(c);
    const decision = field('decision') === 'discard' ? 'discard' : 'release';
    const reason = field('reason');
    if (reason !== '') return c.html(confirmPage({ session, held, decision, reason, timezone }));
    const schools = await schoolsOf(held);
    return c.html(
      holdPage({ session, held, schools, timezone, problem: 'Give a reason; the audit trail keeps it.' }),
      422,
    );
  });
  app.post('/connections/:name/hold/decide', (c) => {
    const settings = connectionIn(desk, c, 'decide');
    if (settings instanceof Response) return settings;
    const { name } = settings;
    return useOnce(c, `/connections/${name}`, async ({ field }) => {
      const held = await heldOf(name);
      const session = c.get('session');
      // The decision was about the numbers that were shown.
      if (held === undefined || held.sha256 !== field('sha256')) {
        session.flash = 'The bundle on hold has changed. Look at it again.';
        return `/connections/${name}/hold`;
      }
      const kind = field('decision') === 'discard' ? 'discard' : 'release';
      const reason = field('reason');
      if (reason === '') return `/connections/${name}/hold`;
      return startJob(desk, c, {
        kind,
        connections: [name],
        reason,
        args: [kind, name, `--reason=${reason}`],
      });
    });
  });
}

/** Undefined where the bundle has no such list. */
async function vanishedOf({ home }: Desk, held: BundleRecord): Promise<VanishedLists | undefined> {
  const path = withheldFile(home, held, 'vanished');
  if (held.name === null || !isThere(path)) return undefined;
  const counts = new Map<string, VanishedLists['counts'][number]>();
  const records: (readonly string[])[] = [];
  await readList(path, (cells) => {
    const [file = '', , rule = '', , school = ''] = cells;
    const key = JSON.stringify([file, rule, school]);
    counts.set(key, { file, rule, school, count: (counts.get(key)?.count ?? 0) + 1 });
    if (records.length < MOST_IDS) records.push(cells);
  });
  return { counts: [...counts.values()].sort((a, b) => b.count - a.count), records };
}
