/** The console as one Hono app: what every request must pass, in this order, then the pages. */
import { randomUUID } from 'node:crypto';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { secureHeaders } from 'hono/secure-headers';
import { personOf } from './access.js';
import { addressOf, type Desk, type Env, type FrontDesk, type Request } from './desk.js';
import { LIVE_SCRIPT, OWN_STYLE_SOURCE, plainPage } from './pages/page.js';
import { notFound } from './refusals.js';
import { actionRoutes } from './routes/actions.js';
import { connectionRoutes } from './routes/connections.js';
import { holdRoutes } from './routes/hold.js';
import { jobRoutes } from './routes/jobs.js';
import { nightRoutes } from './routes/nights.js';
import { recordRoutes } from './routes/records.js';
import { whyRoutes } from './routes/why.js';
import { closeSession, openSession, sessionOf, type SignIn } from './sign-in/sign-in.js';

const MOST_BODY = 16 * 1024;

/** The pages of one district, behind the gates. */
export function consoleApp(desk: Desk, signIn: SignIn): Hono<Env> {
  const app = gatedApp(desk, signIn);
  districtRoutes(app, desk);
  return app;
}

export function districtRoutes(app: Hono<Env>, desk: Desk): void {
  for (const routes of [
    connectionRoutes,
    nightRoutes,
    actionRoutes,
    holdRoutes,
    whyRoutes,
    jobRoutes,
    recordRoutes,
  ])
    routes(app, desk);
}

/** What comes after it has passed all gates. */
export function gatedApp(desk: FrontDesk, signIn: SignIn): Hono<Env> {
  const app = new Hono<Env>();
  app.onError((error, c) => failed(desk, c, error));
  app.notFound((c) => notFound(c));
  app.use(logged(desk));
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.use(
    onlyThisHost(desk),
    headers(desk, signIn.formTargets),
    formsOnly,
    bodyLimit({ maxSize: MOST_BODY, onError: tooLarge }),
  );
  app.use(csrf({ origin: desk.publicUrl.origin }));
  app.get('/favicon.ico', (c) => c.body(null, 204));
  app.get('/live.js', (c) => c.body(LIVE_SCRIPT, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }));
  signIn.routes(app);
  app.use(gate(desk, signIn));
  app.post('/sign-out', async (c) => {
    const target = await signIn.afterSignOut?.();
    closeSession(desk, c);
    return c.redirect(target ?? '/', 303);
  });
  return app;
}

/** An error of Node is no `Error` of this module's realm in some test runners, so both ways lead here. */
function logged(desk: FrontDesk): MiddlewareHandler<Env> {
  return async (c, next) => {
    const started = performance.now();
    try {
      await next();
    } catch (error) {
      c.res = failed(desk, c, error);
    }
    const { method, path } = c.req;
    const { status } = c.res;
    const session = sessionOf(desk, c);
    desk.log({
      event: 'request',
      method,
      path: path.slice(0, 200),
      status,
      ms: Math.round(performance.now() - started),
      address: addressOf(c),
      ...(session && { login: session.person.login }),
    });
  };
}

/** A refusal of the framework has a status of its own; its text may come from the request. */
function failed(desk: FrontDesk, c: Request, error: unknown): Response {
  const status = (error as { status?: unknown } | null)?.status;
  if (status === 403)
    return c.html(plainPage('Not allowed', 'This form was not sent by a page of the console.'), 403);
  const reference = randomUUID();
  desk.log({ event: 'unexpected-error', reference, path: c.req.path.slice(0, 200) });
  return c.html(
    plainPage('Unexpected error', `Report it to the administrator with this reference: ${reference}`),
    500,
  );
}

/** Another name that leads to this machine must not get an answer (DNS rebinding). Links are built from the public address only. */
function onlyThisHost({ publicUrl }: FrontDesk): MiddlewareHandler<Env> {
  return async (c, next): Promise<Response | undefined> => {
    if (new URL(c.req.url).host === publicUrl.host) {
      await next();
      return undefined;
    }
    return c.html(plainPage('Wrong address', `Open the console at ${publicUrl.href}`), 421);
  };
}

function headers({ publicUrl }: FrontDesk, formTargets: readonly string[]): MiddlewareHandler<Env> {
  return secureHeaders({
    // A report has a policy of its own.
    overwrite: false,
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: [OWN_STYLE_SOURCE],
      scriptSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: ["'self'", ...formTargets],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
    referrerPolicy: 'same-origin',
    xFrameOptions: 'DENY',
    strictTransportSecurity: publicUrl.protocol === 'https:' ? 'max-age=31536000' : false,
  });
}

const FORM = 'application/x-www-form-urlencoded';

const formsOnly: MiddlewareHandler<Env> = async (c, next) => {
  c.header('Cache-Control', 'no-store');
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (isRead) {
    await next();
    return undefined;
  }
  if (c.req.method !== 'POST') return c.text('Method not allowed', 405, { Allow: 'GET, HEAD, POST' });
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== FORM) return c.text('Only forms are accepted', 415);
  await next();
  return undefined;
};

const tooLarge = (c: Parameters<MiddlewareHandler>[0]): Response => c.text('The form is too large', 413);

/** Behind it every request has a session. */
function gate(desk: FrontDesk, signIn: SignIn): MiddlewareHandler<Env> {
  return async (c, next) => {
    const session =
      signIn.identify === undefined ? sessionOf(desk, c) : sessionOfProxy(desk, signIn.identify, c);
    if (session instanceof Response) return session;
    if (session !== undefined) {
      c.set('session', session);
      await next();
      return undefined;
    }
    if (c.req.method !== 'GET')
      return c.html(plainPage('Signed out', 'Your session has ended. Sign in and try again.'), 401);
    return c.redirect(signIn.start?.(c.req.path) ?? '/', 303);
  };
}

function sessionOfProxy(
  desk: FrontDesk,
  identify: NonNullable<SignIn['identify']>,
  c: Request,
): Env['Variables']['session'] | Response {
  const identity = identify(c);
  if ('refused' in identity) return c.html(plainPage('Not signed in', identity.refused), 403);
  const person = personOf(identity, desk.console.access);
  if (person === undefined)
    return c.html(plainPage('Not allowed', 'Your account has no role for this console.'), 403);
  const session = sessionOf(desk, c);
  const isSame = JSON.stringify(session?.person) === JSON.stringify(person);
  return session !== undefined && isSame ? session : openSession(desk, c, person);
}
