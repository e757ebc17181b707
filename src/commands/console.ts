/** `console`: the web pages for people without a shell, until it is stopped. */
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { unsafeListening } from '../config/across-console.js';
import { startConsole } from '../console/console.js';
import { ExportError } from '../model/errors.js';
import type { Call } from './call.js';

export interface ConsoleOptions {
  /** Path of the config. */
  readonly config: string;
  /** IP address and port, instead of the one in the config. */
  readonly listen?: string;
}

/** Returns once the signal has come and everything has ended. */
export async function consoleCommand(
  { config, terminal, program }: Call,
  options: ConsoleOptions,
  signal: AbortSignal,
): Promise<void> {
  const { console: settings } = config;
  const listen = options.listen ?? settings.listen;
  const unsafe = unsafeListening({
    listen,
    hasAuth: settings.auth !== undefined,
    isEncrypted: settings.tls !== undefined || settings.behindProxy,
  });
  if (unsafe !== undefined) throw new ExportError('usage', `The address ${listen} ${unsafe}.`);
  const running = await startConsole({
    config,
    configPath: options.config,
    program: fileURLToPath(new URL('../cli.js', import.meta.url)),
    version: program,
    listen,
    login: userInfo().username,
    now: () => new Date(),
    showLink: (link) =>
      terminal.out(`To sign in, open this link within 10 minutes; it works once:\n  ${link}\n`),
    log: (line) => terminal.err(`${JSON.stringify(line)}\n`),
  });
  terminal.out(`The console is at ${running.url}\n`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await running.stop();
}
