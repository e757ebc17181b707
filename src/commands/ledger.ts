/** `history --receiver`: what one receiver got, when and how much of it, newest first. */
import { nearest } from '../model/nearest.js';
import { ExportError } from '../model/errors.js';
import type { Config } from '../model/settings.js';
import { localTime } from '../model/local-time.js';
import { receiptSentence } from './audit-sentence.js';
import { ledgerOf, type LedgerEntry } from '../state/ledger.js';
import { HOME_RECEIVER } from '../model/receiver.js';
import type { State } from '../state/state.js';
import { columns, type Terminal } from './terminal.js';

/** Includes connections that are no longer in the config. */
export async function showLedger(
  config: Config,
  state: State | undefined,
  { receiver, limit, json }: { readonly receiver: string; readonly limit: number; readonly json?: boolean },
  { out }: Terminal,
): Promise<void> {
  const recorded = (await state?.connections()) ?? [];
  const known = new Set([...config.connections.map(({ name }) => name), ...recorded]);
  if (!known.has(receiver)) {
    const meant = nearest(receiver, known);
    const hint =
      meant === undefined ? `The known ones are ${[...known].join(', ')}.` : `Did you mean ${meant}?`;
    throw new ExportError(
      'usage',
      `There is no connection ${receiver} in the config or the history. ${hint}`,
    );
  }
  const entries = (state === undefined ? [] : await ledgerOf(state, receiver)).slice(0, limit);
  if (json === true) out(`${JSON.stringify({ receiver, entries }, undefined, 2)}\n`);
  else if (entries.length === 0) out(`${receiver} has received nothing yet.\n`);
  else out(entries.map((entry) => inWords(entry, config.timezone)).join('\n'));
}

function inWords(
  { at, bundle, sha256, bytes, files, fields, metadata, to, receipt }: LedgerEntry,
  timezone: string,
): string {
  const rows = Object.entries(files).map(([table, { rows: count }]) => [
    table,
    count.toLocaleString('en-US').padStart(11),
  ]);
  const hidden = Object.entries(fields).flatMap(([table, choices]) =>
    Object.entries(choices).map(([column, choice]) => `${table}.${column} (${choice})`),
  );
  const way = to === HOME_RECEIVER ? 'published for the receiver to fetch' : `delivered to ${to}`;
  return (
    `${localTime(timezone, at)}, ${way}\n` +
    `  ${bundle}.zip, ${(bytes ?? 0).toLocaleString('en-US')} bytes, sha256 ${sha256 ?? ''}\n` +
    (receipt === null ? '' : `  receipt: ${receiptSentence(receipt)}\n`) +
    (hidden.length === 0 ? '' : `  not sent or masked: ${hidden.join(', ')}\n`) +
    (metadata.length === 0 ? '' : `  extension columns: ${metadata.join(', ')}\n`) +
    (rows.length === 0 ? '    no changes\n' : columns(rows, '    '))
  );
}
