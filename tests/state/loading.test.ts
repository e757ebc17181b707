/** Knex takes longer to load than the commands that work without the state take to run. */
import { afterAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { makeSite, ONE_CONNECTION } from '../refresh/small-district.js';
import { makeFolder, removeFolders, run } from '../support/cli.js';

afterAll(removeFolders);

/** Prints at its end which of these packages the program has loaded. */
const WATCH = `import Module from 'node:module';
const loaded = () => ['knex', 'pg', 'pg-boss'].filter((name) =>
  Object.keys(Module._cache).some((file) => file.replaceAll('\\\\', '/').includes('/node_modules/' + name + '/')));
process.on('exit', () => process.stderr.write('loaded: ' + loaded().join()));`;
const node = ['--import', `data:text/javascript,${encodeURIComponent(WATCH)}`];

async function loadedBy(...args: readonly string[]): Promise<readonly string[]> {
  const { stderr } = await run(args, { node });
  const names = /loaded: (.*)$/.exec(stderr)?.[1] ?? 'nothing was printed';
  return names === '' ? [] : names.split(',');
}

it.each([
  ['--help'],
  ['--version'],
  ['status', '--help'],
  ['fleet', '--help'],
  ['validate', 'none.zip'],
  ['rules'],
])('%s %s loads neither Knex nor a driver of PostgreSQL', async (...args) => {
  expect(await loadedBy(...args)).toEqual([]);
});

it('status loads Knex, and no driver that it does not use', async () => {
  const { config } = makeSite(join(makeFolder(), 'site'), ONE_CONNECTION);
  expect(await loadedBy('status', '--config', config)).toEqual(['knex']);
});
