/** The connection that a path names. */
import type { ConnectionSettings } from '../model/settings.js';
import { ACTIONS, may, type Action } from './access.js';
import { personIn, type Desk, type Request } from './desk.js';
import { notAllowed, notFound } from './refusals.js';

/** The connection in the path, if the person may do this for it; else the refusal. */
export function connectionIn(desk: Desk, c: Request, action: Action): ConnectionSettings | Response {
  const name = c.req.param('name');
  const settings = desk.config.connections.find((each) => each.name === name);
  // Who may not see a connection does not learn its name either.
  if (settings === undefined || !may(personIn(c), 'look', settings.name)) return notFound(c);
  return may(personIn(c), action, settings.name) ? settings : notAllowed(c, ACTIONS[action].says);
}
