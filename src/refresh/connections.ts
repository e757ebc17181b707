/** The connections of a refresh, each on its own: one's failure never stops the others. */
import { asExportError } from '../faults/as-export-error.js';
import type { ExportError } from '../model/errors.js';
import type { ConnectionSettings } from '../model/settings.js';
import { stopPoint, unlessStopped } from '../model/stopping.js';
import { settlePass, stagePass, type ConnectionRequest, type StagedPass } from './connection.js';
import type { ConnectionResult } from '../model/result.js';
import type { Stager } from '../assemble/worker-pool.js';

/** Staged side by side, but settled one after the other in the order of the config: the history reads like the config. */
export async function refreshConnections(
  requests: readonly ConnectionRequest[],
  stager: Stager,
  onProgress: (step: string) => void,
): Promise<readonly ConnectionResult[]> {
  const passes = requests.map(async (request): Promise<StagedPass | ConnectionResult> => {
    const { settings, home } = request;
    const since = performance.now();
    try {
      return await stagePass(request, (staging) => {
        onProgress(`refreshing ${settings.name}`);
        return unlessStopped(request.signal, stager.stage(staging));
      });
    } catch (cause) {
      return failedResult(settings, asExportError(cause, home.path), secondsSince(since));
    }
  });
  const results: ConnectionResult[] = [];
  for (const pass of passes) results.push(await settled(await pass));
  return results;
}

async function settled(pass: StagedPass | ConnectionResult): Promise<ConnectionResult> {
  if ('outcome' in pass) return pass;
  const since = performance.now();
  const { settings, home } = pass.request;
  try {
    await stopPoint(pass.request.signal);
    return await settlePass(pass);
  } catch (cause) {
    const seconds = pass.staging.seconds + secondsSince(since);
    return failedResult(settings, asExportError(cause, home.path), seconds);
  }
}

const secondsSince = (since: number): number => Math.round(performance.now() - since) / 1_000;

/** Of a connection that came to nothing. */
export function failedResult(
  settings: ConnectionSettings,
  error: ExportError,
  seconds: number,
): ConnectionResult {
  return {
    settings,
    mode: settings.mode,
    outcome: 'failed',
    exclusions: new Map(),
    notices: [],
    findings: [],
    holds: [],
    error,
    seconds,
  };
}
