#!/usr/bin/env node
/**
 * The command line: arguments in, exit code out. Alone touches the process and the clock, and wires sources to commands.
 * Until a command has finished the exit code is 1: an event loop that runs dry must not look like success.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Call } from './commands/call.js';
import { errorJson } from './commands/refresh-json.js';
import type { ExplainOptions } from './commands/explain.js';
import type { DeliverOptions } from './commands/deliver.js';
import type { DiffOptions } from './commands/diff.js';
import { READING_FLAGS } from './commands/reading-options.js';
import type { ForecastOptions } from './commands/forecast.js';
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

interface CommonOptions {
  readonly config: string;
  readonly json?: boolean;
}

const stopping = new AbortController();

const program = new Command('oneroster-export')
  .description(
    'Nightly OneRoster 1.1 and 1.2 bundles from Infinite Campus, with a reason for every excluded record.',
  )
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

withConfig(program.command('refresh'))
  .description('read the SIS and publish a verified bundle for each connection; run it every night')
  .argument('[connection...]', 'names of connections (default: all)')
  .option(
    '--as-of <day>',
    'apply the rules as of this day, YYYY-MM-DD (default: today in the configured time zone)',
  )
  .addOption(
    new Option(
      '--mode <mode>',
      'everything, or only what changed since the receiver’s last bundle; overrides the mode in the config',
    ).choices(['bulk', 'delta']),
  )
  .option('--no-deliver', 'publish, but send nothing')
  .option('--release', 'publish these bundles even if a check would put them on hold; requires --reason')
  .option('--reason <text>', 'why they may pass; recorded in the history')
  .option('--keep-snapshot', 'keep the local copy of the SIS data for inspection; it contains personal data')
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
      process.exitCode = await refreshCommand(callWith(config, signal), source, only, options);
    },
  );

withConfig(program.command('deliver'))
  .description('send the newest good bundle of a connection to its receiver again')
  .argument('<connection>')
  .option(
    '--bundle <name>',
    'another published bundle, by its name; an older one than the receiver has needs --older',
  )
  .option('--older', 'roll back: send this older bundle on purpose; later bundles are compared with it')
  .option('--reason <text>', 'with --older: why; recorded in the history')
  .action(async (connection: string, options: CommonOptions & DeliverOptions) => {
    const signal = stopOnSignals('deliver');
    const { deliverCommand } = await import('./commands/deliver.js');
    const config = await readConfig(options.config);
    process.exitCode = await deliverCommand(callWith(config, signal), connection, options);
  });

withConfig(program.command('status'))
  .description('per connection: last good bundle and its age, last delivery, bundle on hold')
  .option(
    '--max-age <hours>',
    'exit with code 1 if a last good bundle is older, or there is none',
    positiveNumber,
  )
  .action(async (options: CommonOptions & { maxAge?: number }) => {
    const { statusCommand } = await import('./commands/status.js');
    process.exitCode = statusCommand(await readConfig(options.config), options, terminal, new Date());
  });

withConfig(program.command('history'))
  .description('past refreshes, newest first, and who decided what and why')
  .argument('[connection]', 'only this connection')
  .option('--limit <count>', 'how many entries', positiveNumber, 20)
  .option('--audit', 'show the audit trail: who did what, and why')
  .option('--verify', 'check that the audit trail was not changed')
  .option('--receiver <name>', 'show what this connection’s receiver got and when, with counts')
  .action(
    async (
      connection: string | undefined,
      options: CommonOptions & { limit: number; audit?: boolean; verify?: boolean; receiver?: string },
    ) => {
      const { historyCommand } = await import('./commands/history.js');
      process.exitCode = historyCommand(await readConfig(options.config), connection, options, terminal);
    },
  );

const hold = program.command('hold').description('decide on a bundle that is on hold');
for (const parent of [program, hold]) {
  withConfig(parent.command('release'))
    .description('publish the held bundle of a connection, this one time')
    .argument('<connection>')
    .requiredOption('--reason <text>', 'why; recorded in the history')
    .action(async (connection: string, options: CommonOptions & { reason: string }) => {
      const { releaseCommand } = await import('./commands/decide.js');
      await releaseCommand(callWith(await readConfig(options.config)), connection, options);
      process.exitCode = 0;
    });
  withConfig(parent.command('discard'))
    .description('drop the held bundle of a connection; the last good bundle stays')
    .argument('<connection>')
    .requiredOption('--reason <text>', 'why; recorded in the history')
    .action(async (connection: string, options: CommonOptions & { reason: string }) => {
      const { discardCommand } = await import('./commands/decide.js');
      await discardCommand(callWith(await readConfig(options.config)), connection, options);
      process.exitCode = 0;
    });
}

withConfig(program.command('explain'))
  .description('why a record is in or out: every rule applied to it, live against the SIS')
  .argument('<kind>', 'person, section, course, enrollment or school')
  .argument('<id>', 'any key: personID, student or staff number, username, sourcedId, course-section …')
  .option('--connection <name>', 'only this connection')
  .option(
    '--as-of <day>',
    'apply the rules as of this day, YYYY-MM-DD (default: today in the configured time zone)',
  )
  .option('--school <number>', 'only sections and courses of this school, if their numbers repeat')
  .option('--full', 'also list the rules that keep the record')
  .option('--rows', 'show the rows that would be exported, with personal data hidden')
  .option('--show-values', 'show names, and with --rows other personal data as well')
  .action(async (kind: string, id: string, options: CommonOptions & ExplainOptions) => {
    const { explainCommand } = await import('./commands/explain.js');
    const config = await readConfig(options.config);
    const source = await makeSource(config.source);
    process.exitCode = await explainCommand(callWith(config), source, { kind, key: id }, options);
  });

const diff = withJson(program.command('diff'))
  .description('what was added, changed and removed between two bundles')
  .argument('<old>', 'a OneRoster zip')
  .argument('<new>', 'a later one')
  .option('--records', 'list the ids, and the changed columns of changed records')
  .action(async (before: string, after: string, options: DiffOptions) => {
    const { diffCommand } = await import('./commands/diff.js');
    await diffCommand(before, after, options, terminal);
    process.exitCode = 0;
  });

withConfig(program.command('preflight'))
  .description('check that the district is ready: connection, schema, data and delivery targets')
  .option('--schema-only', 'connection and schema only, without reading the district')
  .option('--connection <name>', 'only the data of this connection')
  .option(
    '--as-of <day>',
    'apply the rules as of this day, YYYY-MM-DD (default: today in the configured time zone)',
  )
  .option('--csv <folder>', 'write one list of records per finding: ids and numbers')
  .option('--show-values', 'with --csv: also people’s names')
  .addOption(
    new Option(
      '--fail-on <severity>',
      'exit with code 3 if there is a finding of this severity or worse',
    ).choices(['error', 'warning', 'info']),
  )
  .action(async (options: CommonOptions & PreflightOptions) => {
    const { preflightCommand } = await import('./commands/preflight.js');
    const config = await readConfig(options.config);
    const source = await makeSource(config.source);
    const request = { ...options, onTargets: leaveOnSignals };
    process.exitCode = await preflightCommand(callWith(config), source, request);
  });

withConfig(program.command('preview'))
  .description(
    'a full dry run: what a refresh would publish or put on hold, and who would vanish by which rule',
  )
  .argument('[connection...]', 'names of connections (default: all)')
  .option(
    '--as-of <day>',
    'apply the rules as of this day, YYYY-MM-DD (default: today in the configured time zone)',
  )
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

withConfig(program.command('forecast'))
  .description(
    'the coming days: who leaves and joins by which rule, which threshold will hold, and what to do',
  )
  .argument('[connection...]', 'names of connections; all when none is named')
  .option('--days <count>', 'how many days (default: 30); the end of each calendar is always judged')
  .option(
    '--as-of <day>',
    'the day before the first one, YYYY-MM-DD (default: today in the configured time zone)',
  )
  .option('--html <file>', 'also write a page with a calendar and plots')
  .action(async (only: string[], options: CommonOptions & ForecastOptions) => {
    const { forecastCommand } = await import('./commands/forecast.js');
    const config = await readConfig(options.config);
    const source = await makeSource(config.source);
    await forecastCommand({ config, source, program: VERSION }, only, options, terminal);
    process.exitCode = 0;
  });

withConfig(program.command('notices'))
  .description('who is notified when a refresh fails, and the last notices')
  .option('--test', 'send a test message to each recipient')
  .action(async (options: CommonOptions & { test?: boolean }) => {
    const { noticesCommand } = await import('./commands/notices.js');
    await noticesCommand(callWith(await readConfig(options.config)), options);
    process.exitCode = 0;
  });

const init = withConfig(program.command('init'))
  .description('write a first config, with questions on a terminal or from flags')
  .option('--force', 'overwrite an existing config')
  .action(async (options: CommonOptions) => {
    const { initCommand } = await import('./commands/init.js');
    await initCommand(
      { ...options },
      { standard: standardConfig(), input: process.stdin, env: process.env, terminal },
    );
    process.exitCode = 0;
  });
for (const [flag, says] of INIT_FLAGS) init.option(flag, says);

withJson(program.command('demo'))
  .description('build the demo district and refresh it: a 1.1 and a 1.2 bundle, no server needed')
  .option('--home <folder>', 'where to put the district and the bundles', 'var/demo')
  .action(async (options: { home: string; json?: boolean }) => {
    const signal = stopOnSignals();
    const { demoCommand } = await import('./commands/demo.js');
    process.exitCode = await demoCommand({ terminal, now: new Date(), program: VERSION, signal }, options);
  });

withJson(program.command('rules'))
  .description('print every rule: its code, its text, its source and where to fix the data')
  .option('--checks', 'print the checks of a bundle instead')
  .option('--preflight', 'print the findings that preflight looks for instead')
  .action(async (options: { checks?: boolean; preflight?: boolean; json?: boolean }) => {
    if (options.preflight === true)
      (await import('./commands/findings.js')).findingsCommand(options, terminal);
    else if (options.checks === true) (await import('./commands/checks.js')).checksCommand(options, terminal);
    else (await import('./commands/rules.js')).rulesCommand(options, terminal);
    process.exitCode = 0;
  });

const validate = withJson(program.command('validate'))
  .description('check any OneRoster 1.1 or 1.2 zip: exit code 0 clean, 3 errors found, 2 not a readable zip')
  .argument('<zip>', 'a bundle, ours or not')
  .option('--profile <name>', 'what a receiver requires beyond the standard; see profiles')
  .option('--limit <count>', 'most places to list per finding', Number)
  .option('--show-values', 'show the values of cells; they may contain children’s data')
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
  .description('print what each receiver requires beyond the standard, and the source')
  .action(async (options: { json?: boolean }) => {
    (await import('./commands/profiles.js')).profilesCommand(options, terminal);
    process.exitCode = 0;
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}
isDone = true;
// What was left alone when the stop came, such as a connection to a silent server, would keep the process forever.
if (stopping.signal.aborted) process.exit();

/**
 * For commands that have something to tidy up: the first signal asks for a stop at the next safe point, a second one ends
 * the process at once, and the next start repairs what is left. Other commands end by a signal like any program.
 */
function stopOnSignals(command: 'refresh' | 'deliver' = 'refresh'): AbortSignal {
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

function withJson(command: Command): Command {
  return command.option('--json', 'print one JSON document, and nothing else, on stdout');
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

function callWith(config: Config, signal?: AbortSignal): Call {
  return { config, terminal, now: new Date(), program: VERSION, ...(signal && { signal }) };
}

function positiveNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('It must be greater than 0.');
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
