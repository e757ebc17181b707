/** The one JSON document of `refresh --json`: a promise to other programs. */
import type { Attempt } from '../model/retry.js';
import type { Bundle } from '../model/bundle.js';
import { ExportError } from '../model/errors.js';
import type { RefreshResult } from '../refresh/refresh.js';
import { deliveryJson } from './delivery-lines.js';
import { errorJson } from './error-json.js';

export function refreshJson(result: RefreshResult): object {
  const { asOf, year, attempts, connections, error, keptSnapshot } = result;
  return {
    asOf,
    year: year === undefined ? null : { endYear: year.endYear, start: year.start, end: year.end },
    attempts: attempts.map(attemptJson),
    connections: connections.map(connectionJson),
    ...(error && { error: errorJson(error) }),
    ...(keptSnapshot !== undefined && { snapshot: keptSnapshot }),
  };
}

function connectionJson(result: RefreshResult['connections'][number]): object {
  const {
    settings,
    mode,
    outcome,
    bundle,
    exclusions,
    notices,
    findings,
    holds,
    difference,
    error,
    delivery,
    seconds,
    report,
  } = result;
  return {
    name: settings.name,
    version: settings.version,
    mode,
    outcome,
    bundle: bundle === undefined ? null : bundleJson(bundle),
    exclusions: Object.fromEntries([...exclusions].sort(([a], [b]) => (a < b ? -1 : 1))),
    notices: notices.map(({ code, severity, message, count }) => ({ code, severity, message, count })),
    findings,
    holds,
    difference: difference ?? null,
    ...(error && { error: errorJson(error) }),
    delivery: delivery === undefined ? null : deliveryJson(delivery),
    report: report ?? null,
    seconds,
  };
}

/** A read of the SIS; without an error it is the one that counted. */
function attemptJson({ seconds, error, waitSeconds }: Attempt): object {
  return {
    seconds,
    ...(error !== undefined && { error: attemptError(error) }),
    ...(waitSeconds !== undefined && { waitSeconds }),
  };
}

/** An unexpected error may contain values, so its message is not repeated. */
export function attemptError(error: unknown): string {
  return error instanceof ExportError ? error.message : 'Unexpected error.';
}

function bundleJson({ path, sha256, bytes, rows, exclusions }: Bundle): object {
  const files = Object.fromEntries([...rows].map(([table, count]) => [table, { rows: count }]));
  return { path, sha256, bytes, files, exclusions };
}
