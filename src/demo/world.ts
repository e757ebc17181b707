/** What every part of the generator writes with. */
import type { Random } from './random.js';
import type { Emit, NextId } from './rows.js';

export interface World {
  readonly emit: Emit;
  readonly next: NextId;
  readonly random: Random;
  /** Campus ids that hold for the whole district. */
  readonly districtID: number;
  readonly officeID: number;
  readonly departmentIDs: ReadonlyMap<string, number>;
  /** By course number of the catalog. */
  readonly courseMasterIDs: ReadonlyMap<string, number>;
}
