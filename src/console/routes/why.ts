/** "Why is it missing?": one box for any key, and an address for each record that a ticket can point to. */
import type { Hono } from 'hono';
import { SUBJECT_KINDS, type AskedKind, type SubjectKind } from '../../explain/search/subject.js';
import { ACTIONS, may } from '../access.js';
import type { Answer } from '../answer.js';
import { actingFor, personIn, withState, type Desk, type Env, type Request } from '../desk.js';
import { readForm } from '../forms.js';
import { answerPage, matchesPage, searchPage } from '../pages/why.js';
import { notAllowed, notFound, tooMany } from '../refusals.js';
import { record } from '../starting.js';

const MOST_MS = 120_000;
const MOST_KEY = 200;

type Asked = Answer | { readonly failed: string };

export function whyRoutes(app: Hono<Env>, desk: Desk): void {
  const isOpen = (c: Request): boolean => may(personIn(c), 'search');
  app.get('/why', (c) =>
    isOpen(c) ? c.html(searchPage({ session: c.get('session') })) : notAllowed(c, ACTIONS.search.says),
  );
  // A key can be a name or an address of a person, so it is sent in a form and never becomes part of an address.
  app.post('/why', async (c) => {
    if (!isOpen(c)) return notAllowed(c, ACTIONS.search.says);
    const { field } = await readForm(c);
    const session = c.get('session');
    const key = field('key').slice(0, MOST_KEY);
    const kind = kindOf(field('kind')) ?? 'any';
    if (key === '') return c.html(searchPage({ session, problem: 'Enter an id or a number.' }), 422);
    const wait = desk.limits.search.take(session.person.login);
    if (wait !== undefined) return tooMany(c, wait);
    const asked = await ask(desk, c, { kind, key, withNames: false });
    if ('failed' in asked) return c.html(searchPage({ session, problem: asked.failed }), 502);
    const ids = idsIn(asked);
    const [only, ...others] = ids;
    if (only !== undefined && others.length === 0 && asked.more === 0)
      return c.redirect(`/why/${asked.kind}/${encodeURIComponent(only)}`, 303);
    return c.html(matchesPage({ session, answer: asked, ids }), ids.length === 0 ? 404 : 200);
  });
  app.get('/why/:kind/:id', async (c) => {
    if (!isOpen(c)) return notAllowed(c, ACTIONS.search.says);
    const session = c.get('session');
    const kind = kindOf(c.req.param('kind'));
    const id = c.req.param('id').slice(0, MOST_KEY);
    if (kind === undefined || !/^[\w-]+$/.test(id)) return notFound(c);
    const wait = desk.limits.search.take(session.person.login);
    if (wait !== undefined) return tooMany(c, wait);
    const withNames = c.req.query('names') === 'yes';
    if (withNames && !may(session.person, 'names')) return notAllowed(c, ACTIONS.names.says);
    // Recorded before it is shown.
    if (withNames) await record(desk, c, 'console-names', { connections: [], kind, id });
    const asked = await ask(desk, c, { kind, key: id, withNames });
    if ('failed' in asked) return c.html(searchPage({ session, problem: asked.failed }), 502);
    const lastNight = new Map<string, string | undefined>();
    await withState(desk, async (state) => {
      for (const { name } of desk.config.connections)
        lastNight.set(name, (await state?.newestBundle(name, 'published'))?.madeAt);
    });
    return c.html(
      answerPage({ session, answer: asked, id, withNames, timezone: desk.config.timezone, lastNight }),
      asked.found ? 200 : 404,
    );
  });
}

const kindOf = (written: string): SubjectKind | undefined => SUBJECT_KINDS.find((kind) => kind === written);

interface Question {
  readonly kind: AskedKind;
  readonly key: string;
  readonly withNames: boolean;
}

/** Only connections that the person may search in. */
async function ask(desk: Desk, c: Request, { kind, key, withNames }: Question): Promise<Asked> {
  const person = personIn(c);
  const shown = withNames ? ['--show-values', '--rows'] : [];
  const { answer, exitCode, says } = await desk.programs.run({
    args: ['explain', '--full', ...shown],
    operands: [kind, key],
    actingFor: actingFor(c),
    mostMs: MOST_MS,
  });
  const isAnswer = exitCode <= 1 && typeof answer === 'object' && answer !== null && 'connections' in answer;
  if (!isAnswer) return { failed: says === '' ? 'The search did not end in time. Try again.' : says };
  const whole = answer as Answer;
  const connections = whole.connections.filter(({ name }) => may(person, 'search', name));
  return { ...whole, connections, found: connections.some(({ records }) => records.length > 0) };
}

const idsIn = ({ connections }: Answer): readonly string[] => [
  ...new Set(connections.flatMap(({ records }) => records.map(({ id }) => String(id)))),
];
