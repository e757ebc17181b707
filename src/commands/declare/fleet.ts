/** The commands of a fleet. They alone load the queue; each loads its code when it runs. */
import { Option, type Command } from 'commander';
import type { FleetCall } from '../fleet/call.js';
import { DISTRICT_PROBLEMS, type DistrictProblem } from '../../model/district-problems.js';
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

function plan(group: Command, shell: Shell): void {
  withFleet(shell, group.command('plan'))
    .description('the coming night: when each district begins, how long it takes, and which will be late')
    .action(async (options: FleetOptions) => {
      const { fleetPlanCommand } = await import('../fleet/plan.js');
      await fleetPlanCommand(callOf(shell, options.fleet), options);
      shell.done(0);
    });
}

const labels = (): Option => new Option('--label <labels...>', 'only districts with one of these labels');

function refresh(group: Command, shell: Shell): void {
  withFleet(shell, group.command('refresh'))
    .description('let the workers refresh districts now, beside the schedule')
    .argument('[district...]', 'names of districts (default: all that are not paused)')
    .addOption(labels())
    .action(async (districts: string[], options: FleetOptions & { label?: string[] }) => {
      const { fleetRefreshCommand } = await import('../fleet/send.js');
      await fleetRefreshCommand(callOf(shell, options.fleet), districts, options);
      shell.done(0);
    });
}

function pauses(group: Command, shell: Shell): void {
  withFleet(shell, group.command('pause'))
    .description('begin no night of a district until it is resumed')
    .argument('<district>')
    .requiredOption('--reason <text>', 'why; recorded in the audit trail of the district')
    .action(async (district: string, options: FleetOptions & { reason: string }) => {
      const { fleetPauseCommand } = await import('../fleet/pause.js');
      await fleetPauseCommand(callOf(shell, options.fleet), district, options);
      shell.done(0);
    });
  withFleet(shell, group.command('resume'))
    .description('begin the nights of a paused district again')
    .argument('<district>')
    .requiredOption('--reason <text>', 'why; recorded in the audit trail of the district')
    .action(async (district: string, options: FleetOptions & { reason: string }) => {
      const { fleetResumeCommand } = await import('../fleet/pause.js');
      await fleetResumeCommand(callOf(shell, options.fleet), district, options);
      shell.done(0);
    });
}

function status(group: Command, shell: Shell): void {
  withFleet(shell, group.command('status'))
    .description('one line for each district: state, age, next run, hold, delivery, newest run')
    .argument('[district...]', 'names of districts (default: all)')
    .addOption(labels())
    .addOption(new Option('--only <problem>', 'only districts with this problem').choices(DISTRICT_PROBLEMS))
    .action(
      async (districts: string[], options: FleetOptions & { label?: string[]; only?: DistrictProblem }) => {
        const { fleetStatusCommand } = await import('../fleet/status.js');
        await fleetStatusCommand(callOf(shell, options.fleet), districts, options);
        shell.done(0);
      },
    );
}

function history(group: Command, shell: Shell): void {
  withFleet(shell, group.command('history'))
    .description('the runs of the fleet, newest first')
    .argument('[district]', 'only this district')
    .option('--limit <count>', 'how many runs', wholeNumber, 20)
    .action(async (district: string | undefined, options: FleetOptions & { limit: number }) => {
      const { fleetHistoryCommand } = await import('../fleet/history.js');
      await fleetHistoryCommand(callOf(shell, options.fleet), district, options);
      shell.done(0);
    });
}

function retry(group: Command, shell: Shell): void {
  withFleet(shell, group.command('retry'))
    .description('let the workers try failed runs again')
    .argument('[district...]', 'names of districts (default: all whose newest run failed)')
    .action(async (districts: string[], options: FleetOptions) => {
      const { fleetRetryCommand } = await import('../fleet/send.js');
      await fleetRetryCommand(callOf(shell, options.fleet), districts, options);
      shell.done(0);
    });
}

function metrics(group: Command, shell: Shell): void {
  withFleet(shell, group.command('metrics'))
    .description('the whole fleet as Prometheus text')
    .option('--out <file>', 'replace this file instead of printing')
    .option('--summary', 'totals alone, without series for each district: for very large fleets')
    .action(async (options: FleetOptions & { out?: string; summary?: boolean }) => {
      const { fleetMetricsCommand } = await import('../fleet/metrics.js');
      await fleetMetricsCommand(callOf(shell, options.fleet), options);
      shell.done(0);
    });
}

function webConsole(group: Command, shell: Shell): void {
  group
    .command('console')
    .description('web pages of all districts for people without a shell; runs until it is stopped')
    .option('--fleet <folder>', 'the folder with fleet.yaml (or ONEROSTER_EXPORT_FLEET)', shell.standardFleet)
    .option('--listen <address>', 'IP address and port (default: console.listen, 127.0.0.1:8480)')
    .action(async (options: FleetOptions & { listen?: string }) => {
      const signal = shell.stopOnSignals('console');
      const { fleetConsoleCommand } = await import('../fleet/console.js');
      const call = { ...callOf(shell, options.fleet), version: shell.program };
      await fleetConsoleCommand(call, options, signal);
      shell.done(0);
    });
}

/** In the order of `fleet --help`. */
const below: readonly Declaration[] = [
  init,
  apply,
  worker,
  plan,
  refresh,
  pauses,
  status,
  history,
  retry,
  metrics,
  webConsole,
];

function fleet(program: Command, shell: Shell): void {
  const group = program
    .command('fleet')
    .description('many districts: their nights, their workers, and how they are');
  for (const declare of below) declare(group, shell);
}

export const fleetCommands: readonly Declaration[] = [fleet];
