/** What a delta of tonight can build on: the content that the receiver holds, or why there is none to build on. */
import type { HoldReason } from '../model/hold-reason.js';
import type { Notice } from '../model/notices.js';
import { readScheme, schemeOf } from '../model/scheme.js';
import type { BundleMode, ConnectionSettings } from '../model/settings.js';
import { baseOf } from '../home/base.js';
import type { Home } from '../home/home.js';
import type { State } from '../state/state.js';
import { fingerprint } from '../model/fingerprint.js';

export interface DeltaBase {
  /** Present: make a delta from the content at this path. Otherwise the bundle is a bulk one. */
  readonly content?: { readonly path: string; readonly bundleId: number };
  readonly holds: readonly HoldReason[];
  readonly notices: readonly Notice[];
}

const NOTHING: DeltaBase = { holds: [], notices: [] };

export async function deltaBase(
  state: State,
  home: Home,
  settings: ConnectionSettings,
  mode: BundleMode,
): Promise<DeltaBase> {
  if (mode === 'bulk') return NOTHING;
  const base = await baseOf(state, home, settings);
  if (base === undefined) return { ...NOTHING, notices: [FIRST_IS_BULK] };
  const { bundle, content } = base;
  if (base.isRolledBack) return { ...NOTHING, notices: [ROLLED_BACK_IS_BULK] };
  const restart = `Start over with a bulk bundle: oneroster-export refresh ${settings.name} --mode bulk --release --reason TEXT`;
  const [before, now] = [readScheme(bundle.scheme), readScheme(schemeOf(settings))];
  if (before.shape !== now.shape) {
    return held(
      'delta-base-differs',
      `the receiver's bundle has another shape (${before.shape}; now ${now.shape}), so a delta would duplicate or lose records. ${restart}`,
    );
  }
  if (before.columns.join() !== now.columns.join())
    return { ...NOTHING, notices: [columnsChanged(before.columns, now.columns)] };
  if (content === undefined || (await fingerprint(content))?.sha256 !== bundle.contentSha256) {
    return held(
      'delta-base-lost',
      `the local copy of the receiver's bundle (${bundle.name ?? ''}) is missing or damaged, so the changes are unknown. ${restart}`,
    );
  }
  return { ...NOTHING, content: { path: content, bundleId: bundle.id } };
}

const held = (code: string, says: string): DeltaBase => ({ ...NOTHING, holds: [{ code, says }] });

/** A row that is sent with other columns than before is another row, and most receivers replace a file's columns as a whole. */
function columnsChanged(before: readonly string[], now: readonly string[]): Notice {
  const [added, removed] = [
    now.filter((column) => !before.includes(column)),
    before.filter((column) => !now.includes(column)),
  ];
  const changes = [
    ...(added.length === 0 ? [] : [`added: ${added.join(', ')}`]),
    ...(removed.length === 0 ? [] : [`removed: ${removed.join(', ')}`]),
  ];
  return {
    code: 'columns-changed-is-bulk',
    severity: 'info',
    message: `The extension columns of this connection changed (${changes.join('; ')}), so this bundle is a bulk one.`,
    count: 1,
  };
}

const FIRST_IS_BULK: Notice = {
  code: 'first-delta-is-bulk',
  severity: 'info',
  message: 'The receiver has no bundle yet that a delta could build on, so this is a bulk bundle.',
  count: 1,
};

const ROLLED_BACK_IS_BULK: Notice = {
  code: 'rolled-back-is-bulk',
  severity: 'info',
  message: 'The receiver was rolled back to an older bundle, so this bundle is a bulk one.',
  count: 1,
};
