/** What a console starts, in the test's own process: for tests that wait for the end of each job, since one runs at a time. */
import { join } from 'node:path';
import { documentIn, Programs, type Ended, type Run } from '../../src/programs/programs.js';
import { ACTING_FOR } from '../../src/state/audit.js';
import { runHere } from '../support/cli-here.js';
import { ofThatDay } from './of-that-day.js';

/** Loads the program anew in a process of its own, as a console does. */
export const PROGRAM = join(import.meta.dirname, 'program.js');

export class ProgramHere extends Programs {
  /** Commands that get a process of their own: for their steps, for a stop, and once for each command. */
  readonly apart = new Set<string>();

  constructor(config: string) {
    super({ program: PROGRAM, config });
  }

  override async run(run: Run): Promise<Ended> {
    if (this.apart.has(run.args[0] ?? '')) return await super.run(run);
    const env = { [ACTING_FOR]: run.actingFor };
    const { code, stdout, stderr } = await runHere(ofThatDay(this.wordsOf(run)), { env });
    return { exitCode: code ?? 1, answer: documentIn(stdout), says: stderr.trim() };
  }
}
