/** The audit trail: who did what and why, each entry carrying the hash of the one before, so that no edit goes unseen. */
import { createHash } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { Scope } from './scope.js';

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

/** In a transaction, which keeps others from appending to the same entry. */
export async function appendAudit(
  scope: Scope,
  at: Date,
  { what, connection, detail }: AuditedAct,
): Promise<void> {
  const last = await newestEntry(scope);
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
  await scope.insert('audit', { ...entry, hash });
  await scope.insert('auditHead', { seq: entry.seq, hash }).onConflict('district').merge(['seq', 'hash']);
}

/** Which entries are read. */
export interface AuditWanted {
  /** Those of these connections; null stands for entries that concern them all. Absent: all entries. */
  readonly connections?: readonly (string | null)[];
  readonly limit: number;
  readonly offset?: number;
}

/** Newest first. */
export async function newestAudit(
  scope: Scope,
  { connections, limit, offset = 0 }: AuditWanted,
): Promise<readonly AuditEntry[]> {
  const wanted = scope.select('audit').orderBy('seq', 'desc').limit(limit).offset(offset);
  if (connections !== undefined)
    void wanted.where((of) => {
      const names = connections.filter((name) => name !== null);
      void of.whereIn('connection', names);
      if (connections.includes(null)) void of.orWhereNull('connection');
    });
  return (await wanted) as unknown as readonly AuditEntry[];
}

/** The newest entry that says this of a bundle. */
export async function newestActOn(
  scope: Scope,
  { connection, name }: { readonly connection: string; readonly name: string },
  whats: readonly string[],
): Promise<AuditEntry | undefined> {
  const entries = (await scope
    .select('audit')
    .where({ connection })
    .whereIn('what', whats)
    .where('detail', 'like', `%${JSON.stringify(name)}%`)
    .orderBy('seq', 'desc')) as unknown as readonly AuditEntry[];
  return entries.find(({ detail }) => (JSON.parse(detail) as { readonly name?: unknown }).name === name);
}

type Head = Pick<AuditEntry, 'seq' | 'hash'>;

const newestEntry = async (scope: Scope): Promise<Head | undefined> =>
  (await scope.rows('audit').select('seq', 'hash').orderBy('seq', 'desc').first()) as Head | undefined;

/** The result of a check of the whole trail. */
export interface AuditTrail {
  readonly entries: number;
  /** Hash of the newest entry: a copy kept elsewhere proves later that no earlier entry was rewritten. */
  readonly head: string | null;
  /** The first entry that does not follow from the one before it, or that is missing at the end. */
  readonly firstBroken: number | null;
}

export async function checkAudit(scope: Scope): Promise<AuditTrail> {
  let head = await headOf(scope);
  for (;;) {
    const found = await walk(scope, head);
    const now = await headOf(scope);
    if (now?.hash === head?.hash) return found;
    head = now; // an entry was added meanwhile
  }
}

const headOf = async (scope: Scope): Promise<Head | undefined> =>
  (await scope.rows('auditHead').select('seq', 'hash').first()) as Head | undefined;

async function walk(scope: Scope, head: Head | undefined): Promise<AuditTrail> {
  let [previous, seq] = [FIRST, 0];
  for await (const entry of entriesOf(scope)) {
    seq += 1;
    if (entry.seq !== seq || entry.previous !== previous || entry.hash !== hashOf(entry)) {
      return { entries: seq, head: null, firstBroken: seq };
    }
    previous = entry.hash;
  }
  const isWhole = (head?.seq ?? 0) === seq && (head?.hash ?? FIRST) === previous;
  return {
    entries: seq,
    head: seq === 0 ? null : previous,
    firstBroken: isWhole ? null : Math.min(seq, head?.seq ?? 0) + 1,
  };
}

const ENTRIES_AT_ONCE = 1_000;
const SMALLEST = -(2 ** 31);

/** In order, some at a time, so that a long trail needs little memory. */
async function* entriesOf(scope: Scope): AsyncGenerator<AuditEntry> {
  for (let after = SMALLEST; ;) {
    const entries = (await scope
      .select('audit')
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(ENTRIES_AT_ONCE)) as unknown as readonly AuditEntry[];
    yield* entries;
    const last = entries.at(-1);
    if (last === undefined || entries.length < ENTRIES_AT_ONCE) return;
    after = last.seq;
  }
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
