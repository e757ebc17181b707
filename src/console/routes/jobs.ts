/** What people started: the page of a job with its steps, the stream behind it, and its result; preflight and forecast too. */
import { createReadStream, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { ACTIONS, may, mayForAll } from '../access.js';
import { personIn, type Desk, type Env, type Request } from '../desk.js';
import { useOnce } from '../forms.js';
import { ACTION_OF, listsOf, type Job } from '../jobs.js';
import { activityPage, askPage, jobPage } from '../pages/jobs.js';
import { notAllowed, notFound } from '../refusals.js';
import { madeBy, record, startJob } from '../starting.js';

const MOST_STREAMS = 3;
const MOST_DAYS = 400;

export function jobRoutes(app: Hono<Env>, desk: Desk): void {
  const { timezone } = desk.config;
  app.get('/activity', (c) => {
    const jobs = desk.jobs.all().filter((job) => isVisible(c, job));
    return c.html(activityPage(c.get('session'), jobs, timezone));
  });
  app.get('/jobs/:id', (c) => {
    const job = jobIn(desk, c);
    if (job === undefined) return notFound(c);
    const mayList = job.connections.every((name) => may(personIn(c), 'lists', name));
    const isMade = mayDownload(c, job) && existsSync(madeBy(desk, job.id));
    const session = c.get('session');
    return c.html(jobPage({ session, job, timezone, mayList, version: desk.version, isMade }));
  });
  app.get('/jobs/:id/lists/:list', (c) => {
    const job = jobIn(desk, c);
    if (job === undefined) return notFound(c);
    if (!may(personIn(c), 'preflight')) return notAllowed(c, ACTIONS.preflight.says);
    const list = listsOf(job).find((each) => each === c.req.param('list'));
    if (list === undefined) return notFound(c);
    c.header('Content-Type', 'text/csv; charset=utf-8');
    c.header('Content-Disposition', `attachment; filename="${list}"`);
    return c.body(Readable.toWeb(createReadStream(join(desk.lists, job.id, list))) as ReadableStream);
  });
  app.get('/jobs/:id/file', (c) => download(desk, c));
  app.get('/jobs/:id/events', (c) => events(desk, c));
  surveys(app, desk);
}

function surveys(app: Hono<Env>, desk: Desk): void {
  for (const kind of ['preflight', 'forecast'] as const) {
    app.get(`/${kind}`, (c) =>
      may(personIn(c), 'preflight')
        ? c.html(
            askPage(
              c.get('session'),
              kind,
              desk.config.connections
                .map(({ name }) => name)
                .filter((name) => may(personIn(c), 'preflight', name)),
            ),
          )
        : notAllowed(c, ACTIONS.preflight.says),
    );
    app.post(`/${kind}`, (c) =>
      useOnce(c, `/${kind}`, ({ field }) => {
        const person = personIn(c);
        const all = desk.config.connections.map(({ name }) => name);
        const wanted = field('connection');
        const connections =
          wanted === '' && mayForAll(person, 'preflight') ? all : all.filter((name) => name === wanted);
        if (connections.length === 0 || !connections.every((name) => may(person, 'preflight', name)))
          return notAllowed(c, ACTIONS.preflight.says);
        const one = connections.length === all.length ? [] : connections;
        if (kind === 'forecast')
          return startJob(desk, c, {
            kind,
            connections,
            args: ['forecast', ...one, '--days', daysIn(field('days'))],
          });
        const only = one.flatMap((name) => ['--connection', name]);
        return startJob(desk, c, { kind, connections, args: ['preflight', ...only], listsInto: desk.lists });
      }),
    );
  }
}

const mayDownload = (c: Request, { kind, connections, ended }: Job): boolean =>
  kind === 'anonymize' &&
  ended?.exitCode === 0 &&
  connections.every((name) => may(personIn(c), 'anonymize', name));

/** Once: the file is removed when all of it was sent; after a download that broke off it is still there. */
async function download(desk: Desk, c: Request): Promise<Response> {
  const job = jobIn(desk, c);
  if (job === undefined) return notFound(c);
  if (!mayDownload(c, job)) return notAllowed(c, ACTIONS.anonymize.says);
  const path = madeBy(desk, job.id);
  if (!existsSync(path)) return notFound(c);
  const { connections, saveAs = '' } = job;
  c.header('Content-Type', 'application/zip');
  c.header('Content-Disposition', `attachment; filename="${saveAs}"`);
  if (c.req.method === 'HEAD') return c.body(null);
  await record(desk, c, 'console-download', { connections, file: saveAs });
  const file = createReadStream(path);
  file.once('end', () => rmSync(path, { force: true }));
  return c.body(Readable.toWeb(file) as ReadableStream);
}

function daysIn(written: string): string {
  const days = Number(written);
  return Number.isInteger(days) && days >= 1 && days <= MOST_DAYS ? String(days) : '30';
}

/** Who may not do it for a connection does not see the result either. */
const isVisible = (c: Request, { kind, connections }: Job): boolean =>
  connections.every((name) => may(personIn(c), 'look', name)) &&
  (kind !== 'preflight' && kind !== 'forecast' ? true : may(personIn(c), ACTION_OF[kind]));

function jobIn({ jobs }: Desk, c: Request): Job | undefined {
  const job = jobs.find(c.req.param('id') ?? '');
  return job !== undefined && isVisible(c, job) ? job : undefined;
}

/** A browser opens six connections to a host at most, so streams are few, and end with the job. */
function events(desk: Desk, c: Request): Response {
  const job = jobIn(desk, c);
  const session = c.get('session');
  if (job === undefined) return notFound(c);
  if (c.req.method === 'HEAD' || session.streams >= MOST_STREAMS) return c.body(null, 204);
  session.streams += 1;
  return streamSSE(c, async (stream) => {
    let wake: () => void = () => undefined;
    const stop = (): void => void stream.close();
    const unwatch = desk.jobs.watch(job, () => wake());
    desk.streams.add(stop);
    stream.onAbort(() => wake());
    try {
      while (!stream.aborted && !stream.closed) {
        await stream.writeSSE({ event: 'step', data: job.step });
        if (job.ended !== undefined) break;
        await new Promise<void>((resolve) => (wake = resolve));
      }
      if (!stream.aborted && !stream.closed) await stream.writeSSE({ event: 'done', data: '' });
    } catch {
      // The browser left while it was written to.
    } finally {
      unwatch();
      desk.streams.delete(stop);
      session.streams -= 1;
    }
  });
}
