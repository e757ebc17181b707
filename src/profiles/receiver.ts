/** What a connection's receiver means for what is written and for what it is judged by. */
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
}: {
  readonly profile: string;
  readonly version: VersionName;
}): Receiver {
  const named = profileNamed(profile);
  return { shape: shapeOf(named, version), asked: named === undefined ? {} : { profile: named } };
}
