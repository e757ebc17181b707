/** Starts a job for a person: the limit, the line in the audit trail, the child process. */
import { join } from 'node:path';
import { openHome } from '../home/home.js';
import { State } from '../state/state.js';
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
}

/** Gives the path of the job's page. */
export function startJob(
  desk: Desk,
  c: Request,
  { kind, connections, args, reason, listsInto }: Start,
): string | Response {
  const { login } = personIn(c);
  const wait = desk.limits.start.take(login);
  if (wait !== undefined) return tooMany(c, wait);
  if (desk.jobs.isFull)
    return c.html(plainPage('Busy', 'Several jobs are running. Try again when one has finished.'), 503);
  record(desk, c, `console-${kind}`, { connections, ...(reason !== undefined && { reason }) });
  const job = desk.jobs.start({
    kind,
    connections,
    args: (id) => (listsInto === undefined ? args : [...args, '--csv', join(listsInto, id)]),
    login,
    actingFor: actingFor(c),
  });
  return `/jobs/${job.id}`;
}

/** Who requested it, from where, and why. */
export function record(
  desk: Desk,
  c: Request,
  what: string,
  detail: object & { readonly connections: readonly string[] } & Readonly<Record<string, unknown>>,
): void {
  const { login } = personIn(c);
  const home = openHome(desk.config.home);
  const state = State.open(home.state, desk.now);
  try {
    const [only, ...others] = detail.connections;
    const connection = others.length === 0 ? (only ?? null) : null;
    state.transaction(() => state.audit(what, connection, { ...detail, login, address: addressOf(c) }));
  } finally {
    state.close();
  }
}
