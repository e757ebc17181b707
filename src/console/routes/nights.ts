/** The files of a night: its report, and the lists of excluded and of vanished records. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { Hono } from 'hono';
import { fileOf, shelfWith } from '../../home/bundle-files.js';
import type { BundleRecord } from '../../state/records.js';
import type { Action } from '../access.js';
import { connectionIn } from '../connection-in.js';
import { withState, type Desk, type Env, type Request } from '../desk.js';
import { useOnce } from '../forms.js';
import { anonymizePage } from '../pages/connection.js';
import { notFound } from '../refusals.js';
import { startJob } from '../starting.js';
import { policyOfReport } from '../stored-report.js';

/** Which files of a bundle are there. */
export const filesOf = (desk: Desk, bundle: BundleRecord) => ({
  report: pathOf(desk, bundle, 'report') !== undefined,
  exclusions: pathOf(desk, bundle, 'exclusions') !== undefined,
  vanished: pathOf(desk, bundle, 'vanished') !== undefined,
  bundle: pathOf(desk, bundle, 'bundle') !== undefined,
});

type NightFile = 'report' | 'exclusions' | 'vanished' | 'bundle';

/** Made from the record in the state; nothing of a request is part of a path. */
const pathOf = ({ home }: Desk, bundle: BundleRecord, file: NightFile): string | undefined =>
  shelfWith(home, bundle, file)?.pathOf(fileOf(bundle.name, file));

const ALLOWED_BY: Readonly<Record<NightFile, Action>> = {
  report: 'look',
  exclusions: 'lists',
  vanished: 'lists',
  bundle: 'anonymize',
};

interface FoundFile {
  readonly connection: string;
  /** Of the bundle. */
  readonly name: string;
  readonly path: string;
}

/** The file of the night that a request names, or the refusal. */
async function nightFileIn(desk: Desk, c: Request, file: NightFile): Promise<FoundFile | Response> {
  const settings = connectionIn(desk, c, ALLOWED_BY[file]);
  if (settings instanceof Response) return settings;
  const wanted = c.req.param('bundle');
  const bundle = await withState(desk, async (state) =>
    (await state?.bundles(settings.name))?.find(({ name }) => name === wanted),
  );
  const path = bundle && pathOf(desk, bundle, file);
  return path === undefined ? notFound(c) : { connection: settings.name, name: bundle?.name ?? '', path };
}

export function nightRoutes(app: Hono<Env>, desk: Desk): void {
  const send = async (c: Request, file: Exclude<NightFile, 'bundle'>): Promise<Response> => {
    const found = await nightFileIn(desk, c, file);
    if (found instanceof Response) return found;
    const { connection, name, path } = found;
    const isPage = file === 'report';
    c.header('Content-Type', isPage ? 'text/html; charset=utf-8' : 'text/csv; charset=utf-8');
    if (isPage) c.header('Content-Security-Policy', policyOfReport(path));
    else c.header('Content-Disposition', `attachment; filename="${connection}-${name}-${file}.csv"`);
    return c.body(Readable.toWeb(createReadStream(path)) as ReadableStream);
  };
  anonymizeRoutes(app, desk);
  app.get('/connections/:name/nights/:bundle/report', (c) => send(c, 'report'));
  app.get('/connections/:name/nights/:bundle/exclusions.csv', (c) => send(c, 'exclusions'));
  app.get('/connections/:name/nights/:bundle/vanished.csv', (c) => send(c, 'vanished'));
  // The names by which a report links to other nights, in its own folder and on the other shelf.
  const toReport = (c: Request): Response => {
    const night = (c.req.param('file') ?? '').replace(/-report\.html$/, '');
    return c.redirect(
      `/connections/${c.req.param('name') ?? ''}/nights/${encodeURIComponent(night)}/report`,
      303,
    );
  };
  app.get('/connections/:name/nights/:bundle/:file{[^/]+-report\\.html}', toReport);
  app.get('/connections/:name/:shelf{bundles|withheld}/:folder/:file{[^/]+-report\\.html}', toReport);
  // The names by which a report links to the lists beside it.
  app.get('/connections/:name/nights/:bundle/:file{[^/]+-(?:exclusions|vanished)\\.csv}', (c) => {
    return send(c, c.req.param('file').endsWith('-exclusions.csv') ? 'exclusions' : 'vanished');
  });
}

/** A bundle is anonymized by the program, into a file that is downloaded from the page of the job. */
function anonymizeRoutes(app: Hono<Env>, desk: Desk): void {
  const at = '/connections/:name/nights/:bundle/anonymize';
  app.get(at, async (c) => {
    const bundle = await nightFileIn(desk, c, 'bundle');
    return bundle instanceof Response ? bundle : c.html(anonymizePage(c.get('session'), bundle));
  });
  app.post(at, async (c) => {
    const bundle = await nightFileIn(desk, c, 'bundle');
    if (bundle instanceof Response) return bundle;
    const { connection, name, path } = bundle;
    return useOnce(c, `/connections/${connection}`, () =>
      startJob(desk, c, {
        kind: 'anonymize',
        connections: [connection],
        args: ['anonymize', path],
        bundle: name,
        saveAs: `${connection}-${name}-anonymized.zip`,
      }),
    );
  });
}
