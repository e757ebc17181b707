/** `fleet pause` and `fleet resume`. */
import { pause, resume } from '../../fleet/pause.js';
import { asJson, withDatabase, type FleetCall } from './call.js';

export interface FleetPauseOptions {
  readonly reason: string;
  readonly json?: boolean;
}

export async function fleetPauseCommand(
  call: FleetCall,
  district: string,
  { reason, json }: FleetPauseOptions,
): Promise<void> {
  await withDatabase(call, (database) => database.transaction((trx) => pause(trx, { district, reason })));
  call.terminal.out(
    json === true
      ? asJson({ district, paused: true, reason })
      : `${district} is paused: no night begins until it is resumed. A refresh that is running goes on.\n`,
  );
}

export async function fleetResumeCommand(
  call: FleetCall,
  district: string,
  { reason, json }: FleetPauseOptions,
): Promise<void> {
  await withDatabase(call, (database) => database.transaction((trx) => resume(trx, { district, reason })));
  call.terminal.out(
    json === true
      ? asJson({ district, paused: false, reason })
      : `${district} is resumed. A night that has begun meanwhile is made up for within a minute.\n`,
  );
}
