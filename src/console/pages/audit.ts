/** The audit trail as sentences. */
import { table } from '../../report/page/frame.js';
import { html } from '../../report/page/html.js';
import { number, time } from '../../report/page/words.js';
import type { AuditEntry } from '../../state/audit.js';
import type { Session } from '../sessions.js';
import { emptyPart, waysOn, type Part } from '../paging.js';
import { consolePage, panel } from './page.js';

export interface AuditParts {
  readonly session: Session;
  readonly part: Part<AuditEntry>;
  readonly firstBroken: number | null;
  readonly timezone: string;
}

export function auditPage({ session, part, firstBroken, timezone }: AuditParts): string {
  return consolePage({
    title: 'Audit trail',
    session,
    at: '/audit',
    body: html`${
        firstBroken === null
          ? panel('good', 'The trail is intact: each entry follows from the one before it.')
          : panel(
              'bad',
              `The trail was changed: entry ${firstBroken} is missing or does not follow from the one before it.`,
            )
      }
      <section>
        ${
          part.items.length === 0
            ? emptyPart(part, 'Nothing has been recorded yet.', 'entries')
            : table(
                'Newest first',
                [
                  { title: 'When', kind: 'night' },
                  { title: 'What', kind: 'night' },
                  { title: 'Connection' },
                  { title: 'Who', kind: 'full' },
                  { title: 'Details', kind: 'full' },
                ],
                part.items.map(({ at, what, connection, who, detail }) => [
                  time(at, timezone),
                  what.replaceAll('-', ' '),
                  connection ?? 'all',
                  personOf(detail, who),
                  inWords(detail),
                ]),
              )
        }
        ${waysOn(part, '/audit', 'entries')}
      </section>`,
  });
}

/** Hashes and internal numbers stay in `history --audit --json`. */
const NOT_SHOWN = new Set(['sha256', 'refreshId', 'login', 'connections']);

function inWords(detail: string): string {
  const facts = JSON.parse(detail) as Readonly<Record<string, unknown>>;
  return Object.entries(facts)
    .filter(([name]) => !NOT_SHOWN.has(name))
    .map(([name, value]) => [name, textOf(value)])
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `${name}: ${text}`)
    .join('; ');
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, each]) => `${name} ${textOf(each)}`)
      .join(', ');
  return typeof value === 'number' ? number(value) : `${value as string | boolean}`;
}

/** The person who started it here; the account of the program is the same for all. */
const personOf = (detail: string, who: string): string => {
  const { login, address } = JSON.parse(detail) as { readonly login?: string; readonly address?: string };
  return login === undefined ? who : `${login} (${address ?? ''})`;
};
