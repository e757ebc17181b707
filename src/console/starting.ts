/** Starts a job for a person: the limit, the line in the audit trail, the child process. */
import { join } from 'node:path';
import { openHome } from '../home/home.js';
import { openState } from '../state/open.js';
import { actingFor, addressOf, personIn, type Desk, type Request } from './desk.js';
import type { JobKind } from './jobs.js';
import { plainPage } from './pages/page.js';
import { tooMany } from './refusals.js';

export interface Start {
  readonly kind: JobKind;
  readonly connections: readonly string[];
  readonly args: readonly string[];
  readonly reason?: string;
  /** Folder for lists of records; each job gets one of its own in it. */
  readonly listsInto?: string;
  /** Name under which a browser saves what the job makes. */
  readonly saveAs?: string;
  /** For the audit trail. */
  readonly bundle?: string;
}

/** Gives the path of the job's page. */
export async function startJob(
  desk: Desk,
  c: Request,
  { kind, connections, args, reason, listsInto, saveAs, bundle }: Start,
): Promise<string | Response> {
  const { login } = personIn(c);
  const wait = desk.limits.start.take(login);
  if (wait !== undefined) return tooMany(c, wait);
  const outputOf = (id: string): readonly string[] => {
    if (saveAs !== undefined) return ['--out', madeBy(desk, id)];
    return listsInto === undefined ? [] : ['--csv', join(listsInto, id)];
  };
  const why = { ...(reason !== undefined && { reason }), ...(bundle !== undefined && { bundle }) };
  const wanted = {
    kind,
    connections,
    args: (id: string) => [...args, ...outputOf(id)],
    login,
    actingFor: actingFor(c),
    ...(saveAs !== undefined && { saveAs, isWithoutConfig: true }),
  };
  const job = await desk.jobs.start(wanted, () =>
    record(desk, c, `console-${kind}`, { connections, ...why }),
  );
  return job === undefined
    ? c.html(plainPage('Busy', 'Several jobs are running. Try again when one has finished.'), 503)
    : `/jobs/${job.id}`;
}

/** The file that a job makes for one download. */
export const madeBy = ({ lists }: Pick<Desk, 'lists'>, id: string): string => join(lists, `${id}.zip`);

/** Who requested it, from where, and why. */
export async function record(
  desk: Desk,
  c: Request,
  what: string,
  detail: object & { readonly connections: readonly string[] } & Readonly<Record<string, unknown>>,
): Promise<void> {
  const { login } = personIn(c);
  const home = openHome(desk.config.home, { isShared: desk.config.state.client === 'pg' });
  const state = await openState({ settings: desk.config.state, file: home.state }, desk.now);
  try {
    const [only, ...others] = detail.connections;
    const connection = others.length === 0 ? (only ?? null) : null;
    await state.audit(what, connection, { ...detail, login, address: addressOf(c) });
  } finally {
    await state.close();
  }
}
