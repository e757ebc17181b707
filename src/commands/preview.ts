/** `preview`: a full dry run. What a refresh would publish, put on hold or refuse, and who would vanish by which rule. */
import type { SisSource } from '../extract/source.js';
import { ExportError } from '../model/errors.js';
import type { BundleMode, Config } from '../model/settings.js';
import { requireOut } from '../preview/keep-files.js';
import { exitCodeOf, preview, type PreviewRequest } from '../preview/preview.js';
import { asOfDay } from './as-of.js';
import { previewJson, previewPage } from './preview-page.js';
import { progressLine, type Terminal } from './terminal.js';

export interface PreviewOptions {
  readonly asOf?: string;
  readonly mode?: BundleMode;
  readonly againstConfig?: string;
  readonly schoolYear?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** What the command works on. */
export interface PreviewSite {
  readonly config: Config;
  readonly source: SisSource;
  /** Of --against-config. */
  readonly against?: Config;
}

/** Returns the exit code. */
export async function previewCommand(
  { config, source, against }: PreviewSite,
  only: readonly string[],
  options: PreviewOptions,
  terminal: Terminal,
): Promise<number> {
  const now = new Date();
  requireKnown(config, only);
  const { mode, out } = options;
  const names = config.connections.map(({ name }) => name);
  if (out !== undefined) requireOut(out, config.home, only.length === 0 ? names : only);
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
  const { allRules } = await import('../filter/register.js');
  const sentences = new Map<string, string>(allRules.map(({ code, says }) => [code, says]));
  const says = (code: string): string => sentences.get(code) ?? '';
  terminal.out(
    options.json === true
      ? `${JSON.stringify(previewJson(result, says), undefined, 2)}\n`
      : previewPage(result, says),
  );
  return exitCodeOf(result);
}

export function requireKnown({ connections }: Config, only: readonly string[]): void {
  const known = connections.map(({ name }) => name);
  const unknown = only.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new ExportError(
      'usage',
      `The config has no connection ${unknown.join(', ')}. It has: ${known.join(', ')}.`,
    );
}

function yearOf(written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  if (/^\d{4}$/.test(written)) return Number(written);
  throw new ExportError('usage', '--school-year must be the year in which it ends, such as 2027.');
}
