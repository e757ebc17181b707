/** What the history keeps of a refresh beside its bundles: how it ended, and the outcome of connections without a bundle. */
import type { ExportError } from '../model/errors.js';
import type { ConnectionSettings } from '../model/settings.js';
import { isStop } from '../model/stopping.js';
import type { ConnectionResult } from '../model/result.js';
import { schemeOf } from '../model/scheme.js';
import type { State } from '../state/state.js';

export interface Results {
  readonly connections: readonly (ConnectionResult & {
    readonly delivery?: { readonly error?: ExportError };
  })[];
  readonly error?: ExportError;
}

/** A refresh that was asked to stop says so itself; one that was killed is found by the next start. */
export async function recordEnd(state: State, id: number, exitCode: number, result: Results): Promise<void> {
  const stopped = [
    result,
    ...result.connections,
    ...result.connections.flatMap(({ delivery }) => delivery ?? []),
  ].find(({ error }) => isStop(error))?.error;
  const error = stopped ?? result.error;
  const outcome = stopped ? 'interrupted' : error ? 'failed' : 'done';
  await state.transaction(async (writing) => {
    await writing.finishRefresh(id, outcome, exitCode, error?.message);
    if (stopped) await writing.audit('interrupted', null, { refreshId: id, code: stopped.code });
  });
}

export async function recordFailures(
  state: State,
  refreshId: number,
  { connections }: Results,
): Promise<void> {
  for (const { settings, mode, outcome, error, seconds } of connections) {
    if (outcome !== 'failed' || isStop(error)) continue;
    await state.transaction(async (writing) => {
      await writing.addBundle({
        ...ofConnection(refreshId, settings),
        state: 'failed',
        mode,
        seconds,
        ...(error && { reason: error.message }),
      });
      await writing.audit('failed', settings.name, { refreshId, code: error?.code ?? 'unexpected' });
    });
  }
}

export async function recordSharingEnded(
  state: State,
  refreshId: number,
  settings: ConnectionSettings,
  night?: string,
): Promise<void> {
  const reason = `sharing ended on ${settings.sharingEnds ?? ''}`;
  await state.addBundle({
    ...ofConnection(refreshId, settings),
    mode: settings.mode,
    state: 'ended',
    reason,
    ...(night !== undefined && { night }),
  });
}

function ofConnection(refreshId: number, settings: ConnectionSettings) {
  return {
    refreshId,
    connection: settings.name,
    version: settings.version,
    scheme: schemeOf(settings),
  };
}
