/** `init --add-connection`: one more receiver in an existing config, from questions or flags. */
import { chmodSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { connectionList } from '../config/insert-connection.js';
import { loadConfig } from '../config/load.js';
import { connectionLines } from '../config/starter.js';
import { ExportError } from '../model/errors.js';
import { replaceByNow } from '../platform/files.js';
import { shellArgument } from '../platform/names.js';
import { answersFrom } from './init-answers.js';
import { givenBy, receiverOf, titled, type InitOptions, type InitSite } from './init.js';
import { questions, type Question } from './init-questions.js';
import { columns } from './terminal.js';

export async function addConnectionCommand(
  options: InitOptions,
  { standard, input, env, terminal }: InitSite,
): Promise<void> {
  if (options.force === true)
    throw new ExportError('usage', '--force does not apply with --add-connection: nothing is overwritten.');
  const path = existing(options.config);
  const list = connectionList(readFileSync(path, 'utf8'), options.config);
  const asked = questionsBut(list.names);
  const { answers, assumed } = await answersFrom(givenBy(options), input, terminal, asked);
  const receiver = receiverOf(answers, dirname(path));
  await replaceIfValid(path, list.insert(connectionLines(receiver)), env);
  const config = options.config === standard ? '' : ` --config ${shellArgument(options.config)}`;
  const commands = [
    `oneroster-export config check${config}`,
    `oneroster-export preview ${receiver.name}${config}`,
  ];
  if (options.json === true) {
    const document = {
      config: path,
      connection: receiver.name,
      assumed: Object.fromEntries(assumed),
      commands,
    };
    terminal.out(`${JSON.stringify(document, undefined, 2)}\n`);
    return;
  }
  terminal.out(
    [
      `Added: connection ${receiver.name} in ${options.config}; the rest of the file is unchanged\n`,
      titled('Assumed; edit the file to change it', columns(assumed, '  ')),
      '\nNext:\n',
      ...commands.map((command) => `  ${command}\n`),
    ].join(''),
  );
}

function existing(written: string): string {
  try {
    return realpathSync(resolve(written));
  } catch (error) {
    throw new ExportError(
      'usage',
      `${written} does not exist. Run init without --add-connection first.`,
      [],
      {
        cause: error,
      },
    );
  }
}

/** What concerns a receiver; its name must be new. */
function questionsBut(names: readonly string[]): readonly Question[] {
  const from = questions.findIndex(({ key }) => key === 'receiver');
  return questions.slice(from).map((question) =>
    question.key === 'receiver'
      ? {
          key: question.key,
          asks: 'A short name for the new receiver',
          problem: (answer) =>
            names.includes(answer) ? 'is already a connection of this config' : question.problem?.(answer),
        }
      : question,
  );
}

/** A config with a problem would stop every connection, so it is checked under another name first. */
async function replaceIfValid(path: string, text: string, env: NodeJS.ProcessEnv): Promise<void> {
  const part = `${path}.part`;
  try {
    writeFileSync(part, text, { mode: 0o600, flag: 'wx' });
    chmodSync(part, statSync(path).mode & 0o777); // whatever the umask is
    await loadConfig(part, env);
    replaceByNow(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    if (error instanceof ExportError && error.code === 'config')
      throw new ExportError(
        'config',
        `No connection was added to ${path}: the config would have problems.`,
        error.problems,
      );
    throw error;
  }
}
