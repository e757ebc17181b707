#!/usr/bin/env node
/**
 * The command line: arguments in, exit code out. Alone touches the process and the clock, and wires sources to commands.
 * Until a command has finished the exit code is 1: an event loop that runs dry must not look like success.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { errorJson } from './commands/refresh-json.js';
import type { ExplainOptions } from './commands/explain.js';
import type { DeliverOptions } from './commands/deliver.js';
import type { DiffOptions } from './commands/diff.js';
import { READING_FLAGS } from './commands/reading-options.js';
import type { PreviewOptions } from './commands/preview.js';
import type { ValidateOptions } from './commands/validate.js';
import type { PreflightOptions } from './commands/preflight.js';
import { terminalOver } from './commands/terminal.js';
import type { SisSource } from './extract/source.js';
import { INIT_FLAGS } from './commands/init-flags.js';
import { EXIT_CODES } from './model/errors.js';
import { stopFault } from './model/stopping.js';
import type { BundleMode, Config, SourceSettings } from './model/settings.js';
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

const terminal = terminalOver(process.stdout, process.stderr);

interface CommonOptions {
  readonly config: string;
  readonly json?: boolean;
}

const stopping = new AbortController();

const program = new Command('oneroster-export')
  .description(
    'Nightly OneRoster 1.1 and 1.2 bundles from Infinite Campus, with a reason for every record left out.',
  )
  .version(VERSION)
  .exitOverride()
  .configureOutput({
    writeOut: terminal.out,
    writeErr: terminal.err,
    outputError: (text, write) => write(text),
  })
  .showHelpAfterError('(--help shows what there is)')
  .addHelpText(
    'after',
    `
New here? demo needs nothing but this program. Then: preflight, refresh, status; explain when a record is missing.
COMMAND --help tells more.

Exit codes: 0 done, 1 unexpected, 2 usage or config, 3 withheld, 4 source failed, 5 delivery failed,
6 a refresh is already running, 130 and 143 stopped by a signal. Any other code is a failure.`,
  );

withConfig(program.command('refresh'))
  .description('read the SIS and publish a verified bundle for each connection; the job for every night')
  .argument('[connection...]', 'names of connections; all when none is named')
  .option('--as-of <day>', 'judge as of this day, YYYY-MM-DD (default: today in the configured time zone)')
  .addOption(
    new Option(
      '--mode <mode>',
      'everything, or only what changed since the bundle that the receiver has; instead of the mode in the config',
    ).choices(['bulk', 'delta']),
  )
  .option('--no-deliver', 'publish, but send nothing')
  .option('--release', 'let these bundles pass whatever would hold them back; needs --reason')
  .option('--reason <text>', 'why they may pass; the history keeps it')
  .option('--keep-snapshot', 'for a look, keep the local copy of what was read; it holds personal data')
  .action(
    async (
      only: string[],
      options: CommonOptions & {
        asOf?: string;
        mode?: BundleMode;
        release?: boolean;
        reason?: string;
        keepSnapshot?: boolean;
        deliver?: boolean;
      },
    ) => {
      const signal = stopOnSignals();
      const { refreshCommand } = await import('./commands/refresh.js');
      const config = await readConfig(options.config);
      const source = await makeSource(config.source);
      process.exitCode = await refreshCommand(
        config,
        source,
        only,
        options,
        terminal,
        new Date(),
        VERSION,
        signal,
      );
    },
  );

withConfig(program.command('deliver'))
  .description('send the newest good bundle of a connection to its receiver, once more or at last')
  .argument('<connection>')
  .option(
    '--bundle <name>',
    'another published bundle, by its name; an older one than the receiver has needs --older',
  )
  .option('--older', 'roll back: send this older bundle on purpose; later bundles are compared with it')
  .option('--reason <text>', 'with --older: why; the history keeps it')
  .action(async (connection: string, options: CommonOptions & DeliverOptions) => {
    const signal = stopOnSignals('deliver');
    const { deliverCommand } = await import('./commands/deliver.js');
    const config = await readConfig(options.config);
    process.exitCode = await deliverCommand(config, connection, options, terminal, new Date(), signal);
  });

withConfig(program.command('status'))
  .description('per connection: the last good bundle and its age, the last delivery, what is held')
  .option(
    '--max-age <hours>',
    'leave with 1 when a last good bundle is older, or there is none',
    positiveNumber,
  )
  .action(async (options: CommonOptions & { maxAge?: number }) => {
    const { statusCommand } = await import('./commands/status.js');
    process.exitCode = statusCommand(await readConfig(options.config), options, terminal, new Date());
  });

withConfig(program.command('history'))
  .description('past refreshes, newest first, and who decided what and why')
  .argument('[connection]', 'only this connection')
  .option('--limit <count>', 'how many', positiveNumber, 20)
  .option('--audit', 'the audit trail instead: who did what, and why')
  .option('--verify', 'check that nobody changed the audit trail')
  .option('--receiver <name>', 'what this connection’s receiver got, when, with counts, instead')
  .action(
    async (
      connection: string | undefined,
      options: CommonOptions & { limit: number; audit?: boolean; verify?: boolean; receiver?: string },
    ) => {
      const { historyCommand } = await import('./commands/history.js');
      process.exitCode = historyCommand(await readConfig(options.config), connection, options, terminal);
    },
  );

const hold = program.command('hold').description('decide on a bundle that is held back');
for (const parent of [program, hold]) {
  withConfig(parent.command('release'))
    .description('publish the held bundle of a connection: just these bytes, this once')
    .argument('<connection>')
    .requiredOption('--reason <text>', 'why; the history keeps it')
    .action(async (connection: string, options: CommonOptions & { reason: string }) => {
      const { releaseCommand } = await import('./commands/decide.js');
      await releaseCommand(await readConfig(options.config), connection, options, terminal, new Date());
      process.exitCode = 0;
    });
  withConfig(parent.command('discard'))
    .description('drop the held bundle of a connection; the last good one stays')
    .argument('<connection>')
    .requiredOption('--reason <text>', 'why; the history keeps it')
    .action(async (connection: string, options: CommonOptions & { reason: string }) => {
      const { discardCommand } = await import('./commands/decide.js');
      await discardCommand(await readConfig(options.config), connection, options, terminal, new Date());
      process.exitCode = 0;
    });
}

withConfig(program.command('explain'))
  .description('why a record is in or out: every rule asked about it, live against the SIS')
  .argument('<kind>', 'person, section, course, enrollment or school')
  .argument(
    '<id>',
    'any key at hand: personID, student or staff number, username, sourcedId, course-section …',
  )
  .option('--connection <name>', 'only this connection')
  .option('--as-of <day>', 'judge as of this day, YYYY-MM-DD (default: today in the configured time zone)')
  .option('--school <number>', 'only sections and courses of this school, where their numbers repeat')
  .option('--full', 'also the sentence and the screen of rules that keep the record')
  .option('--rows', 'show the rows that would be exported, personal data hidden')
  .option('--show-values', 'show names, and with --rows other personal data as well')
  .action(async (kind: string, id: string, options: CommonOptions & ExplainOptions) => {
    const { explainCommand } = await import('./commands/explain.js');
    const config = await readConfig(options.config);
    const source = await makeSource(config.source);
    process.exitCode = await explainCommand(config, source, kind, id, options, terminal, new Date());
  });

const diff = withJson(program.command('diff'))
  .description('what was added, changed and removed between two bundles')
  .argument('<old>', 'a OneRoster zip')
  .argument('<new>', 'a later one')
  .option('--records', 'list the ids, and of changed records the columns')
  .action(async (before: string, after: string, options: DiffOptions) => {
    const { diffCommand } = await import('./commands/diff.js');
    await diffCommand(before, after, options, terminal);
    process.exitCode = 0;
  });

withConfig(program.command('preflight'))
  .description('is the district ready? checks connection, schema, data and delivery targets')
  .option('--schema-only', 'connection and schema only, without reading the district')
  .option('--connection <name>', 'only the data of this connection')
  .option('--as-of <day>', 'judge as of this day, YYYY-MM-DD (default: today in the configured time zone)')
  .option('--csv <folder>', 'write one list of records per finding: ids and numbers')
  .option('--show-values', 'with --csv: people’s names as well')
  .addOption(
    new Option('--fail-on <severity>', 'leave with 3 when something this severe is found').choices([
      'error',
      'warning',
      'info',
    ]),
  )
  .action(async (options: CommonOptions & PreflightOptions) => {
    const { preflightCommand } = await import('./commands/preflight.js');
    const config = await readConfig(options.config);
    const source = await makeSource(config.source);
    const request = { ...options, onTargets: leaveOnSignals };
    process.exitCode = await preflightCommand(config, source, request, terminal, new Date());
  });

withConfig(program.command('preview'))
  .description(
    'a full dry run: what a refresh would publish or put on hold, and who would vanish by which rule',
  )
  .argument('[connection...]', 'names of connections; all when none is named')
  .option('--as-of <day>', 'judge as of this day, YYYY-MM-DD (default: today in the configured time zone)')
  .addOption(new Option('--mode <mode>', 'instead of the mode in the config').choices(['bulk', 'delta']))
  .option(
    '--against-config <file>',
    'compare with what this config makes of the same data, instead of with the last good bundle',
  )
  .option('--school-year <year>', 'judge with the school year that ends in this year as the active one')
  .option('--out <folder>', 'keep bundles, exclusions and the lists of who vanishes; they hold personal data')
  .action(async (only: string[], options: CommonOptions & PreviewOptions) => {
    leaveOnSignals();
    const { previewCommand } = await import('./commands/preview.js');
    const config = await readConfig(options.config);
    const { againstConfig } = options;
    const against = againstConfig === undefined ? undefined : await readConfig(againstConfig);
    const site = { config, source: await makeSource(config.source), ...(against && { against }) };
    process.exitCode = await previewCommand(site, only, options, terminal);
  });

withConfig(program.command('notices'))
  .description('who is told when a refresh fails, and what was told last')
  .option('--test', 'send a message to each of them, to see whether it arrives')
  .action(async (options: CommonOptions & { test?: boolean }) => {
    const { noticesCommand } = await import('./commands/notices.js');
    await noticesCommand(await readConfig(options.config), options, terminal, new Date(), VERSION);
    process.exitCode = 0;
  });

const init = withConfig(program.command('init'))
  .description('write a first config: asks on a terminal, or takes flags')
  .option('--force', 'write over a config that is there')
  .action(async (options: CommonOptions) => {
    const { initCommand } = await import('./commands/init.js');
    await initCommand({ ...options }, standardConfig(), process.stdin, process.env, terminal);
    process.exitCode = 0;
  });
for (const [flag, says] of INIT_FLAGS) init.option(flag, says);

withJson(program.command('demo'))
  .description('build the demo district and refresh it: a 1.1 and a 1.2 bundle, no server needed')
  .option('--home <folder>', 'where to put the district and the bundles', 'var/demo')
  .action(async (options: { home: string; json?: boolean }) => {
    const signal = stopOnSignals();
    const { demoCommand } = await import('./commands/demo.js');
    process.exitCode = await demoCommand(options, terminal, new Date(), VERSION, signal);
  });

withJson(program.command('rules'))
  .description('print every rule: its code, what it says, who asks for it and where it is mended')
  .option('--checks', 'the checks that bundles are judged by, instead')
  .option('--preflight', 'what preflight looks for in the data, instead')
  .action(async (options: { checks?: boolean; preflight?: boolean; json?: boolean }) => {
    if (options.preflight === true)
      (await import('./commands/findings.js')).findingsCommand(options, terminal);
    else if (options.checks === true) (await import('./commands/checks.js')).checksCommand(options, terminal);
    else (await import('./commands/rules.js')).rulesCommand(options, terminal);
    process.exitCode = 0;
  });

const validate = withJson(program.command('validate'))
  .description('judge any OneRoster 1.1 or 1.2 zip: 0 clean, 3 errors found, 2 not a readable zip')
  .argument('<zip>', 'a bundle, ours or not')
  .option('--profile <name>', 'what a receiver asks beyond the standard; see profiles')
  .option('--limit <count>', 'how many places a finding names at most', Number)
  .option('--show-values', 'show the values of cells; they may be children’s data')
  .action(async (zip: string, options: ValidateOptions) => {
    const { validateCommand } = await import('./commands/validate.js');
    const asOf = new Date().toISOString().slice(0, 10);
    process.exitCode = await validateCommand(zip, { ...options, asOf }, terminal);
  });

for (const [flag, says] of READING_FLAGS) {
  diff.option(flag, says, positiveNumber);
  validate.option(flag, says, positiveNumber);
}

withJson(program.command('profiles'))
  .description('print what each receiver asks beyond the standard, and who says so')
  .action(async (options: { json?: boolean }) => {
    (await import('./commands/profiles.js')).profilesCommand(options, terminal);
    process.exitCode = 0;
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}
// What was left alone when the stop came, such as a connection to a silent server, would keep the process for ever.
if (stopping.signal.aborted) process.exit();

/**
 * For commands that have something to tidy up: the first signal asks for a stop at the next safe point, a second one ends
 * the process at once, and the next start mends what that leaves. Other commands die of a signal as any program does.
 */
