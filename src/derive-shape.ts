/** What a connection is sent: the full content itself, or the delta that leads to it from what the receiver holds. */
import { join } from 'node:path';
import type { HoldReason } from './guard/guard.js';
import type { StagedBundle, VerifiedBundle } from './model/bundle.js';
import type { Notices } from './model/notices.js';
import type { BundleMode, ConnectionSettings } from './model/settings.js';
import { versions } from './oneroster/versions.js';
import type { LocalDate } from './model/values.js';
import { receiverOf } from './profiles/receiver.js';
import { baseOf, schemeOf } from './state/base.js';
import { makeFolder, type Home } from './state/home.js';
import type { State } from './state/state.js';
import type { Finding } from './verify/findings.js';
import { verify } from './verify/verify.js';
import { writeDelta } from './write/delta.js';
import { fingerprint } from './write/zip.js';

export interface ShapeRequest {
  readonly settings: ConnectionSettings;
  readonly mode: BundleMode;
  readonly home: Home;
  readonly state: State;
  readonly startedAt: Date;
  readonly asOf: LocalDate;
  readonly notices: Notices;
  /** Of this connection's pass alone. */
  readonly folder: string;
}

export type Shape =
  | {
      readonly outcome: 'sound';
      readonly bundle: VerifiedBundle;
      readonly baseId?: number;
      readonly holds: readonly HoldReason[];
    }
  | { readonly outcome: 'refused'; readonly staged: StagedBundle; readonly findings: readonly Finding[] };

export async function deriveShape(request: ShapeRequest, full: VerifiedBundle): Promise<Shape> {
  const { settings, home, state, startedAt, asOf, notices } = request;
  const asBulk = (holds: readonly HoldReason[] = []): Shape => ({ outcome: 'sound', bundle: full, holds });
  if (request.mode === 'bulk') return asBulk();
  const base = baseOf(state, home, settings);
  if (base === undefined) {
    notices.add(
      'first-delta-is-bulk',
      'info',
      'The receiver holds nothing yet that a delta could build on, so this bundle is a bulk one.',
    );
    return asBulk();
  }
  const { bundle, content } = base;
  const restart = `Start anew with a bulk bundle: oneroster-export refresh ${settings.name} --mode bulk --release --reason TEXT`;
  if (bundle.scheme !== schemeOf(settings)) {
    return asBulk([
      {
        code: 'delta-base-differs',
        says: `the receiver holds another shape (${bundle.scheme}; now ${schemeOf(settings)}), so a delta would double or lose records. ${restart}`,
      },
    ]);
  }
  if (content === undefined || (await fingerprint(content)).sha256 !== bundle.contentSha256) {
    return asBulk([
      {
        code: 'delta-base-lost',
        says: `the content that the receiver holds (${bundle.name ?? ''}) is missing or damaged here, so nobody knows what changed. ${restart}`,
      },
    ]);
  }
  const staged = await writeDelta({
    folder: makeFolder(join(request.folder, 'delta')),
    settings,
    version: versions[settings.version],
    exclusions: full.exclusions,
    notices,
    shape: receiverOf(settings).shape,
    baseZip: content,
    full,
    startedAt,
  });
  const verdict = await verify(staged, { ...receiverOf(settings).asked, asOf });
  return verdict.outcome === 'verified'
    ? { outcome: 'sound', bundle: verdict.bundle, baseId: bundle.id, holds: [] }
    : { outcome: 'refused', staged, findings: verdict.findings };
}
