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
  /** JSON: ids, counts, hashes and the given reason. */
  readonly detail: string;
  readonly previous: string;
  readonly hash: string;
}

const FIRST = '0'.repeat(64);

/** `connection`: null for what concerns them all. */
export interface AuditedAct {
  readonly what: string;
  readonly connection: string | null;
  readonly detail: object;
}

export function appendAudit(
  database: Database.Database,
  at: Date,
  { what, connection, detail }: AuditedAct,
): void {
  const last = database.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1').get() as
    Pick<AuditEntry, 'seq' | 'hash'> | undefined;
  const entry = {
    seq: (last?.seq ?? 0) + 1,
    at: at.toISOString(),
    who: actor(),
    what,
    connection,
    detail: JSON.stringify(detail),
    previous: last?.hash ?? FIRST,
  };
  const hash = hashOf(entry);
  database
    .prepare('INSERT INTO audit VALUES (@seq, @at, @who, @what, @connection, @detail, @previous, @hash)')
    .run({ ...entry, hash });
  database.prepare('INSERT OR REPLACE INTO auditHead VALUES (1, ?, ?)').run(entry.seq, hash);
}

/** The result of a check of the whole trail. */
export interface AuditTrail {
  readonly entries: number;
  /** Hash of the newest entry: a copy kept elsewhere proves later that no earlier entry was rewritten. */
  readonly head: string | null;
  /** The first entry that does not follow from the one before it, or that is missing at the end. */
  readonly firstBroken: number | null;
}

export function checkAudit(database: Database.Database): AuditTrail {
  let [previous, seq] = [FIRST, 0];
  for (const row of database.prepare('SELECT * FROM audit ORDER BY seq').iterate()) {
    const entry = row as AuditEntry;
    seq += 1;
    if (entry.seq !== seq || entry.previous !== previous || entry.hash !== hashOf(entry)) {
      return { entries: seq, head: null, firstBroken: seq };
    }
    previous = entry.hash;
  }
  const head = database.prepare('SELECT seq, hash FROM auditHead').get() as
    Pick<AuditEntry, 'seq' | 'hash'> | undefined;
  const isWhole = (head?.seq ?? 0) === seq && (head?.hash ?? FIRST) === previous;
  return {
    entries: seq,
    head: seq === 0 ? null : previous,
    firstBroken: isWhole ? null : Math.min(seq, head?.seq ?? 0) + 1,
  };
}

function hashOf({ seq, at, who, what, connection, detail, previous }: Omit<AuditEntry, 'hash'>): string {
  return createHash('sha256')
    .update(JSON.stringify([seq, at, who, what, connection, detail, previous]))
    .digest('hex');
}

/** The account of this process and, where the web console started it, the person who is signed in there. */
export function actor(): string {
  const acting = process.env[ACTING_FOR]?.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 300);
  return acting === undefined ? account() : `${acting} through ${account()}`;
}

/** Set by the web console for the programs that it starts. */
export const ACTING_FOR = 'ONEROSTER_EXPORT_ACTING_FOR';

function account(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return hostname(); // a container may run under a number that has no name
  }
}