function stopOnSignals(command: 'refresh' | 'deliver' = 'refresh'): AbortSignal {
  for (const signal of stopSignals()) {
    process.on(signal, () => {
      const fault = stopFault(signal, command);
      if (stopping.signal.aborted) process.exit(fault.exitCode);
      terminal.err(`${signal}: stopping at the next safe point; a second signal leaves at once.\n`);
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

function withJson(command: Command): Command {
  return command.option('--json', 'print one JSON document on stdout, and nothing else there');
}

function withConfig(command: Command): Command {
  return withJson(
    command.option('--config <file>', 'the config, YAML (or ONEROSTER_EXPORT_CONFIG)', standardConfig()),
  );
}

function standardConfig(): string {
  return process.env['ONEROSTER_EXPORT_CONFIG'] ?? 'config/oneroster.yaml';
}

async function readConfig(path: string): Promise<Config> {
  const { loadConfig } = await import('./config/load.js');
  return await loadConfig(path, process.env);
}

function positiveNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('It has to be a number above 0.');
  return number;
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
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
  const problem = asExportError(error, 'the home folder');
  terminal.err(`${problem.message}\n`);
  for (const { path, line, column, message } of problem.problems) {
    const place = line === undefined ? '' : `line ${line}, column ${column ?? 1}: `;
    terminal.err(`  ${place}${path === '' ? '' : `${path}: `}${message}\n`);
  }
  if (process.argv.includes('--json'))
    terminal.out(`${JSON.stringify({ error: errorJson(problem) }, undefined, 2)}\n`);
  return problem.exitCode;
}

function packageVersion(): string {
  const path = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
