/** When a delivery is tried again, and until when. The clock is ours, and so is the target: its faults come in an order. */
import { describe, expect, it, test } from '@jest/globals';
import { deadlineFor } from '../../src/deliver/deadline.js';
import { deliver, HostTurns, type AttemptEnd } from '../../src/deliver/deliver.js';
import { DeliveryFault, type FaultKind } from '../../src/deliver/fault.js';
import type { DeliveryTarget, Parcel, Receipt, Sight } from '../../src/deliver/target.js';

const START = Date.parse('2026-11-26T09:00:00Z');
const PARCEL: Parcel = { files: [], namesLike: '', stale: [] };
const RECEIPT: Receipt = { files: [], compared: 'hash' };

const fault = (kind: FaultKind, isUnknown = false): DeliveryFault =>
  new DeliveryFault(
    'sftp://h',
    { step: 'rename', kind, says: 'no', hint: 'Do.' },
    { isOutcomeUnknown: isUnknown },
  );

interface Run {
  readonly done: string[];
  readonly waits: number[];
  readonly ends: AttemptEnd[];
  readonly outcome: Receipt | DeliveryFault;
}

/** `faults`: of the attempts in turn; then it works. `random`: the share of each wait. */
async function runWith(
  faults: readonly DeliveryFault[],
  {
    minutes = 60,
    random = 1,
    sight = { seen: 'absent' },
  }: { readonly minutes?: number; readonly random?: number; readonly sight?: Sight } = {},
): Promise<Run> {
  const [done, waits, ends]: [string[], number[], AttemptEnd[]] = [[], [], []];
  const left = [...faults];
  let now = START;
  const target: DeliveryTarget = {
    address: 'sftp://h',
    label: 'sftp://h',
    host: 'h',
    send: () => {
      done.push('send');
      const next = left.shift();
      return next === undefined ? Promise.resolve(RECEIPT) : Promise.reject(next);
    },
    look: () => {
      done.push('look');
      return Promise.resolve(sight);
    },
    inspect: () => Promise.reject(new Error('not here')),
  };
  const outcome = await deliver({
    target,
    parcel: PARCEL,
    lastAttemptBy: new Date(START + minutes * 60_000),
    maxMinutes: 120,
    turns: new HostTurns(),
    clock: {
      now: () => now,
      sleep: (ms) => {
        waits.push(ms / 1_000);
        now += ms;
        return Promise.resolve();
      },
      random: () => random,
    },
    onAttempt: () =>
      Promise.resolve((end) => {
        ends.push(end);
        return Promise.resolve();
      }),
  }).catch((error: unknown) => error as DeliveryFault);
  return { done, waits, ends, outcome };
}

describe('a delivery that fails', () => {
  it('for good is not tried again', async () => {
    const { done, outcome, ends } = await runWith([fault('lasting')]);
    expect(done).toEqual(['send']);
    expect(outcome).toBeInstanceOf(DeliveryFault);
    expect(ends).toHaveLength(1);
  });

  it('in passing is tried again, with waits that double up to five minutes', async () => {
    const { waits, outcome } = await runWith(Array.from({ length: 8 }, () => fault('lost')));
    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
    expect(outcome).toBe(RECEIPT);
  });

  it('waits a random share of that', async () => {
    const { waits } = await runWith([fault('passing'), fault('lost')], { random: 0.25 });
    expect(waits).toEqual([2.5, 5]);
  });

  it('ends with the deadline, at which the last attempt is made', async () => {
    const { waits, outcome } = await runWith(
      Array.from({ length: 99 }, () => fault('lost')),
      { minutes: 1 },
    );
    expect(waits).toEqual([10, 20, 30]);
    expect(outcome).toBeInstanceOf(DeliveryFault);
  });

  it('is tried once where no time is given', async () => {
    expect((await runWith([fault('lost')], { minutes: 0 })).done).toEqual(['send']);
  });
});

describe('an unknown outcome', () => {
  it('is looked after before anything is sent again', async () => {
    const there = await runWith([fault('lost', true)], { sight: { seen: 'there', receipt: RECEIPT } });
    expect(there.done).toEqual(['send', 'look']);
    expect(there.outcome).toBe(RECEIPT);
    expect((await runWith([fault('lost', true)])).done).toEqual(['send', 'look', 'send']);
    expect((await runWith([fault('lost', true)], { sight: { seen: 'unclear' } })).done).toEqual([
      'send',
      'look',
      'send',
    ]);
  });

  it('stays unknown while later attempts get nowhere', async () => {
    const { outcome } = await runWith([fault('lost', true), fault('lasting')]);
    expect(outcome).toMatchObject({ isOutcomeUnknown: true });
    expect((outcome as DeliveryFault).message).toMatch(/It is unknown whether the receiver has the file\./);
  });
});

it('one connection per host at a time, and hosts do not wait for each other', async () => {
  const turns = new HostTurns();
  const seen: string[] = [];
  const work = (name: string, ms: number) => async (): Promise<void> => {
    seen.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, ms));
    seen.push(`${name} ends`);
    if (name === 'a') throw new Error('no matter');
  };
  await Promise.allSettled([
    turns.take('h', work('a', 30)),
    turns.take('h', work('b', 1)),
    turns.take('g', work('c', 1)),
  ]);
  expect(seen).toEqual(['a begins', 'c begins', 'c ends', 'a ends', 'b begins', 'b ends']);
});

describe('the deadline', () => {
  const at = (startedAt: string, deliverBy?: string): string => {
    const started = new Date(startedAt);
    const settings = { retryMinutes: 60, maxMinutes: 600, ...(deliverBy !== undefined && { deliverBy }) };
    return deadlineFor(settings, 'America/Chicago', started, started).lastAttemptBy.toISOString();
  };
  test.each<[string, string, string | undefined, string]>([
    ['none is set', '2026-11-26T09:00:00Z', undefined, '2026-11-26T10:00:00.000Z'],
    ['later in the night', '2026-11-26T09:00:00Z', '05:30', '2026-11-26T11:30:00.000Z'],
    ['after midnight', '2026-11-27T04:00:00Z', '05:30', '2026-11-27T11:30:00.000Z'],
    ['too far ahead is for another refresh', '2026-11-26T20:00:00Z', '05:30', '2026-11-26T21:00:00.000Z'],
    ['on the day that loses an hour', '2027-03-14T07:00:00Z', '05:30', '2027-03-14T10:30:00.000Z'],
    ['in the hour that is skipped', '2027-03-14T07:00:00Z', '02:30', '2027-03-14T08:30:00.000Z'],
    ['on the day that gains an hour', '2026-11-01T05:30:00Z', '05:30', '2026-11-01T11:30:00.000Z'],
    ['in the hour that comes twice, the first', '2026-11-01T05:30:00Z', '01:30', '2026-11-01T06:30:00.000Z'],
  ])('%s', (_when, startedAt, deliverBy, expected) => expect(at(startedAt, deliverBy)).toBe(expected));

  it('a refresh that ran over it is late', () => {
    const { dueBy } = deadlineFor(
      { deliverBy: '05:30', retryMinutes: 60, maxMinutes: 120 },
      'America/Chicago',
      new Date('2026-11-26T11:00:00Z'),
      new Date('2026-11-26T12:00:00Z'),
    );
    expect(dueBy?.toISOString()).toBe('2026-11-26T11:30:00.000Z');
  });
});
