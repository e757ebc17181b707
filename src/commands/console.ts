/** `console`: the web pages for people without a shell, until it is stopped. */
import { userInfo } from 'node:os';
import { unsafeListening } from '../config/across-console.js';
import { startConsole } from '../console/console.js';
import type { RunningConsole, Serving } from '../console/serving.js';
import { ExportError } from '../model/errors.js';
import { Programs, THIS_PROGRAM } from '../programs/programs.js';
import type { ConsoleSettings } from '../model/settings.js';
import type { Call } from './call.js';
import type { Terminal } from './terminal.js';

export interface ConsoleOptions {
  /** Path of the config. */
  readonly config: string;
  /** IP address and port, instead of the one in the config. */
  readonly listen?: string;
}

/** Returns once the signal has come and everything has ended. */
export async function consoleCommand(
  { config, terminal, program: version }: Call,
  options: ConsoleOptions,
  signal: AbortSignal,
): Promise<void> {
  await showConsole(
    { settings: config.console, listen: options.listen, terminal, version, signal },
    (serving) =>
      startConsole({
        ...serving,
        config,
        programs: new Programs({ program: THIS_PROGRAM, config: options.config }),
      }),
  );
}

export interface ConsoleToShow {
  readonly settings: ConsoleSettings;
  /** Instead of the address in the settings. */
  readonly listen: string | undefined;
  readonly terminal: Terminal;
  readonly version: string;
  readonly signal: AbortSignal;
}

/** Until the signal comes. */
export async function showConsole(
  { settings, terminal, version, signal, ...wants }: ConsoleToShow,
  start: (serving: Serving) => Promise<RunningConsole>,
): Promise<void> {
  const listen = wants.listen ?? settings.listen;
  const unsafe = unsafeListening({
    listen,
    hasAuth: settings.auth !== undefined,
    isEncrypted: settings.tls !== undefined || settings.behindProxy,
  });
  if (unsafe !== undefined) throw new ExportError('usage', `The address ${listen} ${unsafe}.`);
  const running = await start({
    console: settings,
    version,
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
