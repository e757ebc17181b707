/** `state import`: the history of a home folder moves into the PostgreSQL database of the config. */
import { importState } from '../settle/import-state.js';
import type { Call } from './call.js';

export interface StateImportOptions {
  /** Path of the file. */
  readonly from?: string;
  readonly json?: boolean;
}

export async function stateImportCommand(
  { config, terminal: { out }, now }: Pick<Call, 'config' | 'terminal' | 'now'>,
  { from, json }: StateImportOptions,
): Promise<void> {
  const imported = await importState({ config, now, ...(from !== undefined && { from }) });
  if (json === true) {
    out(`${JSON.stringify(imported, undefined, 2)}\n`);
    return;
  }
  const { refresh, bundle, delivery } = imported.rows;
  out(
    `Imported ${imported.from} as the history of ${imported.district}: ${refresh} refreshes, ${bundle} bundles, ` +
      `${delivery} deliveries, and ${imported.audit.entries} entries of the audit trail, which is intact.\n` +
      'The file stays as it is and is no longer used. Run oneroster-export status to compare.\n',
  );
}
