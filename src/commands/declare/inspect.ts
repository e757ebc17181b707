/** Commands that look and change nothing: one record, two bundles, the district, the coming nights. */
import { Option, type Command } from 'commander';
import type { AnonymizeOptions } from '../anonymize.js';
import type { ConsoleOptions } from '../console.js';
import type { DiffOptions } from '../diff.js';
import type { ExplainOptions } from '../explain.js';
import type { ForecastOptions } from '../forecast.js';
import type { PreflightOptions } from '../preflight.js';
import type { PreviewOptions } from '../preview.js';
import { READING_FLAGS } from '../reading-options.js';
import {
  asOf,
  positiveNumber,
  withConfig,
  withJson,
  type CommonOptions,
  type Declaration,
  type Shell,
} from './shell.js';

function explain(program: Command, shell: Shell): void {
  withConfig(shell, program.command('explain'))
    .description('why a record is in or out: every rule applied to it, live against the SIS')
    .argument(
      '<kind>',
      'person (also student, teacher, staff, guardian), section, course, enrollment, school, or any',
    )
    .argument('[id]', 'any key: personID, student or staff number, username, sourcedId, course-section …')
    .option('--connection <name>', 'only this connection')
    .addOption(asOf())
    .option('--school <number>', 'only sections and courses of this school, if their numbers repeat')
    .option('--name <text>', 'instead of an id: list the people with this name; requires --show-values')
    .option('--full', 'list every rule, also those that keep the record, with the values it saw')
    .option('--rows', 'show the rows that would be exported, with personal data hidden')
    .option('--show-values', 'show names, and with --rows other personal data as well')
    .action(async (kind: string, id: string | undefined, options: CommonOptions & ExplainOptions) => {
      const { explainCommand } = await import('../explain.js');
      const config = await shell.readConfig(options.config);
      const source = await shell.makeSource(config.source);
      shell.done(
        await explainCommand(
          shell.call(config),
          source,
          { kind, ...(id !== undefined && { key: id }) },
          options,
        ),
      );
    });
}

function diff(program: Command, shell: Shell): void {
  const command = withJson(program.command('diff'))
    .description('what was added, changed and removed between two bundles')
    .argument('<old>', 'a OneRoster zip')
    .argument('<new>', 'a later one')
    .option('--records', 'list the ids, and the changed columns of changed records')
    .action(async (before: string, after: string, options: DiffOptions) => {
      const { diffCommand } = await import('../diff.js');
      await diffCommand(before, after, options, shell.terminal);
      shell.done(0);
    });
  for (const [flag, says] of READING_FLAGS) command.option(flag, says, positiveNumber);
}

function anonymize(program: Command, shell: Shell): void {
  const command = withJson(program.command('anonymize'))
    .description(
      'write the same bundle without personal data, for support: validate finds the same faults in it',
    )
    .argument('<zip>', 'a OneRoster zip')
    .option('--out <file>', 'where to write it (default: <zip>-anonymized.zip in the current folder)')
    .option('--keep-ids', 'keep sourcedIds and the numbers of people and schools')
    .option('--keep-titles', 'keep names of schools, sessions, courses and classes, codes and rooms')
    .option(
      '--keep-metadata <names...>',
      'keep these extension columns as they are (default: all are dropped)',
    )
    .option(
      '--sample <count>',
      'only this many students, with their classes, teachers, contacts and schools',
      positiveNumber,
    )
    .option('--around <ids...>', 'only the users with these sourcedIds, with the same')
    .option(
      '--seed <text>',
      'the same replacements each time, for tests; they can be undone, so do not send the file',
    )
    .action(async (zip: string, options: AnonymizeOptions) => {
      shell.leaveOnSignals();
      const { anonymizeCommand } = await import('../anonymize.js');
      await anonymizeCommand(zip, options, shell.terminal);
      shell.done(0);
    });
  for (const [flag, says] of READING_FLAGS) command.option(flag, says, positiveNumber);
}

