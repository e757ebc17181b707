/** How the program ends when nothing is left to wait for. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const CLI = join(import.meta.dirname, '../../../dist/cli.js');
const PRELOAD = new URL('../support/never-settles.js', import.meta.url).href;

it('a wait that nothing can end is an unexpected error with a line on stderr', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', PRELOAD, CLI, 'rules'], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^Unexpected error: the program ended before its work was done\..*\n$/);
});
