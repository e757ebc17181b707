/**
 * Sends each district whose night has begun, once: the row of the run decides, not a tick of a clock, so that no night is lost in the
 * hour that a time change skips, and none comes twice however many planners there are.
 */
import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { deadlineOf } from './deadlines.js';
import type { AppliedDistrict } from './districts.js';
import type { District, PlannedNight } from './model.js';
import { nightsBegun } from './nights.js';
import { partsOf } from '../state/lists.js';
import type { NewJob } from './job.js';
import type { Queue } from './queue.js';

/** Who sent the runs of the schedule. */
export const SCHEDULE = 'schedule';

export interface Planning {
  /** In a transaction: a run and its job are there together or not at all. */
  readonly trx: Knex.Transaction;
  readonly queue: Pick<Queue, 'send'>;
}

/** Gives the nights that were sent now. */
export async function sendNights(
  { trx, queue }: Planning,
  districts: readonly AppliedDistrict[],
  now: Date,
): Promise<readonly PlannedNight[]> {
  const since = new Map(districts.map(({ name, appliedAt }) => [name, appliedAt]));
  const due = nightsBegun(
    districts.filter(({ pausedAt }) => pausedAt === null),
    now,
  ).filter(({ district, startsAt }) => startsAt.toISOString() >= (since.get(district) ?? ''));
  const unsent = await withoutRun(trx, due);
  const sent: PlannedNight[] = [];
  for (const part of partsOf(unsent)) sent.push(...(await addRuns(trx, part, now)));
  const urgency = urgencyOf(districts);
  await queue.send(
    sent.map((night): NewJob => ({
      id: runId(night),
      district: night.district,
      host: night.host,
      night: night.night,
      priority: urgency(night),
    })),
    trx,
  );
  return sent;
}

/** The same for every planner: a night that is sent twice is one run and one job. A UUID in the form of version 8, free for any use. */
export function runId({ district, night }: Pick<PlannedNight, 'district' | 'night'>): string {
  const hex = createHash('sha256').update(`${district}\n${night}`).digest('hex').split('');
  hex[12] = '8';
  hex[16] = '89ab'[parseInt(hex[16] ?? '0', 16) % 4] ?? '8';
  const at = (from: number, to: number): string => hex.slice(from, to).join('');
  return [at(0, 8), at(8, 12), at(12, 16), at(16, 20), at(20, 32)].join('-');
}

async function withoutRun(
  trx: Knex.Transaction,
  nights: readonly PlannedNight[],
): Promise<readonly PlannedNight[]> {
  const there = new Set<string>();
  for (const part of partsOf(nights)) {
    const rows: readonly { id: string }[] = await trx('fleetRun').whereIn('id', part.map(runId)).select('id');
    for (const { id } of rows) there.add(id);
  }
  return nights.filter((night) => !there.has(runId(night)));
}

/** Another planner may have been faster: then the night is not ours. */
async function addRuns(
  trx: Knex.Transaction,
  nights: readonly PlannedNight[],
  now: Date,
): Promise<readonly PlannedNight[]> {
  const added: readonly { id: string }[] = await trx('fleetRun')
    .insert(
      nights.map((night) => ({
        id: runId(night),
        district: night.district,
        night: night.night,
        host: night.host,
        state: 'waiting',
        sentAt: now.toISOString(),
        sentBy: SCHEDULE,
        startsAt: night.startsAt.toISOString(),
      })),
    )
    .onConflict()
    .ignore()
    .returning('id');
  const own = new Set(added.map(({ id }) => id));
  return nights.filter((night) => own.has(runId(night)));
}

/** Of no deadline: after all that have one. The smallest number that pg-boss keeps. */
const NO_HURRY = -(2 ** 31);
const MINUTE_MS = 60_000;

/** The sooner a district must be delivered, the earlier it goes: as `fleet plan` expects it. */
function urgencyOf(districts: readonly District[]): (night: PlannedNight) => number {
  const byName = new Map(districts.map((district) => [district.name, district]));
  return ({ district, night }) => {
    const known = byName.get(district);
    const deadline = known && deadlineOf(known, night);
    return deadline === undefined ? NO_HURRY : -Math.floor(deadline.getTime() / MINUTE_MS);
  };
}
