/** Knex takes longer to load than the commands that work without the state take to run. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { makeSite, ONE_CONNECTION } from '../refresh/small-district.js';
import { CLI, makeFolder, removeFolders } from '../support/cli.js';

afterAll(removeFolders);

/** Runs commands one after the other, and prints at its end which of these packages were loaded after each. */
const WATCH = `import Module from 'node:module';
const loaded = () => ['knex', 'pg', 'pg-boss'].filter((name) =>
  Object.keys(Module._cache).some((file) => file.replaceAll('\\\\', '/').includes('/node_modules/' + name + '/')));
const [node, , program, commands] = process.argv;
const seen = [];
for (const [number, command] of JSON.parse(commands).entries()) {
  process.argv = [node, program, ...command];
  await import(program + '?' + number);
  seen.push([process.exitCode, ...loaded()]);
}
process.stderr.write('loaded: ' + JSON.stringify(seen));`;

const WITHOUT = [
  { command: ['--help'], code: 0 },
  { command: ['--version'], code: 0 },
  { command: ['status', '--help'], code: 0 },
  { command: ['fleet', '--help'], code: 0 },
  { command: ['validate', 'none.zip'], code: 2 },
  { command: ['rules'], code: 0 },
];

let seen: readonly (readonly [code: number, ...names: string[]])[];
beforeAll(() => {
  const { config } = makeSite(join(makeFolder(), 'site'), ONE_CONNECTION);
  const commands = [...WITHOUT.map(({ command }) => command), ['status', '--config', config]];
  const args = ['--input-type=module', '-', pathToFileURL(CLI).href, JSON.stringify(commands)];
  const { stderr } = spawnSync(process.execPath, args, { input: WATCH, encoding: 'utf8' });
  seen = JSON.parse(/loaded: (.*)$/.exec(stderr)?.[1] ?? '[]') as typeof seen;
});

it.each(WITHOUT)('$command loads neither Knex nor a driver of PostgreSQL', ({ command, code }) => {
  expect(seen[WITHOUT.findIndex((each) => each.command === command)]).toEqual([code]);
});

it('status loads Knex, and no driver that it does not use', () => {
  expect(seen.slice(WITHOUT.length)).toEqual([[0, 'knex']]);
});
