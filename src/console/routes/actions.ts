/** Refresh now, send again, and the way back to an older bundle. */
import type { Hono } from 'hono';
import type { BundleRecord } from '../../state/records.js';
import { ACTIONS, mayForAll } from '../access.js';
import { connectionIn } from '../connection-in.js';
import { personIn, withState, type Desk, type Env } from '../desk.js';
import { useOnce } from '../forms.js';
import { rollBackPage } from '../pages/connection.js';
import { notAllowed, notFound } from '../refusals.js';
import { startJob } from '../starting.js';

export function actionRoutes(app: Hono<Env>, desk: Desk): void {
  app.post('/refresh', (c) =>
    useOnce(c, '/', () =>
      mayForAll(personIn(c), 'refresh')
        ? startJob(desk, c, {
            kind: 'refresh',
            connections: desk.config.connections.map(({ name }) => name),
            args: ['refresh'],
          })
        : notAllowed(c, ACTIONS.refresh.says),
    ),
  );
  app.post('/connections/:name/refresh', (c) => {
    const settings = connectionIn(desk, c, 'refresh');
    if (settings instanceof Response) return settings;
    const { name } = settings;
    return useOnce(c, `/connections/${name}`, () =>
      startJob(desk, c, { kind: 'refresh', connections: [name], args: ['refresh', name] }),
    );
  });
  app.post('/connections/:name/deliver', (c) => {
    const settings = connectionIn(desk, c, 'deliver');
    if (settings instanceof Response) return settings;
    const { name } = settings;
    return useOnce(c, `/connections/${name}`, () =>
      startJob(desk, c, { kind: 'deliver', connections: [name], args: ['deliver', name] }),
    );
  });
  rollBackRoutes(app, desk);
}

function rollBackRoutes(app: Hono<Env>, desk: Desk): void {
  app.get('/connections/:name/nights/:bundle/roll-back', (c) => {
    const settings = connectionIn(desk, c, 'rollBack');
    if (settings instanceof Response) return settings;
    return withRollBack(desk, settings.name, c.req.param('bundle'), (bundle, newest) =>
      bundle === undefined
        ? notFound(c)
        : c.html(rollBackPage({ session: c.get('session'), bundle, newest, timezone: desk.config.timezone })),
    );
  });
  app.post('/connections/:name/nights/:bundle/roll-back', (c) => {
    const settings = connectionIn(desk, c, 'rollBack');
    if (settings instanceof Response) return settings;
    const { name } = settings;
    return withRollBack(desk, name, c.req.param('bundle'), (bundle, newest) =>
      bundle === undefined
        ? notFound(c)
        : useOnce(c, `/connections/${name}`, ({ field }) => {
            const reason = field('reason');
            if (reason === '')
              return c.html(
                rollBackPage({
                  session: c.get('session'),
                  bundle,
                  newest,
                  timezone: desk.config.timezone,
                  problem: 'Give a reason; the audit trail keeps it.',
                }),
                422,
              );
            return startJob(desk, c, {
              kind: 'rollBack',
              connections: [name],
              reason,
              args: ['deliver', name, '--bundle', bundle.name ?? '', '--older', `--reason=${reason}`],
            });
          }),
    );
  });
}

/** The older published bundle, and the newest one that it would replace. */
async function withRollBack<T>(
  desk: Desk,
  connection: string,
  wanted: string,
  work: (bundle: BundleRecord | undefined, newest: BundleRecord | undefined) => Promise<T> | T,
): Promise<T> {
  const published = await withState(
    desk,
    async (state) => (await state?.bundles(connection, 'published')) ?? [],
  );
  return await work(
    published.slice(1).find(({ name }) => name === wanted),
    published[0],
  );
}
