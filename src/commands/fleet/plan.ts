/** `fleet plan`: the coming night of each district, as the schedule begins it and as earlier nights let expect it. */
import { comingNight, type ExpectedRun } from '../../fleet/coming-night.js';
import { clockOf } from '../../fleet/clock.js';
import { districtsOf, type AppliedDistrict } from '../../fleet/districts.js';
import { nightsAhead } from '../../fleet/nights.js';
import { durations } from '../../fleet/runs.js';
import { slotsOf } from '../../fleet/slots.js';
import { atOnceOf, readWorkers } from '../../fleet/workers.js';
import { localTime } from '../../model/local-time.js';
import { counted, secondsInWords } from '../amounts.js';
import { columns } from '../terminal.js';
import { asJson, NO_WORKER, withDatabase, type FleetCall } from './call.js';

export interface FleetPlanOptions {
  readonly json?: boolean;
}

interface Planned {
  readonly runs: readonly ExpectedRun[];
  readonly districts: readonly AppliedDistrict[];
  readonly atOnce: number;
}

export async function fleetPlanCommand(call: FleetCall, { json }: FleetPlanOptions): Promise<void> {
  const planned = await withDatabase(call, async ({ knex }): Promise<Planned> => {
    const at = await clockOf(knex);
    const districts = await districtsOf(knex);
    const atOnce = atOnceOf(await readWorkers(knex, at));
    const active = districts.filter(({ pausedAt }) => pausedAt === null);
    const runs = comingNight(nightsAhead(active, new Date(at)), active, {
      durations: await durations(knex),
      slots: await slotsOf(knex),
      atOnce,
    });
    return { runs, districts, atOnce };
  });
  call.terminal.out(json === true ? asJson(planJson(planned)) : inWords(planned));
}

function inWords({ runs, districts, atOnce }: Planned): string {
  if (districts.length === 0) return 'The fleet has no districts yet. Run oneroster-export fleet apply.\n';
  const zones = new Map(districts.map(({ name, timezone }) => [name, timezone]));
  const rows = runs.map((run) => {
    const at = (instant: Date): string => localTime(zones.get(run.district) ?? 'UTC', instant);
    return [
      run.district,
      run.host,
      at(run.startsAt),
      at(run.beginsAt),
      `${secondsInWords(run.seconds)}${run.isGuess ? ' (no history)' : ''}`,
      run.deadline === undefined ? '-' : at(run.deadline),
      run.isLate ? 'LATE' : '',
    ];
  });
  const header = ['district', 'SQL host', 'starts', 'expected begin', 'expected duration', 'deliver by', ''];
  const paused = districts.filter(({ pausedAt }) => pausedAt !== null).map(({ name }) => name);
  const late = runs.filter(({ isLate }) => isLate).length;
  return [
    columns([header, ...rows]),
    paused.length === 0 ? '' : `Paused: ${paused.join(', ')}.\n`,
    late === 0
      ? ''
      : `${counted(late, 'district')} will be late: start earlier, or let more refreshes read from the SQL host at once.\n`,
    atOnce === 0 ? NO_WORKER : '',
  ].join('');
}

/** A promise to other programs. */
function planJson({ runs, districts, atOnce }: Planned): object {
  return {
    nights: runs.map(
      ({ district, night, host, startsAt, beginsAt, endsAt, seconds, isGuess, deadline, isLate }) => ({
        ...{ district, night, host, startsAt, beginsAt, endsAt, seconds, isGuess },
        deliverBy: deadline ?? null,
        isLate,
      }),
    ),
    paused: districts.filter(({ pausedAt }) => pausedAt !== null).map(({ name }) => name),
    atOnce,
  };
}
