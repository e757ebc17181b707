/** `preview`: a full dry run. What a refresh would publish, put on hold or refuse, and who would vanish by which rule. */
import type { SisSource } from '../extract/source.js';
import { ExportError } from '../model/errors.js';
import { connectionsNamed } from '../model/connections.js';
import type { BundleMode, Config, SourceSettings } from '../model/settings.js';
import { requireOut } from '../preview/keep-files.js';
import { exitCodeOf, preview, type PreviewRequest } from '../preview/preview.js';
import { asOfDay } from './as-of.js';
import type { Call } from './call.js';
import { previewJson, previewPage } from './preview-page.js';
import { progressLine } from './terminal.js';

export interface PreviewOptions {
  readonly asOf?: string;
  readonly mode?: BundleMode;
  readonly againstConfig?: string;
  readonly schoolYear?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `against`: of --against-config. */
export type PreviewCall = Call & { readonly against?: Config };

/** Returns the exit code. */
export async function previewCommand(
  { config, against, terminal, now }: PreviewCall,
  source: SisSource,
  only: readonly string[],
  options: PreviewOptions,
): Promise<number> {
  const names = connectionsNamed(config, only).map(({ name }) => name);
  const { mode, out } = options;
  if (out !== undefined) requireOut(out, config.home, names);
  const schoolYear = yearOf(options.schoolYear);
  const progress = progressLine(terminal);
  const request: PreviewRequest = {
    config,
    source,
    only,
    asOf: asOfDay(options.asOf, config.timezone, now),
    startedAt: now,
    ...(mode !== undefined && { mode }),
    ...(against && { against }),
    ...(schoolYear !== undefined && { schoolYear }),
    ...(out !== undefined && { out }),
    onProgress: (step) => progress.show(step),
  };
  const result = await preview(request).finally(() => progress.clear());
  for (const { settings, error } of result.connections)
    if (error !== undefined) terminal.err(`${settings.name}: ${error.message}\n`);
  terminal.out(
    options.json === true ? `${JSON.stringify(previewJson(result), undefined, 2)}\n` : previewPage(result),
  );
  return exitCodeOf(result);
}

/** The source with what both configs read for extension columns: bundles of both are made of one snapshot. */
export function withReadsOf(source: SourceSettings, against: SourceSettings | undefined): SourceSettings {
  const reads = new Map(
    [...(against?.metadata ?? []), ...(source.metadata ?? [])].map((read) => [read.id, read]),
  );
  return reads.size === 0 ? source : { ...source, metadata: [...reads.values()] };
}

function yearOf(written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  if (/^\d{4}$/.test(written)) return Number(written);
  throw new ExportError('usage', '--school-year must be the year in which it ends, such as 2027.');
}
