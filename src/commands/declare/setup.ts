/** Commands to set up a district, and those that print the rules, the checks and the receivers. */
import type { Command } from 'commander';
import type { DemoOptions } from '../demo.js';
import { INIT_FLAGS } from '../init-flags.js';
import { READING_FLAGS } from '../reading-options.js';
import type { ValidateOptions } from '../validate.js';
import {
  positiveNumber,
  withAmount,
  withConfig,
  withJson,
  type CommonOptions,
  type Declaration,
  type Shell,
} from './shell.js';

function notices(program: Command, shell: Shell): void {
  withConfig(shell, program.command('notices'))
    .description('who is notified when a refresh fails, and the last notices')
    .option('--test', 'send a test message to each recipient')
    .action(async (options: CommonOptions & { test?: boolean }) => {
      const { noticesCommand } = await import('../notices.js');
      await noticesCommand(shell.call(await shell.readConfig(options.config)), options);
      shell.done(0);
    });
}

function init(program: Command, shell: Shell): void {
  const command = withConfig(shell, program.command('init'))
    .description('write a first config, with questions on a terminal or from flags')
    .option('--force', 'overwrite an existing config')
    .option('--add-connection', 'add a receiver to an existing config, and leave the rest of it as it is')
    .action(async (options: CommonOptions & { addConnection?: boolean }) => {
      const run =
        options.addConnection === true
          ? (await import('../add-connection.js')).addConnectionCommand
          : (await import('../init.js')).initCommand;
      await run(
        { ...options },
        { standard: shell.standardConfig, input: process.stdin, env: process.env, terminal: shell.terminal },
      );
      shell.done(0);
    });
  for (const [flag, says] of INIT_FLAGS) command.option(flag, says);
}

/** Two commands below one name. */
function config(program: Command, shell: Shell): void {
  const group = program.command('config').description('check the config, or show it as it works');
  const call = (path: string) => ({ path, env: process.env, now: new Date(), terminal: shell.terminal });
  withConfig(shell, group.command('check'))
    .description('list all problems and notices of the config: exit code 2 if there is a problem')
    .action(async (options: CommonOptions) => {
      const { configCheckCommand } = await import('../config.js');
      shell.done(await configCheckCommand(call(options.config), options));
    });
  withConfig(shell, group.command('show'))
    .description('print the config with defaults and what profiles add; secrets stay references')
    .action(async (options: CommonOptions) => {
      const { configShowCommand } = await import('../config.js');
      await configShowCommand(call(options.config), options);
      shell.done(0);
    });
}

function state(program: Command, shell: Shell): void {
  const group = program.command('state').description('move the history into a PostgreSQL database');
  withConfig(shell, group.command('import'))
    .description(
      'bring the history of the home folder into the database of the config: all of it, or nothing',
    )
    .option('--from <file>', 'another file than the state.db of the home folder')
    .action(async (options: CommonOptions & { from?: string }) => {
      const { stateImportCommand } = await import('../state-import.js');
      await stateImportCommand(shell.call(await shell.readConfig(options.config)), options);
      shell.done(0);
    });
}

function grants(program: Command, shell: Shell): void {
  withConfig(shell, program.command('grants'))
    .description('print the least-privilege SQL script for this config: the columns it reads, and no others')
    .action(async (options: CommonOptions) => {
      const { grantsCommand } = await import('../grants.js');
      grantsCommand(await shell.readConfig(options.config), options, shell.terminal);
      shell.done(0);
    });
}

function demo(program: Command, shell: Shell): void {
  withAmount(withJson(program.command('demo')))
    .description('build the demo district and refresh it: a 1.1 and a 1.2 bundle, no server needed')
    .option('--home <folder>', 'where to put the district and the bundles', 'var/demo')
    .action(async (options: DemoOptions) => {
      const signal = shell.stopOnSignals();
      const { demoCommand } = await import('../demo.js');
      shell.done(
        await demoCommand(
          { terminal: shell.terminal, now: new Date(), program: shell.program, signal },
          options,
        ),
      );
    });
}

function rules(program: Command, shell: Shell): void {
  withJson(program.command('rules'))
    .description('print every rule: its code, its text, its source and where to fix the data')
    .option('--checks', 'print the checks of a bundle instead')
    .option('--preflight', 'print the findings that preflight looks for instead')
    .action(async (options: { checks?: boolean; preflight?: boolean; json?: boolean }) => {
      if (options.preflight === true)
        (await import('../findings.js')).findingsCommand(options, shell.terminal);
      else if (options.checks === true) (await import('../checks.js')).checksCommand(options, shell.terminal);
      else (await import('../rules.js')).rulesCommand(options, shell.terminal);
      shell.done(0);
    });
}

function validate(program: Command, shell: Shell): void {
  const command = withJson(program.command('validate'))
    .description(
      'check any OneRoster 1.1 or 1.2 zip: exit code 0 clean, 3 errors found, 2 not a readable zip',
    )
    .argument('<zip>', 'a bundle, ours or not')
    .option('--profile <name>', 'what a receiver requires beyond the standard; see profiles')
    .option('--limit <count>', 'most places to list per finding', Number)
    .option('--show-values', 'show the values of cells; they may contain children’s data')
    .action(async (zip: string, options: ValidateOptions) => {
      const { validateCommand } = await import('../validate.js');
      const asOf = new Date().toISOString().slice(0, 10);
      shell.done(await validateCommand(zip, { ...options, asOf }, shell.terminal));
    });
  for (const [flag, says] of READING_FLAGS) command.option(flag, says, positiveNumber);
}

function profiles(program: Command, shell: Shell): void {
  withJson(program.command('profiles'))
    .description('print what each receiver requires beyond the standard, and the source')
    .action(async (options: { json?: boolean }) => {
      (await import('../profiles.js')).profilesCommand(options, shell.terminal);
      shell.done(0);
    });
}

function completion(program: Command, shell: Shell): void {
  withJson(program.command('completion'))
    .description('print a completion script for a shell')
    .argument('<shell>', 'bash, zsh, fish or powershell')
    .action(async (name: string, { json }: { json?: boolean }) => {
      const { completionScript } = await import('../completion.js');
      const script = completionScript(program, name);
      shell.terminal.out(
        json === true ? `${JSON.stringify({ shell: name, script }, undefined, 2)}\n` : script,
      );
      shell.done(0);
    });
}

/** In the order of `--help`. */
export const setupCommands: readonly Declaration[] = [
  notices,
  init,
  config,
  state,
  grants,
  demo,
  rules,
  validate,
  profiles,
  completion,
];
