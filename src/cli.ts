#!/usr/bin/env node
/**
 * The command line: arguments in, exit code out. Alone touches the process and the clock, and wires sources to commands.
 * Until a command has finished the exit code is 1: an event loop that runs dry must not look like success.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { declareCommands, PROGRAM_SAYS } from './commands/declare/program.js';
import type { Shell } from './commands/declare/shell.js';
import { errorJson, placedProblems } from './commands/error-json.js';
import { logTo } from './commands/log-file.js';
import { lookOf } from './commands/look.js';
import { terminalOver, type Terminal } from './commands/terminal.js';
import type { SisSource } from './extract/source.js';
import { EXIT_CODES, ExportError } from './model/errors.js';
import { stopFault, type StoppableCommand } from './model/stopping.js';
import type { Config, SourceSettings } from './model/settings.js';
import { stopSignals } from './platform/signals.js';
import { asExportError } from './faults/as-export-error.js';

process.exitCode = EXIT_CODES.unexpected;
process.umask(0o077);
delete process.env['DEBUG']; // with it Knex prints every value of every row

const VERSION = packageVersion();

// A reader that has seen enough (`| head`) is no reason to stop half way.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const args = process.argv.slice(2);
const isJson = args.includes('--json');
const look = lookOf(args, process.env, process.stdout);
const startedAt = performance.now();
let terminal: Terminal = {
  ...terminalOver(process.stdout, process.stderr, look),
  // The web console shows the steps of the programs that it starts.
  ...(process.send && { onStep: (step: string) => process.send?.({ step }) }),
};

/** A wait that nothing can end leaves Node with nothing to do, and it would end without a word. */
let isDone = false;
process.once('exit', (code) => {
  if (isDone || code !== EXIT_CODES.unexpected) return;
  terminal.err(
    'Unexpected error: the program ended before its work was done. Run it again; report it if it recurs.\n',
  );
});

// An error in a callback: Node would print its text, which may contain personal data.
process.on('uncaughtException', (error) => {
  isDone = true;
  process.exit(explain(error));
});

const stopping = new AbortController();

const program = new Command('oneroster-export')
  .description(PROGRAM_SAYS)
  .version(VERSION)
  .exitOverride()
  .configureOutput({
    writeOut: terminal.out,
    writeErr: terminal.err,
    outputError: (text, write) => write(text),
  })
  .showHelpAfterError('(see --help)')
  .addHelpText(
    'after',
    `
New here? Start with demo; it needs no server. Then: preflight, refresh, status; explain when a record is missing.
Run COMMAND --help for details.

Exit codes: 0 done, 1 unexpected, 2 usage or config, 3 withheld, 4 source failed, 5 delivery failed,
6 a refresh is already running, 130 and 143 stopped by a signal. Any other code is a failure.`,
  );

/** Before any work: what cannot be written later must not be noticed at the end. */
program.hook('preAction', (_program, command) => {
  const path: unknown = command.opts()['log'];
  if (typeof path !== 'string') return;
  const log = logTo(path, () => new Date());
  terminal = { ...terminal, log };
  shell.terminal = terminal;
  log('start', { command: namesOf(command).join(' '), version: VERSION });
});

const shell: { -readonly [Key in keyof Shell]: Shell[Key] } = {
  terminal,
  program: VERSION,
  standardConfig: process.env['ONEROSTER_EXPORT_CONFIG'] ?? 'config/oneroster.yaml',
  standardFleet: process.env['ONEROSTER_EXPORT_FLEET'] ?? 'fleet',
  readConfig,
  makeSource,
  call: (config, signal) => ({
    config,
    terminal,
    now: new Date(),
    program: VERSION,
    ...(signal && { signal }),
  }),
  stopOnSignals,
  leaveOnSignals,
  done: (exitCode) => {
    process.exitCode = exitCode;
  },
};
declareCommands(program, shell);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}
isDone = true;
terminal.log?.('end', {
  exitCode: process.exitCode,
  seconds: Math.round(performance.now() - startedAt) / 1_000,
});
// What was left alone when the stop came, such as a connection to a silent server, would keep the process forever.
if (stopping.signal.aborted) process.exit();

/**
 * For commands that have something to tidy up: the first signal asks for a stop at the next safe point, a second one ends
 * the process at once, and the next start repairs what is left. Other commands end by a signal like any program.
 */
function stopOnSignals(command: StoppableCommand = 'refresh'): AbortSignal {
  for (const signal of stopSignals()) {
    process.on(signal, () => {
      const fault = stopFault(signal, command);
      if (stopping.signal.aborted) process.exit(fault.exitCode);
      terminal.err(`${signal}: stopping at the next safe point; a second signal stops at once.\n`);
      stopping.abort(fault);
    });
  }
  return stopping.signal;
}

/**
 * For a wait with nothing to finish, but a folder to remove: the first signal ends the process, and its end removes the folder.
 * Work without such a wait is left to the system, which ends it at once.
 */
function leaveOnSignals(): void {
  for (const signal of stopSignals())
    process.once(signal, () => {
      process.exit(stopFault(signal).exitCode);
    });
}

async function readConfig(path: string): Promise<Config> {
  const { loadConfig } = await import('./config/load.js');
  return await loadConfig(path, process.env);
}

/** The register of sources. Drivers take long to load, so only the one that is asked for is. */
async function makeSource(settings: SourceSettings): Promise<SisSource> {
  switch (settings.client) {
    case 'better-sqlite3':
      return (await import('./extract/sqlite.js')).sqliteSource(settings);
    case 'mssql':
      return (await import('./extract/sqlserver/sqlserver.js')).sqlServerSource(settings);
  }
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : sayUsage(error.message);
  const problem = asExportError(error, 'the home folder');
  terminal.log?.('error', { code: problem.code });
  terminal.err(`${problem.message}\n`);
  terminal.err(placedProblems(problem.problems));
  if (isJson) terminal.out(`${JSON.stringify({ error: errorJson(problem) }, undefined, 2)}\n`);
  return problem.exitCode;
}

/** Commander has printed it for people. */
function sayUsage(message: string): number {
  const [says = ''] = message.replace(/^error: /, '').split('\n');
  const fault = new ExportError('usage', says.startsWith('(') ? 'A command is missing; see --help.' : says);
  if (isJson) terminal.out(`${JSON.stringify({ error: errorJson(fault) }, undefined, 2)}\n`);
  return fault.exitCode;
}

/** Of a command, from the outermost: `hold release`. */
function namesOf(command: Command): readonly string[] {
  return command.parent === null ? [] : [...namesOf(command.parent), command.name()];
}

function packageVersion(): string {
  const path = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
