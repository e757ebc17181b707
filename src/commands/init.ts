/** `init`: writes a commented config and its JSON schema, from questions or flags. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { editorSchema } from '../config/editor-schema.js';
import { loadConfig } from '../config/load.js';
import {
  starterConfig,
  type StarterAnswers,
  type StarterDelivery,
  type StarterReceiver,
} from '../config/starter.js';
import { ExportError, type Problem } from '../model/errors.js';
import { replaceByNow } from '../platform/files.js';
import { shellArgument } from '../platform/names.js';
import { privateFiles, privateFilesJson, privateFilesPage } from './private-files.js';
import { answersFrom } from './init-answers.js';
import { questions, type Answers } from './init-questions.js';
import { columns, type Terminal } from './terminal.js';

export type InitOptions = Readonly<Record<string, unknown>> & {
  readonly config: string;
  readonly force?: boolean;
  readonly json?: boolean;
};

const SCHEMA = 'oneroster.schema.json';

/** Where `init` runs, and the path that needs no `--config`. */
export interface InitSite {
  readonly standard: string;
  readonly input: NodeJS.ReadStream;
  readonly env: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
}

export async function initCommand(
  options: InitOptions,
  { standard, input, env, terminal }: InitSite,
): Promise<void> {
  const path = resolve(options.config);
  const { force = false } = options;
  if (existsSync(path) && !force) {
    throw new ExportError('usage', `${options.config} already exists. Use --force to overwrite it.`);
  }
  const { answers, assumed } = await answersFrom(givenBy(options), input, terminal);
  const folder = dirname(path);
  const schema = join(folder, SCHEMA);
  mkdirSync(folder, { recursive: true });
  const withSchema = !existsSync(schema) || force;
  if (withSchema) writeWhole(schema, `${JSON.stringify(editorSchema(), undefined, 2)}\n`);
  writeWhole(path, starterConfig(starterAnswers(answers, folder)));
  const problems = await problemsOf(path, env);
  const commands = nextCommands(options.config, standard);
  const files = await privateFiles(path, undefined);
  if (options.json === true) {
    const document = {
      config: path,
      schema,
      assumed: Object.fromEntries(assumed),
      commands,
      problems,
      rights: privateFilesJson(files),
    };
    terminal.out(`${JSON.stringify(document, undefined, 2)}\n`);
    return;
  }
  terminal.out(
    [
      `Written: ${options.config}${withSchema ? `, and ${SCHEMA} beside it for editors` : ''}\n`,
      titled('Assumed; give the flag to change it', columns(assumed, '  ')),
      titled(
        'To do before it can be used',
        problems.map(({ path: at, message }) => `  ${at}: ${message}\n`).join(''),
      ),
      '\nNext:\n',
      ...commands.map((command) => `  ${command}\n`),
      privateFilesPage(files),
    ].join(''),
  );
}

export const titled = (title: string, lines: string): string => (lines === '' ? '' : `\n${title}:\n${lines}`);

export function givenBy(options: InitOptions): Answers {
  return Object.fromEntries(
    questions.flatMap(({ key }) => {
      const value = options[camelCase(key)];
      return typeof value === 'string' ? [[key, value.trim()]] : [];
    }),
  );
}

const camelCase = (key: string): string =>
  key.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());

/** A path as it stands in a config in `folder`. */
function pathFrom(folder: string, file: string): string {
  const path = relative(folder, resolve(file)).split(sep).join('/');
  return /^\.|^\/|^[A-Za-z]:/.test(path) ? path : `./${path}`;
}

export function receiverOf(answers: Answers, folder: string): StarterReceiver {
  const of = (key: string): string => answers[key] ?? '';
  const fromConfig = (file: string): string => pathFrom(folder, file);
  const delivery: StarterDelivery | undefined =
    of('delivery') === 'folder'
      ? { kind: 'folder', path: fromConfig(of('folder-path')) }
      : of('delivery') === 'sftp'
        ? {
            kind: 'sftp',
            host: of('sftp-host'),
            user: of('sftp-user'),
            keyFile: fromConfig(of('sftp-key')),
            hostKey: of('sftp-host-key') === '' ? undefined : of('sftp-host-key'),
            path: of('sftp-path'),
            name: of('sftp-name'),
          }
        : undefined;
  return {
    name: of('receiver'),
    version: of('receiver-version') === '1.2' ? '1.2' : '1.1',
    profile: of('profile'),
    delivery,
  };
}

function starterAnswers(answers: Answers, folder: string): StarterAnswers {
  const of = (key: string): string => answers[key] ?? '';
  return {
    timezone: of('timezone'),
    home: basename(folder) === 'config' ? '../var' : './var',
    source:
      of('client') === 'mssql'
        ? {
            client: 'mssql',
            server: of('server'),
            port: Number(of('port')),
            database: of('database'),
            user: of('user'),
            passwordEnv: of('password-env'),
          }
        : { client: 'better-sqlite3', filename: pathFrom(folder, of('file')) },
    receiver: receiverOf(answers, folder),
    schema: `./${SCHEMA}`,
  };
}

/** What the config still lacks, above all referenced secrets that do not exist. */
async function problemsOf(path: string, env: NodeJS.ProcessEnv): Promise<readonly Problem[]> {
  try {
    await loadConfig(path, env);
    return [];
  } catch (error) {
    if (error instanceof ExportError && error.code === 'config') return error.problems;
    throw error;
  }
}

function nextCommands(written: string, standard: string): readonly string[] {
  const config = written === standard ? '' : ` --config ${shellArgument(written)}`;
  return [
    `oneroster-export preflight${config}`,
    `oneroster-export refresh --no-deliver${config}`,
    `oneroster-export status${config}`,
  ];
}

/** Half a config is worse than none. */
function writeWhole(path: string, text: string): void {
  const part = `${path}.part`;
  try {
    writeFileSync(part, text, { mode: 0o600 });
    replaceByNow(part, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new ExportError(
      'home',
      `${path} cannot be written (${code}). Check the permissions of its folder.`,
      [],
      {
        cause: error,
      },
    );
  }
}
