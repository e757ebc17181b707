/** `history`: past refreshes, newest first, and the audit trail. */
import { ExportError } from '../model/errors.js';
import type { Config } from '../model/settings.js';
import { homeAt } from '../state/home.js';
import { State } from '../state/state.js';
import { columns, type Terminal } from './terminal.js';

export interface HistoryOptions {
  readonly limit: number;
  readonly audit?: boolean;
  readonly verify?: boolean;
  readonly json?: boolean;
}

/** Gives the exit code: 1 when the audit trail was tampered with. */
export function historyCommand(
  config: Config,
  connection: string | undefined,
  options: HistoryOptions,
  terminal: Terminal,
): number {
  if (connection !== undefined && !config.connections.some(({ name }) => name === connection)) {
    throw new ExportError('usage', `The config has no connection ${connection}.`);
  }
  const state = State.look(homeAt(config.home).state);
  try {
    if (options.verify === true) return verifyTrail(state, options, terminal);
    if (options.audit === true) showAudit(state, connection, options, terminal);
    else showRefreshes(state, connection, options, terminal);
    return 0;
  } finally {
    state?.close();
  }
}

function verifyTrail(state: State | undefined, { json }: HistoryOptions, { out }: Terminal): number {
  const broken = state?.brokenAudit();
  if (json === true)
    out(`${JSON.stringify({ sound: broken === undefined, firstBroken: broken?.seq ?? null })}\n`);
  else if (broken === undefined)
    out('The audit trail is sound: every entry follows from the one before it.\n');
  else out(`The audit trail was changed: entry ${broken.seq} does not follow from the one before it.\n`);
  return broken === undefined ? 0 : 1;
}

function showRefreshes(
  state: State | undefined,
  connection: string | undefined,
  { limit, json }: HistoryOptions,
  { out }: Terminal,
): void {
  const refreshes = (state?.refreshes(limit) ?? []).map((refresh) => ({
    ...refresh,
    connections: (state?.bundlesOfRefresh(refresh.id) ?? [])
      .filter((bundle) => connection === undefined || bundle.connection === connection)
      .map((bundle) => ({ ...bundle, deliveries: state?.deliveries(bundle.id) ?? [] })),
  }));
  if (json === true) {
    out(`${JSON.stringify({ refreshes }, undefined, 2)}\n`);
    return;
  }
  if (refreshes.length === 0) out('No refresh has run yet.\n');
  for (const { startedAt, asOf, outcome, exitCode, message, program, connections } of refreshes) {
    const code = exitCode === null ? '' : `, exit code ${exitCode}`;
    out(
      `${startedAt.slice(0, 19).replace('T', ' ')} UTC, as of ${asOf}: ${outcome}${code} (version ${program})\n`,
    );
    if (message !== null) out(`  ${message}\n`);
    out(
      columns(
        connections.map(({ connection: name, state: became, mode, rows, reason }) => [
          name,
          mode,
          became,
          `${Object.values(rows)
            .reduce((sum, count) => sum + count, 0)
            .toLocaleString('en-US')} rows${reason === null ? '' : `: ${reason}`}`,
        ]),
        '  ',
      ),
    );
  }
}

function showAudit(
  state: State | undefined,
  connection: string | undefined,
  { limit, json }: HistoryOptions,
  { out }: Terminal,
): void {
  const entries = (state?.auditTrail() ?? [])
    .filter((entry) => connection === undefined || entry.connection === connection)
    .slice(-limit)
    .reverse()
    .map((entry) => ({ ...entry, detail: JSON.parse(entry.detail) as unknown }));
  if (json === true) {
    out(`${JSON.stringify({ audit: entries }, undefined, 2)}\n`);
    return;
  }
  out(
    columns(
      entries.map(({ at, who, what, connection: name, detail }) => [
        at.slice(0, 19).replace('T', ' '),
        who,
        what,
        name ?? '',
        JSON.stringify(detail),
      ]),
    ),
  );
}
