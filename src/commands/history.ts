/** `history`: past refreshes, newest first, and the audit trail. */
import { ExportError } from '../model/errors.js';
import { connectionNamed } from '../model/connections.js';
import { localTime } from '../model/local-time.js';
import { splitReasons } from '../model/result.js';
import type { Config } from '../model/settings.js';
import { homeAt } from '../home/home.js';
import { bundleOutcome } from '../state/outcome.js';
import type { BundleRecord } from '../state/records.js';
import { lookAtState } from '../state/open.js';
import type { State } from '../state/state.js';
import { showLedger } from './ledger.js';
import { auditSentence } from './audit-sentence.js';
import { PLAIN } from './look.js';
import { columns, type Terminal } from './terminal.js';
import { wrappedColumns } from './wrap.js';

export interface HistoryOptions {
  readonly limit: number;
  readonly audit?: boolean;
  readonly verify?: boolean;
  /** The ledger of one connection instead. */
  readonly receiver?: string;
  readonly json?: boolean;
}

/** Returns the exit code: 1 if the audit trail was changed. */
export async function historyCommand(
  config: Config,
  connection: string | undefined,
  options: HistoryOptions,
  terminal: Terminal,
): Promise<number> {
  if (connection !== undefined) connectionNamed(config, connection);
  if (options.receiver !== undefined && connection !== undefined && connection !== options.receiver)
    throw new ExportError('usage', 'Give a connection or --receiver, not both.');
  const state = await lookAtState({ settings: config.state, file: homeAt(config.home).state });
  try {
    if (options.receiver !== undefined) {
      await showLedger(config, state, { ...options, receiver: options.receiver }, terminal);
      return 0;
    }
    if (options.verify === true) return await verifyTrail(state, options, terminal);
    const request = { ...options, connection, timezone: config.timezone };
    if (options.audit === true) await showAudit(state, request, terminal);
    else await showRefreshes(state, request, terminal);
    return 0;
  } finally {
    await state?.close();
  }
}

async function verifyTrail(
  state: State | undefined,
  { json }: HistoryOptions,
  { out }: Terminal,
): Promise<number> {
  const { entries, head, firstBroken } = (await state?.checkAudit()) ?? NO_TRAIL;
  const isSound = firstBroken === null;
  if (json === true) out(`${JSON.stringify({ sound: isSound, entries, head, firstBroken })}\n`);
  else if (isSound) {
    out(`The audit trail is intact: each of its ${entries} entries follows from the one before it.\n`);
    if (head !== null) out(`The newest: ${head}\n`);
  } else {
    out(
      `The audit trail was changed: entry ${firstBroken} is missing or does not follow from the one before it.\n`,
    );
  }
  return isSound ? 0 : 1;
}

const NO_TRAIL = { entries: 0, head: null, firstBroken: null } as const;

interface HistoryRequest extends HistoryOptions {
  readonly connection: string | undefined;
  readonly timezone: string;
}

async function showRefreshes(
  state: State | undefined,
  request: HistoryRequest,
  { out }: Terminal,
): Promise<void> {
  const { timezone, json } = request;
  const refreshes = state === undefined ? [] : await refreshesWithBundles(state, request);
  if (json === true) {
    out(`${JSON.stringify({ refreshes }, undefined, 2)}\n`);
    return;
  }
  if (refreshes.length === 0) out('No refresh has run yet.\n');
  for (const { startedAt, asOf, outcome, exitCode, message, program, bundles } of refreshes) {
    const code = exitCode === null ? '' : `, exit code ${exitCode}`;
    out(`${localTime(timezone, startedAt)}, as of ${asOf}: ${outcome}${code} (version ${program})\n`);
    if (message !== null) out(`  ${message}\n`);
    out(columns(bundles.map(bundleLine), '  '));
  }
}

async function refreshesWithBundles(state: State, { limit, connection, json }: HistoryRequest) {
  const refreshes = await state.refreshes(limit, connection);
  const bundles = await state.bundlesOfRefreshes(refreshes.map(({ id }) => id));
  const ids = [...bundles.values()].flat().map(({ id }) => id);
  const deliveries = json === true ? await state.deliveriesOfBundles(ids) : undefined;
  return refreshes.map((refresh) => ({
    ...refresh,
    bundles: (bundles.get(refresh.id) ?? [])
      .filter((bundle) => connection === undefined || bundle.connection === connection)
      .map((bundle) => ({ ...bundle, deliveries: deliveries?.get(bundle.id) ?? [] })),
  }));
}

function bundleLine(bundle: BundleRecord): readonly string[] {
  const { connection, mode, rows, reason } = bundle;
  const count = Object.values(rows).reduce((sum, each) => sum + each, 0);
  const [first, ...others] = splitReasons(reason);
  const more = others.length > 0 ? `; and ${others.length} more` : '';
  const why = reason === null ? '' : `: ${first ?? ''}${more}`;
  return [connection, mode, bundleOutcome(bundle), `${count.toLocaleString('en-US')} rows${why}`];
}

async function showAudit(
  state: State | undefined,
  { connection, timezone, limit, json }: HistoryRequest,
  { out, look = PLAIN }: Terminal,
): Promise<void> {
  const wanted = { limit, ...(connection !== undefined && { connections: [connection] }) };
  const entries = ((await state?.newestAudit(wanted)) ?? []).map((entry) => ({
    ...entry,
    detail: JSON.parse(entry.detail) as unknown,
  }));
  if (json === true) {
    out(`${JSON.stringify({ audit: entries }, undefined, 2)}\n`);
    return;
  }
  out(
    wrappedColumns(
      entries.map(({ at, who, what, connection: name, detail }) => [
        localTime(timezone, at),
        who,
        what,
        name ?? '',
        auditSentence(what, detail),
      ]),
      look,
    ),
  );
}
