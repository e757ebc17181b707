/** What a connection's receiver means for what is written and for what it is judged by. */
import type { CellValue } from '../model/settings.js';
import type { VersionName } from '../oneroster/versions.js';
import { profileNamed } from './index.js';
import type { Profile } from './profile.js';
import { shapeOf, type Shape } from './shape.js';

export interface Receiver {
  readonly shape: Shape;
  /** For verification, beside the standard. */
  readonly asked: { readonly profile?: Profile };
}

export function receiverOf({
  profile,
  version,
  values = [],
}: {
  readonly profile: string;
  readonly version: VersionName;
  readonly values?: readonly CellValue[];
}): Receiver {
  const named = profileNamed(profile);
  const shape = { ...shapeOf(named, version), valuesRequired: version === '1.1' ? emptiable(values) : [] };
  return { shape, asked: named === undefined ? {} : { profile: named } };
}

/** In 1.2 a username has a stand-in. */
const emptiable = (values: readonly CellValue[]): readonly string[] =>
  values
    .filter(
      ({ table, column, source, otherwise }) =>
        table === 'users' && column === 'username' && source !== undefined && otherwise !== 'default',
    )
    .map(({ column }) => column);
