/** All commands, declared on one program: by the command line to run them, by documentation and tests to read them. */
import { Command } from 'commander';
import { addExamples } from './examples.js';
import { fleetCommands } from './fleet.js';
import { inspectionCommands } from './inspect.js';
import { nightlyCommands } from './nightly.js';
import { setupCommands } from './setup.js';
import type { Shell } from './shell.js';

export const PROGRAM_SAYS =
  'Nightly OneRoster 1.1 and 1.2 bundles from Infinite Campus, with a reason for every excluded record.';

export function declareCommands(program: Command, shell: Shell): Command {
  for (const declare of [...nightlyCommands, ...inspectionCommands, ...setupCommands, ...fleetCommands])
    declare(program, shell);
  addExamples(program);
  return program;
}

const unused = (): never => {
  throw new TypeError('a program that is only read was run');
};

/** To read the declarations; its commands cannot run. */
export function programToRead(): Command {
  const terminal = { out: unused, err: unused, isWatched: false };
  return declareCommands(new Command('oneroster-export').description(PROGRAM_SAYS), {
    terminal,
    program: '',
    standardConfig: 'config/oneroster.yaml',
    standardFleet: 'fleet',
    readConfig: unused,
    makeSource: unused,
    call: unused,
    stopOnSignals: unused,
    leaveOnSignals: unused,
    done: unused,
  });
}
