/** What the state database keeps, as types. Codes, counts, hashes and times; never a person's data. */
import type { ActiveTrials } from '../model/trials.js';
import type { Difference } from '../model/difference.js';
import type { Bundle } from '../model/bundle.js';
import type { SchoolCount } from '../model/result.js';
import type { BundleMode } from '../model/settings.js';
import type { FieldChoices } from '../oneroster/masks.js';

/**
 * A held bundle becomes `releasing` by a decision: from then on it is published, if necessary by the next start.
 */
export type BundleState =
  | 'verified'
  | 'published'
  | 'held'
  | 'releasing'
  | 'refused'
  | 'discarded'
  | 'replaced'
  | 'failed'
  | 'ended'
  /** Published, then overtaken by an older bundle that was sent on purpose. */
  | 'withdrawn'
  | 'removed';

export interface BundleRecord {
  readonly id: number;
  readonly refreshId: number;
  readonly connection: string;
  readonly state: BundleState;
  readonly madeAt: string;
  readonly version: '1.1' | '1.2';
  readonly mode: BundleMode;
  readonly scheme: string;
  readonly name: string | null;
  readonly sha256: string | null;
  readonly bytes: number | null;
  /** Of the full content behind the bundle: of a bulk one its own. */
  readonly contentSha256: string | null;
  /** Of a delta: the bundle whose content the receiver must have. */
  readonly baseId: number | null;
  readonly rows: Readonly<Record<string, number>>;
  readonly exclusions: Readonly<Record<string, number>>;
  readonly reason: string | null;
  /** Against the last good bundle. */
  /** Null where the bundle was made before they were recorded. */
  readonly trials: ActiveTrials | null;
  readonly difference: Difference | null;
  readonly seconds: number | null;
  /** The day of the night that it was made for; null of a refresh by hand. */
  readonly night: string | null;
}

export interface RefreshRecord {
  readonly id: number;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly asOf: string;
  readonly program: string;
  /** Names of the requested connections. */
  readonly connections: readonly string[];
  readonly outcome: 'started' | 'done' | 'failed' | 'interrupted';
  readonly exitCode: number | null;
  readonly message: string | null;
}

export interface DeliveryRecord {
  readonly id: number;
  readonly bundleId: number;
  readonly target: string;
  /** `unknown`: the connection broke before the answer to the last step; the next start checks. */
  readonly state: 'delivering' | 'delivered' | 'failed' | 'unknown';
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly receipt: unknown;
  readonly message: string | null;
  /** The reason for sending an older bundle on purpose. */
  readonly rollback: string | null;
}

/** The first time a bundle was published or released. */
export interface PublicationRecord {
  readonly bundleId: number;
  readonly at: string;
  /** Who gets it; `HOME_RECEIVER` where the receiver fetches it. */
  readonly receiver: string;
  /** Columns that were dropped or masked, by table. */
  readonly fields: FieldChoices;
}

/** The content at a receiver. */
export interface BaseRecord {
  readonly connection: string;
  /** Everything that this bundle leads to. */
  readonly bundleId: number;
  /** Who holds it: another receiver holds nothing yet. */
  readonly receiver: string;
  /** 1 if an older bundle was sent on purpose: the next one is a bulk bundle. */
  readonly isRolledBack: 0 | 1;
}

/** What is known of a bundle when it is first recorded. */
export interface NewBundle {
  readonly refreshId: number;
  readonly connection: string;
  readonly state: BundleState;
  readonly version: '1.1' | '1.2';
  readonly mode: BundleMode;
  readonly scheme: string;
  readonly name?: string;
  readonly bundle?: Pick<Bundle, 'sha256' | 'bytes' | 'rows'>;
  readonly contentSha256?: string;
  readonly baseId?: number;
  readonly exclusions?: ReadonlyMap<string, number>;
  readonly reason?: string;
  readonly difference?: Difference;
  readonly seconds?: number;
  readonly schools?: readonly SchoolCount[];
  readonly trials?: ActiveTrials;
  readonly night?: string;
}

/** The last notice of a channel about one subject, so that it is not repeated every night. */
export interface ToldRecord {
  readonly condition: string;
  readonly since: string;
}
