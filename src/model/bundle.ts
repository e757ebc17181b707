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

/** A CSV file on the disk, and the name it has inside the zip. */
export interface CsvOnDisk {
  readonly name: string;
  readonly path: string;
}

/** Its CSV files are written and synced; they are not in a zip yet. */
export interface WrittenBundle extends Omit<Bundle, 'path' | 'sha256' | 'bytes'> {
  readonly state: 'written';
  /** Where they lie, and where the zip will. */
  readonly folder: string;
  /** First in the zip. */
  readonly manifest: CsvOnDisk;
  /** Of the tables, in the order in which they stand in the zip. */
  readonly files: readonly CsvOnDisk[];
}

/** Written to the staging folder, not visible yet. */
export interface StagedBundle extends Bundle {
  readonly state: 'staged';
}

/** Exists for the compiler alone: outside this file nothing can be written that has it. */
declare const passed: unique symbol;

/**
 * Read back by code independent of the writer, and passed. An object literal is never one: `verify` makes them by a cast, which an
 * architecture test allows in `verify/` alone. It may cross to another thread.
 */
export interface VerifiedBundle extends Bundle {
  readonly state: 'verified';
  readonly [passed]: true;
}

/** Published or withheld under its own name, with what belongs to it beside it. */
export interface KeptBundle extends Bundle {
  readonly name: string;
}

/** Where receivers find it. */
export interface PublishedBundle extends KeptBundle {
  readonly state: 'published';
}
