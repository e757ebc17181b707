/** The audit trail. */
import type { Hono } from 'hono';
import { ACTIONS, connectionsFor, may } from '../access.js';
import { personIn, withState, type Desk, type Env } from '../desk.js';
import { auditPage } from '../pages/audit.js';
import { partOf } from '../paging.js';
import { notAllowed } from '../refusals.js';

const ENTRIES_SHOWN = 500;

export function recordRoutes(app: Hono<Env>, desk: Desk): void {
  app.get('/audit', (c) => {
    const person = personIn(c);
    if (!may(person, 'audit')) return notAllowed(c, ACTIONS.audit.says);
    return withState(desk, async (state) => {
      const named = connectionsFor(person, 'audit');
      const connections = named === 'all' ? undefined : [null, ...named];
      const part = await partOf(
        c,
        ENTRIES_SHOWN,
        async (limit, offset) =>
          (await state?.newestAudit({ limit, offset, ...(connections && { connections }) })) ?? [],
      );
      const firstBroken = (await state?.checkAudit())?.firstBroken ?? null;
      return c.html(
        auditPage({ session: c.get('session'), part, firstBroken, timezone: desk.config.timezone }),
      );
    });
  });
}
