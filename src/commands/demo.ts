/** `demo`: builds the demo district in SQLite and refreshes it, with nothing installed but Node. */
import { mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../config/load.js';
import { DEMO_AS_OF } from '../demo/days.js';
import { loadDemoDistrict } from '../demo/load.js';
import { sqliteSource } from '../extract/sqlite.js';
import type { Config } from '../model/settings.js';
import { refreshCommand } from './refresh.js';
import type { Terminal } from './terminal.js';

/** Both ship with the package, two folders above this file. */
const packaged = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export interface DemoOptions {
  readonly home: string;
  readonly json?: boolean;
}

export async function demoCommand(
  options: DemoOptions,
  terminal: Terminal,
  startedAt: Date,
  program: string,
  signal?: AbortSignal,
): Promise<number> {
  const home = resolve(options.home);
  const filename = join(home, 'district.sqlite');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  loadDemoDistrict(packaged('fixtures/demo'), filename);
  const config: Config = {
    ...(await loadConfig(packaged('config/demo.yaml'), {})),
    home,
    source: { client: 'better-sqlite3', filename },
  };
  const { json } = options;
  const asOf = { asOf: DEMO_AS_OF, ...(json !== undefined && { json }) };
  const code = await refreshCommand(
    config,
    sqliteSource(config.source as never),
    [],
    asOf,
    terminal,
    startedAt,
    program,
    signal,
  );
  if (json !== true) {
    terminal.out(
      `\nThe district: ${relative('.', filename)}\nThe bundles:  ${relative('.', join(home, 'bundles'))}\n` +
        `The reports:  ${relative('.', join(home, 'index.html'))} (open it in a browser)\n`,
    );
  }
  return code;
}
