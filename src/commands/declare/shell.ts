/** What the declarations of commands share: the process as they see it, and options that several of them have. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { SisSource } from '../../extract/source.js';
import type { StoppableCommand } from '../../model/stopping.js';
import type { Config, SourceSettings } from '../../model/settings.js';
import type { Call } from '../call.js';
import { COLOR_CHOICES } from '../look.js';
import type { Terminal } from '../terminal.js';

/** The process, the clock and the drivers, which only the command line touches. */
export interface Shell {
  readonly terminal: Terminal;
  /** Version of this program. */
  readonly program: string;
  /** The path that needs no `--config`. */
  readonly standardConfig: string;
  /** The folder that needs no `--fleet`. */
  readonly standardFleet: string;
  readonly readConfig: (path: string) => Promise<Config>;
  readonly makeSource: (settings: SourceSettings) => Promise<SisSource>;
  readonly call: (config: Config, signal?: AbortSignal) => Call;
  readonly stopOnSignals: (command?: StoppableCommand) => AbortSignal;
  readonly leaveOnSignals: () => void;
  /** The exit code of a command that ran to its end. */
  readonly done: (exitCode: number) => void;
}

/** Adds a command, or a few that belong together, to the program. */
export type Declaration = (program: Command, shell: Shell) => void;

export interface CommonOptions {
  readonly config: string;
  readonly json?: boolean;
}

export function withJson(command: Command): Command {
  return command
    .option('--json', 'print one JSON document, and nothing else, on stdout')
    .addOption(
      new Option('--color <when>', 'color the output; auto heeds NO_COLOR and FORCE_COLOR').choices(
        COLOR_CHOICES,
      ),
    )
    .option(
      '--log <file>',
      'append one JSON line per event to this file: codes and counts, no personal data',
    );
}

export function withConfig({ standardConfig }: Shell, command: Command): Command {
  return withJson(
    command.option('--config <file>', 'the config, YAML (or ONEROSTER_EXPORT_CONFIG)', standardConfig),
  );
}

export function withFleet({ standardFleet }: Shell, command: Command): Command {
  return withJson(
    command.option(
      '--fleet <folder>',
      'the folder with fleet.yaml (or ONEROSTER_EXPORT_FLEET)',
      standardFleet,
    ),
  );
}

/** How much of a summary is printed. */
export const withAmount = (command: Command): Command =>
  command
    .addOption(
      new Option('--verbose', 'print all rules, rows, notices and findings of each connection').conflicts(
        'quiet',
      ),
    )
    .option('--quiet', 'print only problems, on stderr');

export const asOf = (
  says = 'apply the rules as of this day, YYYY-MM-DD (default: today in the configured time zone)',
): Option => new Option('--as-of <day>', says);

export function positiveNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('It must be greater than 0.');
  return number;
}

export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('It must be a number above 0.');
  return number;
}
