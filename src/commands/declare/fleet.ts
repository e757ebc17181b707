/** The commands of a fleet. They alone load the queue; each loads its code when it runs. */
import type { Command } from 'commander';
import type { FleetCall } from '../fleet/call.js';
import { wholeNumber, withFleet, type Declaration, type Shell } from './shell.js';

interface FleetOptions {
  readonly fleet: string;
  readonly json?: boolean;
}

const callOf = ({ terminal }: Shell, folder: string): FleetCall => ({
  folder,
  env: process.env,
  terminal,
  now: new Date(),
});

function init(group: Command, shell: Shell): void {
  withFleet(shell, group.command('init'))
    .description('create the tables of the fleet in its database, or bring them up to date')
    .action(async (options: FleetOptions) => {
      const { fleetInitCommand } = await import('../fleet/init.js');
      await fleetInitCommand(callOf(shell, options.fleet), options);
      shell.done(0);
    });
}

function apply(group: Command, shell: Shell): void {
  withFleet(shell, group.command('apply'))
    .description('show how the districts of the folder differ from those of the database, then apply that')
    .argument('[folder]', 'the folder with fleet.yaml, instead of --fleet')
    .option('--yes', 'apply without a question; otherwise only a person at a terminal can apply')
    .action(async (folder: string | undefined, options: FleetOptions & { yes?: boolean }) => {
      const { fleetApplyCommand } = await import('../fleet/apply.js');
      const call = { ...callOf(shell, folder ?? options.fleet), stream: process.stdin };
      shell.done(await fleetApplyCommand(call, options));
    });
}

function worker(group: Command, shell: Shell): void {
  withFleet(shell, group.command('worker'))
    .description(
      'refresh the districts whose turn it is, until it is stopped; run one or more on each machine',
    )
    .option('--concurrency <count>', 'how many districts at once', wholeNumber, 1)
    .action(async (options: FleetOptions & { concurrency: number }) => {
      const signal = shell.stopOnSignals('fleet worker');
      const { fleetWorkerCommand } = await import('../fleet/worker.js');
      await fleetWorkerCommand(callOf(shell, options.fleet), options, signal);
      shell.done(0);
    });
}

/** In the order of `fleet --help`. */
const below: readonly Declaration[] = [init, apply, worker];

function fleet(program: Command, shell: Shell): void {
  const group = program
    .command('fleet')
    .description('many districts: their nights, their workers, and how they are');
  for (const declare of below) declare(group, shell);
}

export const fleetCommands: readonly Declaration[] = [fleet];
