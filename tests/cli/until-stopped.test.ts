/** Commands that run until they are stopped, each as a process of its own: they say that they are ready, and end with 0 at SIGTERM. */
import { afterAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { makeSite, ONE_CONNECTION } from '../refresh/small-district.js';
import { makeFolder, removeFolders, start, until } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';
import { makeFleetSite } from '../support/fleet-site.js';
import { describePostgres } from '../support/postgres-suite.js';

afterAll(removeFolders);

/** `isReady`: what it prints then, on either stream; `meanwhile` gets the match. */
async function endsWell(
  args: readonly string[],
  isReady: RegExp,
  meanwhile: (found: RegExpExecArray) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { child, ended } = start(args);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: string) => (printed += text));
  await until(() => isReady.test(printed) || child.exitCode !== null);
  const found = isReady.exec(printed);
  try {
    if (found !== null) await meanwhile(found);
  } finally {
    child.kill('SIGTERM');
  }
  const { code, stderr } = await ended;
  expect({ args, isReady: found !== null, code, stderr: code === 0 ? '' : stderr }).toEqual({
    ...{ args, isReady: true, code: 0, stderr: '' },
  });
}

/** Without a sign-in, a console shows how to sign in. */
async function answers([, url = '']: RegExpExecArray): Promise<void> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toMatch(/<h1>Sign in<\/h1>/);
}

const CONSOLE = /The console is at (\S+)/;

it('console', async () => {
  const { config } = makeSite(join(makeFolder(), 'site'), ONE_CONNECTION);
  await endsWell(['console', '--listen', '127.0.0.1:0', '--config', config], CONSOLE, answers);
}, 30_000);

describePostgres('of a fleet:', (server) => {
  it('fleet console and fleet worker', async () => {
    const { folder } = makeFleetSite(server, 'stopped');
    expect(await runHere(['fleet', 'init', '--fleet', folder])).toMatchObject({ code: 0 });
    await endsWell(['fleet', 'console', '--listen', '127.0.0.1:0', '--fleet', folder], CONSOLE, answers);
    await endsWell(['fleet', 'worker', '--fleet', folder], /^Worker \S+ is ready: at most 1 at once\.$/m);
  }, 60_000);
});
