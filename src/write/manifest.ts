/** The rows of manifest.csv: every table of the version, sent or not. */
import type { BundleMode, SystemSettings } from '../model/settings.js';
import type { OneRosterVersion } from '../oneroster/table.js';

export const MANIFEST_HEADER = ['propertyName', 'value'] as const;

export function manifestRows(
  { version, manifestVersion, tables }: OneRosterVersion,
  { mode, system }: { readonly mode: BundleMode; readonly system: SystemSettings },
  sent: (table: string) => boolean,
): readonly (readonly [string, string])[] {
  return [
    ['manifest.version', manifestVersion],
    ['oneroster.version', version],
    ...tables.map(({ name }) => [`file.${name}`, sent(name) ? mode : 'absent'] as const),
    ['source.systemName', system.name],
    ['source.systemCode', system.code],
  ];
}
