/**
 * The commands of every night: refresh, deliver, and what to do about a bundle that is on hold. Each loads its code when it runs.
 * `--lease` and `--night` are for the worker of a fleet, which holds the district, and are not in `--help`.
 */
import { Option, type Command } from 'commander';
import type { BundleMode } from '../../model/settings.js';
import type { DeliverOptions } from '../deliver.js';
import { endWithParent } from '../../platform/parent.js';
import {
  asOf,
  positiveNumber,
  wholeNumber,
  withAmount,
  withConfig,
  type CommonOptions,
  type Declaration,
  type Shell,
} from './shell.js';

function refresh(program: Command, shell: Shell): void {
  withAmount(withConfig(shell, program.command('refresh')))
    .description('read the SIS and publish a verified bundle for each connection; run it every night')
    .argument('[connection...]', 'names of connections (default: all)')
    .addOption(asOf())
    .addOption(
      new Option(
        '--mode <mode>',
        'everything, or only what changed since the receiver’s last bundle; overrides the mode in the config',
      ).choices(['bulk', 'delta']),
    )
    .option('--no-deliver', 'publish, but send nothing')
    .option('--release', 'publish these bundles even if a check would put them on hold; requires --reason')
    .option('--reason <text>', 'why they may pass; recorded in the history')
    .option(
      '--keep-snapshot',
      'keep the local copy of the SIS data for inspection; it contains personal data',
    )
    .addOption(new Option('--lease <token>').argParser(wholeNumber).hideHelp())
    .addOption(new Option('--night <day>').hideHelp())
    .action(
      async (
        only: string[],
        options: CommonOptions & {
          asOf?: string;
          lease?: number;
          night?: string;
          mode?: BundleMode;
          release?: boolean;
          reason?: string;
          keepSnapshot?: boolean;
          deliver?: boolean;
          verbose?: boolean;
          quiet?: boolean;
        },
      ) => {
        const signal = shell.stopOnSignals();
        if (options.lease !== undefined) endWithParent();
        const { refreshCommand } = await import('../refresh.js');
        const config = await shell.readConfig(options.config);
        const source = await shell.makeSource(config.source);
        shell.done(await refreshCommand(shell.call(config, signal), source, only, options));
      },
    );
}

function deliver(program: Command, shell: Shell): void {
  withConfig(shell, program.command('deliver'))
    .description('send the newest good bundle of a connection to its receiver again')
    .argument('<connection>')
    .option(
      '--bundle <name>',
      'another published bundle, by its name; an older one than the receiver has needs --older',
    )
    .option('--older', 'roll back: send this older bundle on purpose; later bundles are compared with it')
    .option('--reason <text>', 'with --older: why; recorded in the history')
    .action(async (connection: string, options: CommonOptions & DeliverOptions) => {
      const signal = shell.stopOnSignals('deliver');
      const { deliverCommand } = await import('../deliver.js');
      const config = await shell.readConfig(options.config);
      shell.done(await deliverCommand(shell.call(config, signal), connection, options));
    });
}

function status(program: Command, shell: Shell): void {
  withConfig(shell, program.command('status'))
    .description('per connection: last good bundle and its age, last delivery, bundle on hold')
    .option(
      '--max-age <hours>',
      'exit with code 1 if a last good bundle is older, or there is none',
      positiveNumber,
    )
    .action(async (options: CommonOptions & { maxAge?: number }) => {
      const { statusCommand } = await import('../status.js');
      const config = await shell.readConfig(options.config);
      shell.done(await statusCommand(config, options, shell.terminal, new Date()));
    });
}

function history(program: Command, shell: Shell): void {
  withConfig(shell, program.command('history'))
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
        const { historyCommand } = await import('../history.js');
        const config = await shell.readConfig(options.config);
        shell.done(await historyCommand(config, connection, options, shell.terminal));
      },
    );
}

function decisions(program: Command, shell: Shell): void {
  const hold = program.command('hold').description('decide on a bundle that is on hold');
  for (const parent of [program, hold]) {
    withConfig(shell, parent.command('release'))
      .description('publish the held bundle of a connection, this one time')
      .argument('<connection>')
      .requiredOption('--reason <text>', 'why; recorded in the history')
      .action(async (connection: string, options: CommonOptions & { reason: string }) => {
        const { releaseCommand } = await import('../decide.js');
        await releaseCommand(shell.call(await shell.readConfig(options.config)), connection, options);
        shell.done(0);
      });
    withConfig(shell, parent.command('discard'))
      .description('drop the held bundle of a connection; the last good bundle stays')
      .argument('<connection>')
      .requiredOption('--reason <text>', 'why; recorded in the history')
      .action(async (connection: string, options: CommonOptions & { reason: string }) => {
        const { discardCommand } = await import('../decide.js');
        await discardCommand(shell.call(await shell.readConfig(options.config)), connection, options);
        shell.done(0);
      });
  }
}

/** In the order of `--help`. */
export const nightlyCommands: readonly Declaration[] = [refresh, deliver, status, history, decisions];
