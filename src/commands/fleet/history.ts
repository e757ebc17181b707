/** `fleet history`: past and open runs, newest first. What a refresh made of each connection is in `history` of the district. */
import { districtsOf } from '../../fleet/districts.js';
import { lastRuns, secondsOf, type Run } from '../../fleet/runs.js';
import { localTime } from '../../model/local-time.js';
import { secondsInWords } from '../amounts.js';
import { columns } from '../terminal.js';
import { asJson, withDatabase, type FleetCall } from './call.js';
import { chosenFrom } from './chosen.js';

export interface FleetHistoryOptions {
  readonly limit: number;
  readonly json?: boolean;
}

export async function fleetHistoryCommand(
  call: FleetCall,
  district: string | undefined,
  { limit, json }: FleetHistoryOptions,
): Promise<void> {
  const { runs, zones } = await withDatabase(call, async ({ knex }) => {
    const districts = await districtsOf(knex);
    chosenFrom(districts, { names: district === undefined ? [] : [district] });
    return {
      runs: await lastRuns(knex, { limit, ...(district !== undefined && { district }) }),
      zones: new Map(districts.map(({ name, timezone }) => [name, timezone])),
    };
  });
  if (json === true) call.terminal.out(asJson({ runs }));
  else if (runs.length === 0) call.terminal.out('No run yet.\n');
  else
    call.terminal.out(columns([HEADER, ...runs.map((run) => rowOf(run, zones.get(run.district) ?? 'UTC'))]));
}

const HEADER = ['district', 'night', 'sent', 'state', 'exit code', 'attempts', 'took', 'sent by', 'says'];

function rowOf(run: Run, timezone: string): readonly string[] {
  const seconds = secondsOf(run);
  return [
    run.district,
    run.night ?? 'by hand',
    localTime(timezone, run.sentAt),
    run.state,
    run.exitCode === null ? '' : String(run.exitCode),
    String(run.attempts),
    seconds === undefined ? '' : secondsInWords(seconds),
    run.sentBy,
    (run.message ?? '').split('\n')[0] ?? '',
  ];
}
