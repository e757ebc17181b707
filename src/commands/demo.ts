/** `demo`: builds the demo district in SQLite and refreshes it, with nothing installed but Node. */
import type { Call } from './call.js';
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../config/load.js';
import { HERE } from '../platform/system.js';
import { DEMO_AS_OF } from '../demo/days.js';
import { loadDemoDistrict } from '../demo/load.js';
import { sqliteSource } from '../extract/sqlite.js';
import { ExportError } from '../model/errors.js';
import type { Config, SqliteSourceSettings } from '../model/settings.js';
import { openHome } from '../home/home.js';
import { createFile } from '../home/replace-file.js';
import { refreshCommand } from './refresh.js';
import { progressLine } from './terminal.js';

/** Both ship with the package, two folders above this file. */
const packaged = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export interface DemoOptions {
  readonly home: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
}

export async function demoCommand(
  { terminal, now: startedAt, program, signal }: Omit<Call, 'config'>,
  options: DemoOptions,
): Promise<number> {
  const home = resolve(options.home);
  const filename = join(home, 'district.sqlite');
  openDemoHome(home);
  const progress = progressLine(options.quiet === true ? { ...terminal, isWatched: false } : terminal);
  progress.show('building the demo district');
  loadDemoDistrict(packaged('fixtures/demo'), filename);
  progress.clear();
  const source: SqliteSourceSettings = { client: 'better-sqlite3', filename };
  const packagedConfig = await loadConfig(packaged('config/demo.yaml'), {}, HERE, 'packaged');
  const config: Config = { ...packagedConfig, home, source };
  return await refreshCommand(
    { config, terminal, now: startedAt, program, ...(signal && { signal }) },
    sqliteSource(source),
    [],
    {
      ...options,
      asOf: DEMO_AS_OF,
      places:
        `\nThe district: ${relative('.', filename)}\nThe bundles:  ${relative('.', join(home, 'bundles'))}\n` +
        `The reports:  ${relative('.', join(home, 'index.html'))} (open it in a browser)\n`,
    },
  );
}

/** In addition to the marker of every home: this home has made-up people only and may be replaced. */
const DEMO_MARKER = '.oneroster-export-demo';

function openDemoHome(path: string): void {
  const home = openHome(path);
  const marker = join(path, DEMO_MARKER);
  if (existsSync(marker)) return;
  if (existsSync(home.state) || existsSync(join(path, 'district.sqlite'))) {
    throw new ExportError(
      'usage',
      `${path} is not the home of a demo, and the demo would replace its data. Choose another folder with --home.`,
    );
  }
  createFile(marker, 'The people in this home are made up. The next demo replaces them.\n');
}
