/** `config check`: all problems and notices of a config. `config show`: the config as it works, without any secret. */
import { configNotices, type ConfigNotice } from '../config/config-notices.js';
import { effectiveConfig, effectiveYaml, profileEffects } from '../config/effective.js';
import { readConfig, type ReadConfig } from '../config/load.js';
import type { Env } from '../config/references.js';
import { ExportError, type Problem } from '../model/errors.js';
import { publishedJson } from '../model/published-json.js';
import { dayIn } from '../model/values.js';
import { columns, type Terminal } from './terminal.js';

export interface ConfigCall {
  /** Path of the config. */
  readonly path: string;
  readonly env: Env;
  readonly now: Date;
  readonly terminal: Terminal;
}

export interface ConfigOptions {
  readonly json?: boolean;
}

/** Returns the exit code: 2 if the config has problems. In words, problems are an error like in every other command. */
export async function configCheckCommand(call: ConfigCall, { json }: ConfigOptions): Promise<number> {
  const { path, env, now, terminal } = call;
  try {
    const read = await readConfig(path, env);
    const notices = configNotices(read.config, dayIn(read.config.timezone, now)).map((notice) =>
      placed(read, notice),
    );
    terminal.out(json === true ? checkJson(path, [], notices) : checkPage(path, read, notices));
    return 0;
  } catch (error) {
    if (json !== true || !(error instanceof ExportError) || error.code !== 'config') throw error;
    terminal.out(checkJson(path, error.problems, []));
    return error.exitCode;
  }
}

export async function configShowCommand(
  { path, env, terminal }: ConfigCall,
  { json }: ConfigOptions,
): Promise<void> {
  const read = await readConfig(path, env);
  terminal.out(
    json === true
      ? `${publishedJson({ config: effectiveConfig(read), profiles: profileEffects(read) })}\n`
      : effectiveYaml(read),
  );
}

type PlacedNotice = Pick<ConfigNotice, 'code' | 'severity'> & Problem;

function placed({ remarkAt }: ReadConfig, { code, severity, path, says }: ConfigNotice): PlacedNotice {
  return { code, severity, ...remarkAt(path, says) };
}

/** A promise to other programs. */
function checkJson(path: string, problems: readonly Problem[], notices: readonly PlacedNotice[]): string {
  return `${publishedJson({ config: path, valid: problems.length === 0, problems, notices })}\n`;
}

function checkPage(path: string, { config }: ReadConfig, notices: readonly PlacedNotice[]): string {
  const names = config.connections.map(({ name, version }) => `${name} (${version})`).join(', ');
  const rows = notices.map(({ severity, path: at, line, column, message }) => [
    severity,
    line === undefined ? '' : `line ${line}, column ${column ?? 1}`,
    at,
    message,
  ]);
  return `The config ${path} has no problems. Connections: ${names}.\n${rows.length === 0 ? '' : `\nNotices:\n${columns(rows, '  ')}`}`;
}
