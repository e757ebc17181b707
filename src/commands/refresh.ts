/** `refresh`: the main job. */
import type { Call } from './call.js';
import type { SisSource } from '../extract/source.js';
import type { BundleMode } from '../model/settings.js';
import { ExportError } from '../model/errors.js';
import { asLocalDate } from '../model/values.js';
import { exitCodeOf, refresh, type RefreshRequest, type RefreshResult } from '../refresh/refresh.js';
import { asOfDay } from './as-of.js';
import { refreshJson } from './refresh-json.js';
import { PLAIN } from './look.js';
import { problemLines } from './refresh-details.js';
import { refreshSummary } from './refresh-summary.js';
import { withheldLine } from './withheld-line.js';
import { progressLine, type Terminal } from './terminal.js';

export interface RefreshOptions {
  readonly asOf?: string;
  readonly mode?: BundleMode;
  readonly keepSnapshot?: boolean;
  readonly release?: boolean;
  readonly reason?: string;
  /** False for --no-deliver. */
  readonly deliver?: boolean;
  /** Of the worker that started this program; it holds the district. */
  readonly lease?: number;
  /** The day of its night. */
  readonly night?: string;
  readonly json?: boolean;
  /** All rules, notices, findings and rows. */
  readonly verbose?: boolean;
  /** Only problems, on stderr. */
  readonly quiet?: boolean;
  /** Lines for people before the final one of the summary. */
  readonly places?: string;
}

/** Returns the exit code. */
export async function refreshCommand(
  { config, terminal, now: startedAt, program, signal }: Call,
  source: SisSource,
  only: readonly string[],
  options: RefreshOptions,
): Promise<number> {
  if (options.release === true && !options.reason?.trim()) {
    throw new ExportError(
      'usage',
      '--release requires --reason TEXT: the history records who let the bundle pass, and why.',
    );
  }
  const progress = progressLine(options.quiet === true ? { ...terminal, isWatched: false } : terminal);
  progress.show('starting');
  const result = await refresh({
    config,
    source,
    only,
    asOf: asOfDay(options.asOf, config.timezone, startedAt),
    isAsOfAsked: options.asOf !== undefined,
    startedAt,
    ...(options.mode !== undefined && { mode: options.mode }),
    ...(options.release === true && options.reason !== undefined && { release: options.reason }),
    program,
    keepSnapshot: options.keepSnapshot === true,
    noDeliver: options.deliver === false,
    ...(options.lease !== undefined && { lease: options.lease }),
    ...nightOf(options),
    onProgress: (step) => progress.show(step),
    onWarning: (message) => {
      progress.clear();
      terminal.err(`${message}\n`);
    },
    ...(signal && { signal }),
  });
  progress.clear();
  sayFaults(result, terminal);
  logResult(result, terminal);
  if (options.json === true) terminal.out(`${JSON.stringify(refreshJson(result), undefined, 2)}\n`);
  else if (options.quiet !== true) await tellPeople(result, options, terminal);
  return exitCodeOf(result);
}

function nightOf({ night: written }: RefreshOptions): Pick<RefreshRequest, 'night'> {
  if (written === undefined) return {};
  const night = asLocalDate(written);
  if (night === undefined) throw new ExportError('usage', '--night must be a date (YYYY-MM-DD).');
  return { night };
}

async function tellPeople(
  result: RefreshResult,
  { verbose = false, places }: RefreshOptions,
  { out, look = PLAIN }: Terminal,
): Promise<void> {
  const { allRules } = await import('../filter/register.js');
  const sentences = new Map(allRules.map(({ code, says }) => [code, says]));
  out(
    refreshSummary(result, {
      says: (code) => sentences.get(code) ?? '',
      look,
      isVerbose: verbose,
      ...(places !== undefined && { places }),
    }),
  );
}

/** Codes and counts. */
function logResult({ connections, error, attempts }: RefreshResult, { log }: Terminal): void {
  if (log === undefined) return;
  log('read', { attempts: attempts.length, ...(error && { error: error.code }) });
  for (const {
    settings,
    mode,
    outcome,
    bundle,
    exclusions,
    holds,
    findings,
    error: own,
    ...rest
  } of connections)
    log('connection', {
      connection: settings.name,
      version: settings.version,
      mode,
      outcome,
      ...(bundle && { sha256: bundle.sha256, rows: Object.fromEntries(bundle.rows) }),
      exclusions: Object.fromEntries(exclusions),
      holds: holds.map(({ code }) => code),
      findings: findings.map(({ code, severity, count }) => ({ code, severity, count })),
      ...(rest.delivery && { delivery: rest.delivery.state }),
      ...(own && { error: own.code }),
      seconds: rest.seconds,
    });
}

/** Cron mails stderr, even with `>/dev/null`, so every connection that needs attention is listed there. */
function sayFaults({ error, connections }: RefreshResult, { err }: Terminal): void {
  if (error !== undefined) {
    err(`${error.message}\n${problemLines(error.problems)}`);
    return;
  }
  for (const result of connections) {
    const { settings, error: own, delivery } = result;
    const withheld = withheldLine(result);
    if (withheld !== undefined) err(withheld);
    for (const each of [own, delivery?.error])
      if (each) err(`${settings.name}: ${each.message}\n${problemLines(each.problems)}`);
  }
}
