/**
 * Two full bundles -> a staged delta: new and changed rows `active`, vanished ones `tobedeleted` with their last values,
 * tables without changes absent. Nothing changed gives a bundle that is a manifest only.
 */
import { join } from 'node:path';
import { eachRowChange } from '../compare/row-changes.js';
import type { Bundle, StagedBundle } from '../model/bundle.js';
import { stage, type StageRequest } from './write.js';

export interface DeltaRequest extends Omit<StageRequest, 'mode' | 'fill'> {
  /** Full content that the receiver holds. */
  readonly baseZip: string;
  /** Full content of tonight, verified. */
  readonly full: Bundle;
  readonly startedAt: Date;
}

export async function writeDelta(request: DeltaRequest): Promise<StagedBundle> {
  const modified = request.startedAt.toISOString();
  return await stage({
    ...request,
    mode: 'delta',
    fill: async (put) => {
      const scratch = join(request.folder, 'base.sqlite');
      await eachRowChange(request.baseZip, request.full.path, scratch, ({ header, kind, cells }) => {
        const [sourcedId = '', , , ...own] = cells;
        put(header.table, [sourcedId, kind === 'removed' ? 'tobedeleted' : 'active', modified, ...own]);
      });
    },
  });
}
