/** `fleet metrics`: the whole fleet as Prometheus text. */
import { resolve } from 'node:path';
import { diskFault } from '../../faults/disk.js';
import { fleetMetrics, fleetMetricsText } from '../../fleet/metrics.js';
import { readOverview } from '../../fleet/overview.js';
import { replaceFile } from '../../home/replace-file.js';
import { ExportError } from '../../model/errors.js';
import { asJson, withDatabase, type FleetCall } from './call.js';

export interface FleetMetricsOptions {
  /** Replaced as a whole, so that a collector never reads a part of it. */
  readonly out?: string;
  /** Totals of the fleet alone. */
  readonly summary?: boolean;
  readonly json?: boolean;
}

export async function fleetMetricsCommand(
  call: FleetCall,
  { out: file, summary: isSummary = false, json }: FleetMetricsOptions,
): Promise<void> {
  const metrics = fleetMetrics(await withDatabase(call, readOverview), { isSummary });
  const text = json === true ? asJson({ metrics }) : fleetMetricsText(metrics);
  if (file === undefined) call.terminal.out(text);
  else write(resolve(file), text);
}

function write(file: string, text: string): void {
  try {
    replaceFile(file, text);
  } catch (error) {
    const fault = diskFault(file, error);
    throw (
      fault ??
      new ExportError('usage', `${file} cannot be written: is its folder there?`, [], { cause: error })
    );
  }
}