function preflight(program: Command, shell: Shell): void {
  withConfig(shell, program.command('preflight'))
    .description('check that the district is ready: connection, schema, data and delivery targets')
    .option('--schema-only', 'connection and schema only, without reading the district')
    .option('--connection <name>', 'only the data of this connection')
    .addOption(asOf())
    .option('--csv <folder>', 'write one list of records per finding: ids and numbers')
    .option('--show-values', 'with --csv: also people’s names')
    .addOption(
      new Option(
        '--fail-on <severity>',
        'exit with code 3 if there is a finding of this severity or worse',
      ).choices(['error', 'warning', 'info']),
    )
    .action(async (options: CommonOptions & PreflightOptions) => {
      const { preflightCommand } = await import('../preflight.js');
      const config = await shell.readConfig(options.config);
      const source = await shell.makeSource(config.source);
      const request = { ...options, onTargets: shell.leaveOnSignals };
      shell.done(await preflightCommand(shell.call(config), source, request));
    });
}

function preview(program: Command, shell: Shell): void {
  withConfig(shell, program.command('preview'))
    .description(
      'a full dry run: what a refresh would publish or put on hold, and who would vanish by which rule',
    )
    .argument('[connection...]', 'names of connections (default: all)')
    .addOption(asOf())
    .addOption(new Option('--mode <mode>', 'instead of the mode in the config').choices(['bulk', 'delta']))
    .option(
      '--against-config <file>',
      'compare with what this config makes of the same data, instead of with the last good bundle',
    )
    .option('--school-year <year>', 'judge with the school year that ends in this year as the active one')
    .option(
      '--out <folder>',
      'keep bundles, exclusions and the lists of who vanishes; they hold personal data',
    )
    .action(async (only: string[], options: CommonOptions & PreviewOptions) => {
      shell.leaveOnSignals();
      const { previewCommand, withReadsOf } = await import('../preview.js');
      const config = await shell.readConfig(options.config);
      const { againstConfig } = options;
      const against = againstConfig === undefined ? undefined : await shell.readConfig(againstConfig);
      const source = await shell.makeSource(withReadsOf(config.source, against?.source));
      const site = { ...shell.call(config), ...(against && { against }) };
      shell.done(await previewCommand(site, source, only, options));
    });
}

function forecast(program: Command, shell: Shell): void {
  withConfig(shell, program.command('forecast'))
    .description(
      'the coming days: who leaves and joins by which rule, which threshold will hold, and what to do',
    )
    .argument('[connection...]', 'names of connections (default: all)')
    .option('--days <count>', 'how many days (default: 30); the end of each calendar is always judged')
    .addOption(asOf('the day before the first one, YYYY-MM-DD (default: today in the configured time zone)'))
    .option('--html <file>', 'also write a page with a calendar and plots')
    .action(async (only: string[], options: CommonOptions & ForecastOptions) => {
      const { forecastCommand } = await import('../forecast.js');
      const config = await shell.readConfig(options.config);
      const source = await shell.makeSource(config.source);
      await forecastCommand(shell.call(config), source, only, options);
      shell.done(0);
    });
}

function webConsole(program: Command, shell: Shell): void {
  program
    .command('console')
    .description(
      'web pages for people without a shell: status, holds, search, refresh now; runs until it is stopped',
    )
    .option('--config <file>', 'the config, YAML (or ONEROSTER_EXPORT_CONFIG)', shell.standardConfig)
    .option('--listen <address>', 'IP address and port (default: console.listen, 127.0.0.1:8480)')
    .action(async (options: ConsoleOptions) => {
      const signal = shell.stopOnSignals('console');
      const { consoleCommand } = await import('../console.js');
      await consoleCommand(shell.call(await shell.readConfig(options.config)), options, signal);
      shell.done(0);
    });
}

/** In the order of `--help`. */
export const inspectionCommands: readonly Declaration[] = [
  explain,
  diff,
  anonymize,
  preflight,
  preview,
  forecast,
  webConsole,
];
