/** Which columns a connection may leave out or mask: what the standard, other rows or the receiver's profile do not need. */
import { maskOf, masks } from '../oneroster/masks.js';
import type { Column, Table } from '../oneroster/table.js';
import { versions, type VersionName } from '../oneroster/versions.js';
import { demandsFor, demandsOf, type Profile } from './profile.js';

/** Tables that the exporter can write at all. */
export function sendableTables(version: VersionName): readonly Table[] {
  return versions[version].tables.filter(({ service }) => service === 'rostering');
}

export interface ColumnOf {
  readonly version: VersionName;
  readonly profile: Profile | undefined;
  readonly table: Table;
  readonly column: Column;
}

/** Why it cannot be left out, or undefined when it can. */
export function whyNotDropped({ version, profile, table, column }: ColumnOf): string | undefined {
  if (column.name === 'sourcedId') return 'cannot be dropped: other rows refer to it';
  if (column.required === 'delta') return 'cannot be dropped: the standard requires it in every delta';
  if (column.required === 'always') return `cannot be dropped: OneRoster ${version} requires it`;
  if (column.refers !== undefined || column.type === 'guid' || column.type === 'guidList')
    return `cannot be dropped: it links rows${column.name === 'agentSourcedIds' ? '; to exclude those people, set include.guardians and include.relatives' : ''}`;
  const demands = demandsFor(profile, version);
  const asked = demandsOf(demands, 'cell-required').find(
    (demand) => demand.table === table.name && demand.column === column.name && demand.otherwise !== 'report',
  );
  const primary =
    column.name === 'primary' && table.name === 'enrollments'
      ? demandsOf(demands, 'one-primary-teacher')[0]
      : undefined;
  const demand = asked ?? primary;
  return demand && `cannot be dropped: the profile ${profile?.name ?? ''} requires it (${demand.source})`;
}

/** Why it cannot be masked, or undefined when it can. */
export function whyNotMasked({ version, profile, table, column }: ColumnOf): string | undefined {
  const mask = maskOf(table.name, column.name);
  if (mask === undefined) {
    const known = masks.filter((each) => each.table === table.name).flatMap(({ columns }) => columns);
    const there = known.filter((name) => table.columns.some((each) => each.name === name));
    const others = there.length === 0 ? 'no column of this table has one' : `${there.join(', ')} have one`;
    return `has no mask (${others}): drop it, or send it`;
  }
  const sample = mask.hide(SAMPLES[column.name] ?? 'Sample', 's1234');
  const unfit = demandsOf(demandsFor(profile, version), 'pattern').find(
    (demand) =>
      demand.table === table.name &&
      demand.column === column.name &&
      demand.otherwise !== 'report' &&
      !new RegExp(demand.pattern, 'u').test(sample),
  );
  return (
    unfit &&
    `cannot be masked: the profile ${profile?.name ?? ''} would reject the masked value (${unfit.source})`
  );
}

const SAMPLES: Readonly<Record<string, string>> = { birthDate: '2015-06-17' };
