/** The audit trail: who did what and why, each entry carrying the hash of the one before, so that no edit goes unseen. */
import { createHash } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type Database from 'better-sqlite3';

export interface AuditEntry {
  readonly seq: number;
  readonly at: string;
  readonly who: string;
  readonly what: string;
  readonly connection: string | null;
  /** JSON: ids, counts, hashes and the reason somebody gave. */
  readonly detail: string;
  readonly previous: string;
  readonly hash: string;
}

const FIRST = '0'.repeat(64);

export function appendAudit(
  database: Database.Database,
  at: Date,
  what: string,
  connection: string | null,
  detail: object,
): void {
  const last = database.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1').get() as
    Pick<AuditEntry, 'seq' | 'hash'> | undefined;
  const entry = {
    seq: (last?.seq ?? 0) + 1,
    at: at.toISOString(),
    who: whoami(),
    what,
    connection,
    detail: JSON.stringify(detail),
    previous: last?.hash ?? FIRST,
  };
  database
    .prepare('INSERT INTO audit VALUES (@seq, @at, @who, @what, @connection, @detail, @previous, @hash)')
    .run({ ...entry, hash: hashOf(entry) });
}

/** The first entry that does not follow from the one before it, or undefined when the whole trail is sound. */
export function brokenAudit(database: Database.Database): { readonly seq: number } | undefined {
  let previous = FIRST;
  let seq = 0;
  for (const row of database.prepare('SELECT * FROM audit ORDER BY seq').iterate()) {
    const entry = row as AuditEntry;
    seq += 1;
    if (entry.seq !== seq || entry.previous !== previous || entry.hash !== hashOf(entry)) return { seq };
    previous = entry.hash;
  }
  return undefined;
}

function hashOf({ seq, at, who, what, connection, detail, previous }: Omit<AuditEntry, 'hash'>): string {
  return createHash('sha256')
    .update(JSON.stringify([seq, at, who, what, connection, detail, previous]))
    .digest('hex');
}

function whoami(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return hostname(); // a container may run under a number that has no name
  }
}
