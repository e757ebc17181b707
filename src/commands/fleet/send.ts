/** `fleet refresh` and `fleet retry`: runs that a person sends. */
import { districtsOf, type AppliedDistrict } from '../../fleet/districts.js';
import type { FleetDatabase } from '../../fleet/database.js';
import { Queue } from '../../fleet/queue.js';
import { newestRuns, sendByHand, tryAgain, type Sending } from '../../fleet/runs.js';
import { ExportError } from '../../model/errors.js';
import { actor } from '../../state/audit.js';
import { counted } from '../amounts.js';
import { asJson, withDatabase, type FleetCall } from './call.js';
import { chosenFrom } from './chosen.js';

export interface FleetRefreshOptions {
  readonly label?: readonly string[];
  readonly json?: boolean;
}

/** Paused districts are left out; naming one is an error. */
export async function fleetRefreshCommand(
  call: FleetCall,
  names: readonly string[],
  { label = [], json }: FleetRefreshOptions,
): Promise<void> {
  const { sent, open, paused } = await withDatabase(call, async (database) => {
    const chosen = chosenFrom(await districtsOf(database.knex), { names, labels: label });
    const active = chosen.filter(({ pausedAt }) => pausedAt === null);
    requireActive(names, chosen);
    const done = await inQueue(database, (sending) => sendByHand(sending, active, actor()));
    return {
      sent: done,
      open: active.map(({ name }) => name).filter((name) => !done.includes(name)),
      paused: chosen.map(({ name }) => name).filter((name) => !active.some((each) => each.name === name)),
    };
  });
  if (json === true) call.terminal.out(asJson({ sent, alreadyWaiting: open, paused }));
  else
    call.terminal.out(
      [
        `Sent: ${counted(sent.length, 'district')}. fleet status shows how they go.\n`,
        open.length === 0 ? '' : `Already waiting or running: ${open.join(', ')}.\n`,
        paused.length === 0 ? '' : `Paused, and not sent: ${paused.join(', ')}.\n`,
      ].join(''),
    );
}

function requireActive(names: readonly string[], chosen: readonly AppliedDistrict[]): void {
  const paused = chosen.filter(({ name, pausedAt }) => names.includes(name) && pausedAt !== null);
  if (paused.length === 0) return;
  throw new ExportError(
    'usage',
    'Nothing was sent: resume paused districts first, with oneroster-export fleet resume.',
    paused.map(({ name, pauseReason }) => ({
      path: name,
      message: `is paused: ${pauseReason ?? 'no reason'}`,
    })),
  );
}

export interface FleetRetryOptions {
  readonly json?: boolean;
}

/** Of each district its newest run, where that has failed. */
export async function fleetRetryCommand(
  call: FleetCall,
  names: readonly string[],
  { json }: FleetRetryOptions,
): Promise<void> {
  const retried = await withDatabase(call, async (database) => {
    const chosen = chosenFrom(await districtsOf(database.knex), { names });
    const newest = await newestRuns(database.knex);
    const failed = chosen.flatMap(({ name }) => {
      const run = newest.get(name);
      return run?.state === 'failed' ? [run] : [];
    });
    return await inQueue(database, (sending) => tryAgain(sending, failed));
  });
  if (json === true)
    call.terminal.out(
      asJson({ retried: retried.map(({ id, district, night }) => ({ id, district, night })) }),
    );
  else if (retried.length === 0) call.terminal.out('No run of these districts has failed.\n');
  else call.terminal.out(`Tried again: ${retried.map(({ district }) => district).join(', ')}.\n`);
}

const inQueue = async <T>(
  { knex, transaction }: FleetDatabase,
  work: (sending: Sending) => Promise<T>,
): Promise<T> => await Queue.within(knex, (queue) => transaction((trx) => work({ trx, queue })));
