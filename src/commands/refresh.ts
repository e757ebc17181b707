/** `refresh`: the main job. */
import type { SisSource } from '../extract/source.js';
import type { Config } from '../model/settings.js';
import { ExportError } from '../model/errors.js';
import { asLocalDate, dayIn, type LocalDate } from '../model/values.js';
import { exitCodeOf, refresh } from '../refresh.js';
import { refreshJson } from './refresh-json.js';
import { refreshSummary } from './refresh-summary.js';
import { progressLine, type Terminal } from './terminal.js';

export interface RefreshOptions {
  readonly asOf?: string;
  readonly mode?: string;
  readonly keepSnapshot?: boolean;
  readonly json?: boolean;
}

/** Gives the exit code. */
export async function refreshCommand(
  config: Config,
  source: SisSource,
  only: readonly string[],
  options: RefreshOptions,
  terminal: Terminal,
  startedAt: Date,
): Promise<number> {
  const progress = progressLine(terminal);
  const result = await refresh({
    config,
    source,
    only,
    asOf: asOfDay(options.asOf, config.timezone, startedAt),
    startedAt,
    keepSnapshot: options.keepSnapshot === true,
    onProgress: (step) => progress.show(step),
  });
  progress.clear();
  if (options.json === true) {
    terminal.out(`${JSON.stringify(refreshJson(result), undefined, 2)}\n`);
  } else {
    const { ruleRegister } = await import('../filter/register.js');
    const sentences = new Map(ruleRegister.map(({ code, says }) => [code, says]));
    terminal.out(refreshSummary(result, (code) => sentences.get(code) ?? ''));
  }
  return exitCodeOf(result);
}

function asOfDay(written: string | undefined, timezone: string, now: Date): LocalDate {
  if (written === undefined) return dayIn(timezone, now);
  const day = asLocalDate(written);
  if (day === undefined) throw new ExportError('usage', '--as-of has to be a day written as YYYY-MM-DD.');
  return day;
}
