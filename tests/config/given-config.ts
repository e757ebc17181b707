/** Config files for tests, in a folder of their own that goes away afterwards. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.js';
import { ExportError } from '../../src/model/errors.js';
import type { Config } from '../../src/model/settings.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface ConfigFolder {
  readonly folder: string;
  readonly path: string;
  readonly load: (text: string, env?: Env) => Promise<Config>;
  /** The error that the text is refused with; a text that is taken is a failure of the test. */
  readonly refusal: (text: string, env?: Env) => Promise<ExportError>;
  /** Its problems as `line:column path: message`. */
  readonly problems: (text: string, env?: Env) => Promise<readonly string[]>;
  readonly remove: () => Promise<void>;
}

export async function makeConfigFolder(): Promise<ConfigFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'config-'));
  const path = join(folder, 'oneroster.yaml');
  const load = async (text: string, env: Env = {}): Promise<Config> => {
    await writeFile(path, text);
    return loadConfig(path, env);
  };
  const refusal = async (text: string, env: Env = {}): Promise<ExportError> => {
    const outcome: unknown = await load(text, env).catch((error: unknown) => error);
    if (outcome instanceof ExportError) {
      return outcome;
    }
    throw new Error('the config was not refused', { cause: outcome });
  };
  return {
    folder,
    path,
    load,
    refusal,
    problems: async (text, env = {}) => {
      const { problems } = await refusal(text, env);
      return problems.map(
        (each) => `${each.line ?? '-'}:${each.column ?? '-'} ${each.path}: ${each.message}`,
      );
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Five lines that every config needs; connections follow from line 6. */
export const HEAD = `timezone: America/Chicago
source:
  client: better-sqlite3
  connection: { filename: sis.sqlite }
connections:
`;

/** A whole config with one 1.1 connection, to which `more` adds settings from line 8. */
export function aConnection(more = ''): string {
  const lines = more === '' ? [] : more.split('\n').map((line) => `    ${line}\n`);
  return `${HEAD}  - name: library\n    version: 1.1\n${lines.join('')}`;
}
