/**
 * How long does a forecast judge one day? Reads the district of a config once and forecasts its connections for 30 days and the year
 * end; writes the seconds of wall and CPU time per judged day, today counted and reading left out, and how many days there were.
 *
 *     node build/scripts/bench-forecast.js CONFIG.yaml OUT.json
 */
import { writeFileSync } from 'node:fs';
import { loadConfig } from '../src/config/load.js';
import { DEMO_AS_OF } from '../src/demo/days.js';
import { sqliteSource } from '../src/extract/sqlite.js';
import { forecastDistrict } from '../src/forecast/district.js';

const DAYS = 30;

const config = await loadConfig(process.argv[2] ?? '', process.env);
if (config.source.client !== 'better-sqlite3') throw new Error('the benchmark reads SQLite files');
let since: number | undefined;
let before: NodeJS.CpuUsage | undefined;
let days = 0;
await forecastDistrict({
  config,
  source: sqliteSource(config.source),
  only: [],
  asOf: DEMO_AS_OF,
  days: DAYS,
  onProgress: (step) => {
    if (!step.includes('judging')) return;
    since ??= performance.now();
    before ??= process.cpuUsage();
    days += 1;
  },
});
const seconds = (performance.now() - (since ?? NaN)) / 1_000;
const { user, system } = process.cpuUsage(before);
const perDay = (all: number): number => Number((all / days).toFixed(3));
const found = { days, secondsPerDay: perDay(seconds), cpuPerDay: perDay((user + system) / 1e6) };
writeFileSync(process.argv[3] ?? '', JSON.stringify(found));
