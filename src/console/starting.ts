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
  /** Name under which a browser saves what the job makes. */
  readonly saveAs?: string;
  /** For the audit trail. */
  readonly bundle?: string;
}

/** Gives the path of the job's page. */
export function startJob(
  desk: Desk,
  c: Request,
  { kind, connections, args, reason, listsInto, saveAs, bundle }: Start,
): string | Response {
  const { login } = personIn(c);
  const wait = desk.limits.start.take(login);
  if (wait !== undefined) return tooMany(c, wait);
  if (desk.jobs.isFull)
    return c.html(plainPage('Busy', 'Several jobs are running. Try again when one has finished.'), 503);
  record(desk, c, `console-${kind}`, {
    connections,
    ...(reason !== undefined && { reason }),
    ...(bundle !== undefined && { bundle }),
  });
  const outputOf = (id: string): readonly string[] => {
    if (saveAs !== undefined) return ['--out', madeBy(desk, id)];
    return listsInto === undefined ? [] : ['--csv', join(listsInto, id)];
  };
  const job = desk.jobs.start({
    kind,
    connections,
    args: (id) => [...args, ...outputOf(id)],
    login,
    actingFor: actingFor(c),
    ...(saveAs !== undefined && { saveAs, isWithoutConfig: true }),
  });
  return `/jobs/${job.id}`;
}

/** The file that a job makes for one download. */
export const madeBy = ({ lists }: Pick<Desk, 'lists'>, id: string): string => join(lists, `${id}.zip`);

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
