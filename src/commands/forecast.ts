/** `forecast`: who leaves and joins on the coming days, and which threshold will hold. */
import { writeFileSync } from 'node:fs';
import type { SisSource } from '../extract/source.js';
import { diskFault } from '../faults/disk.js';
import { forecastDistrict } from '../forecast/district.js';
import type { ConnectionForecast, DayForecast, Forecast } from '../forecast/model.js';
import { forecastPage } from '../forecast/page/page.js';
import { ExportError } from '../model/errors.js';
import { asOfDay } from './as-of.js';
import type { Call } from './call.js';
import { columns, progressLine } from './terminal.js';

export interface ForecastOptions {
  readonly days?: string;
  readonly asOf?: string;
  /** Path of a page. */
  readonly html?: string;
  readonly json?: boolean;
}

const MOST_DAYS = 400;
const USUAL_DAYS = 30;

export async function forecastCommand(
  { config, terminal, now, program }: Call,
  source: SisSource,
  only: readonly string[],
  options: ForecastOptions,
): Promise<void> {
  const days = daysOf(options.days);
  const asOf = asOfDay(options.asOf, config.timezone, now);
  const progress = progressLine(terminal);
  const onProgress = (step: string): void => progress.show(step);
  const forecast = await forecastDistrict({ config, source, only, asOf, days, onProgress }).finally(() =>
    progress.clear(),
  );
  if (options.html !== undefined)
    writePage(options.html, forecastPage(forecast, { program, madeAt: now.toISOString().slice(0, 10) }));
  terminal.out(
    options.json === true ? `${JSON.stringify(forecast, undefined, 2)}\n` : forecastTable(forecast),
  );
}

function daysOf(written: string | undefined): number {
  const days = written === undefined ? USUAL_DAYS : Number(written);
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return days;
  throw new ExportError('usage', `--days must be a whole number from 1 to ${MOST_DAYS}.`);
}

function writePage(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600 });
  } catch (error) {
    throw diskFault(path, error) ?? error;
  }
}

function forecastTable({ asOf, until, connections }: Forecast): string {
  const head = `From ${asOf} to ${until}, if nothing but the day changes in Campus. Nothing was published, sent or recorded.\n`;
  return head + connections.map(connectionTable).join('');
}

function connectionTable({
  name,
  version,
  today,
  days,
  withoutClasses,
  earlyEnds,
}: ConnectionForecast): string {
  const counts = Object.entries(today)
    .filter(([, count]) => count > 0)
    .map(([table, count]) => `${count.toLocaleString('en-US')} ${table}`);
  const rows = days.map((day) => [
    day.asOf,
    day.holds.length > 0 ? 'ON HOLD' : 'published',
    ...(['users', 'classes', 'enrollments'] as const).map((table) => moved(day.tables[table])),
    Object.entries(day.boundaries)
      .map(([what, count]) => `${count} ${what}`)
      .join(', '),
  ]);
  const table =
    rows.length === 0
      ? '  No date boundary falls on these days.\n'
      : columns([['day', 'night', 'users', 'classes', 'enrollments', 'what falls on it'], ...rows], '  ');
  const gaps = withoutClasses.map(({ from, to }) => `  No class is current from ${from} to ${to}.\n`);
  const early = earlyEnds.map(
    ({ school, endDate, calendarEnd, students }) =>
      `  School ${school}: ${students} students' enrollments end on ${endDate}, the last term day, but the calendar ends on ${calendarEnd}: they leave on the next day.\n`,
  );
  const details = days.filter(({ moves, holds }) => moves.length + holds.length > 0).map(dayLines);
  return `\n${name}: OneRoster ${version}, today ${counts.join(', ')}\n${[table, ...gaps, ...early, ...details].join('')}`;
}

const moved = ({ leave, join }: DayForecast['tables']['users']): string =>
  leave + join === 0 ? '0' : [leave > 0 ? `-${leave}` : '', join > 0 ? `+${join}` : ''].join(' ').trim();

const MOST_LINES = 12;

function dayLines({ asOf, schoolYear, holds, advice, moves }: DayForecast): string {
  const lines = moves
    .slice(0, MOST_LINES)
    .map(({ table, kind, rule, school, count }) => [kind, String(count), table, rule, school]);
  const more = moves.length > MOST_LINES ? `    and ${moves.length - MOST_LINES} more lines (--json)\n` : '';
  return (
    `\n  ${asOf} (school year ${schoolYear - 1}-${schoolYear})\n` +
    holds.map(({ code, says }) => `    ${code}: ${says}\n`).join('') +
    advice.map((each) => `    > ${each}\n`).join('') +
    columns(lines, '    ') +
    more
  );
}
