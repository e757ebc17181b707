/** A bundle on its way out. The state is in the type: what was not verified cannot be published. */
import type { BundleMode } from './settings.js';

export interface Bundle {
  readonly connection: string;
  readonly version: '1.1' | '1.2';
  readonly mode: BundleMode;
  /** Absolute path of the zip. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Data rows by table name, as the writer counted them; tables without rows are not in the zip and not here. */
  readonly rows: ReadonlyMap<string, number>;
  /** Absolute path of the exclusions list that belongs to it. */
  readonly exclusions: string;
}

/** Written to the staging folder, seen by nobody. */
export interface StagedBundle extends Bundle {
  readonly state: 'staged';
}

/** Read back by other code than the writer's, and passed. */
export interface VerifiedBundle extends Bundle {
  readonly state: 'verified';
}

/** In the connection's folder under its final name. */
export interface PublishedBundle extends Bundle {
  readonly state: 'published';
}
