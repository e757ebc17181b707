/**
 * Tests that need something of the machine are skipped where it is missing, and jest counts them as skipped. With CI set, a
 * missing tool is a failure: there every tool is installed, and a proof that is never run proves nothing.
 */
import { describe, it } from '@jest/globals';
import { printLine } from './cli.js';

/** Whether tests that need the tool may be defined. Fails the suite where CI is set and the tool is missing. */
export function hasTool(isHere: boolean, tool: string, isCi = process.env['CI'] !== undefined): boolean {
  if (isHere) return true;
  if (isCi) throw new Error(`Install ${tool}: some tests need it, and with CI set none of them is skipped.`);
  printLine(`Some tests are skipped: this machine has no ${tool}.`);
  return false;
}

export const itWith = (isHere: boolean, tool: string): typeof it | typeof it.skip =>
  hasTool(isHere, tool) ? it : it.skip;

export const describeWith = (isHere: boolean, tool: string): typeof describe | typeof describe.skip =>
  hasTool(isHere, tool) ? describe : describe.skip;

/** For a right that a container may lack, also in CI, such as to mount a disk. */
export const itWhere = (isAllowed: boolean, right: string): typeof it | typeof it.skip => {
  if (!isAllowed) printLine(`Some tests are skipped: they need the right to ${right}.`);
  return isAllowed ? it : it.skip;
};
