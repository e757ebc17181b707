/** Notices by the built program: what a night tells, what `notices` prints, and what a mail server that is down costs. */
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closedPort, startMailServer, startWebServer } from '../notify/servers.js';
import { configText, makeSite, type Site } from '../refresh/small-district.js';
import { makeFolder, removeFolders, run, STACK_TRACE } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';

afterAll(removeFolders);
const servers: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const HELD = '  - { name: library, version: 1.1, notBefore: 2030-01-01 }\n';

function site(notices: string, connections: string): Site {
  const place = makeSite(join(makeFolder(), 'site'));
  writeFileSync(place.config, `${notices}${configText(place.home, place.district, connections)}`);
  return place;
}

it('a night that goes wrong is told, with secrets by reference, and the command tells what was told', async () => {
  const [mails, hooks] = [await startMailServer(), await startWebServer()];
  servers.push(mails, hooks);
  const place = site(
    `notices:
  email: { host: 127.0.0.1, port: ${mails.port}, tls: none, from: a@exporter.example, to: [b@exporter.example] }
  webhook: { url: "\${env:HOOK}", authorization: "\${env:TOKEN}" }
  healthcheck: { url: "${hooks.url}/hc" }
`,
    HELD,
  );
  const env = { HOOK: `${hooks.url}/secret-hook`, TOKEN: 'Bearer secret-token' };
  const held = await runHere(place.refresh, { env });
  expect(held.code).toBe(3);
  // One line per held connection, which cron mails; with no more than that.
  expect(held.stderr).toMatch(/^library: on hold; [^\n]*oneroster-export release library [^\n]*\n$/);
  expect(mails.mails.map(({ subject }) => subject)).toEqual([
    'oneroster-export: library is on hold (release or discard it)',
  ]);
  expect(hooks.calls.map(({ path }) => path).toSorted()).toEqual(['/hc/fail', '/hc/start', '/secret-hook']);
  expect(hooks.calls.find(({ path }) => path === '/secret-hook')?.headers.authorization).toBe(
    'Bearer secret-token',
  );

  const config = ['--config', place.config];
  const standing = await runHere(['notices', ...config], { env });
  expect(standing.code).toBe(0);
  expect(standing.stdout).toMatch(/email +1 addresses by 127\.0\.0\.1:\d+ \(none\)/);
  expect(standing.stdout).toMatch(
    /email +library +held not-before +since \d{4}-\d\d-\d\d \d\d:\d\d [+-]\d\d:\d\d$/m,
  );
  const json = await runHere(['notices', ...config, '--json'], { env });
  expect(JSON.parse(json.stdout)).toMatchObject({
    configured: { when: 'change', email: { addresses: 1 } },
    told: expect.arrayContaining([expect.objectContaining({ channel: 'webhook', about: 'library' })]),
  });
  const tried = await run(['notices', '--test', ...config], { env });
  expect(tried).toMatchObject({ code: 0, stderr: '' });
  expect(tried.stdout).toMatch(/email +sent\nwebhook +sent/);
  for (const { stdout, stderr } of [standing, json, tried]) expect(stdout + stderr).not.toMatch(/secret/);
});

it('a mail server that is down costs a warning and no exit code', async () => {
  const place = site(
    `notices:\n  email: { host: 127.0.0.1, port: ${await closedPort()}, tls: none, from: a@b.example, to: [c@d.example] }\n`,
    HELD,
  );
  const ended = await runHere([...place.refresh, '--json']);
  expect(ended.code).toBe(3);
  expect(ended.stderr).toMatch(
    /^A notice by email: 127\.0\.0\.1:\d+ cannot be reached: check notices\.email\.host and port \(\w+\)\nlibrary: on hold; [^\n]+\n$/,
  );
  const { connections } = JSON.parse(ended.stdout) as { connections: { notices: { code: string }[] }[] };
  expect(connections[0]?.notices.map(({ code }) => code)).toContain('notice-not-sent');
  const tried = await runHere(['notices', '--test', '--config', place.config]);
  expect(tried.code).toBe(1);
  expect(tried.stderr).toMatch(/^A notice could not be sent by email: 127\.0\.0\.1/);
  expect(tried.stderr).not.toMatch(STACK_TRACE);
});

it('without a recipient, the test is a mistake on the command line', async () => {
  const place = site('', HELD);
  expect(await runHere(['notices', '--config', place.config])).toMatchObject({
    code: 0,
    stdout: 'No notices are sent: the config has no notices.\n',
  });
  expect(await runHere(['notices', '--test', '--config', place.config])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/no notices\.email and no notices\.webhook/),
  });
});
