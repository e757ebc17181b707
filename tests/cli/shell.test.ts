/** What shells and schedulers rely on: usage errors as JSON, the log of `--log`, the silence of `--quiet`. */
import { afterAll, expect, it } from '@jest/globals';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeSite } from '../refresh/small-district.js';
import { makeFolder, removeFolders, run } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';

afterAll(removeFolders);

it.each([
  [['refresh', '--jsn', '--json'], "unknown option '--jsn'", run],
  [['no-such', '--json'], "unknown command 'no-such'", runHere],
  [['explain', '--json'], "missing required argument 'kind'", runHere],
  [['status', '--max-age', '0', '--json'], expect.stringContaining('must be greater than 0'), runHere],
])('%j is a usage error in JSON, too', async (args, message, runs) => {
  const { code, stdout, stderr } = await runs(args);
  expect({ code, document: JSON.parse(stdout) as unknown }).toEqual({
    code: 2,
    document: { error: { code: 'usage', message, problems: [] } },
  });
  expect(stderr).toMatch(/^error: /);
});

it('a log has one line per event, and no argument of the command line', async () => {
  const place = makeSite(join(makeFolder(), 'site'));
  const log = join(makeFolder(), 'night.log');
  expect(await run([...place.refresh, '--quiet', '--log', log])).toMatchObject({
    code: 0,
    stdout: '',
    stderr: '',
  });
  expect(
    (await runHere(['explain', 'person', 'Secretname', '--config', place.config, `--log=${log}`])).code,
  ).toBe(1);
  expect((await runHere(['status', '--config', '/no/such/Secretname.yaml', '--log', log])).code).toBe(2);
  const text = readFileSync(log, 'utf8');
  const events = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events[0]).toMatchObject({ event: 'start', command: 'refresh' });
  expect(events.filter(({ event }) => event === 'connection')).toMatchObject([
    { connection: 'library', outcome: 'published', holds: [], rows: { users: 6 } },
  ]);
  expect(events.filter(({ event }) => event === 'end').map(({ exitCode }) => exitCode)).toEqual([0, 1, 2]);
  expect(events.filter(({ event }) => event === 'error')).toMatchObject([{ code: 'config' }]);
  expect(text).not.toContain('Secretname');
  if (process.platform !== 'win32') expect(statSync(log).mode & 0o777).toBe(0o600);
});

it('a log that cannot be written is a usage error before any work', async () => {
  const { code, stderr } = await runHere(['rules', '--log', join(makeFolder(), 'no', 'such')]);
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/cannot be written \(ENOENT\)/),
  });
});
