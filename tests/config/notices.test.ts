/** `notices` of the config: defaults, paths, and the words for what does not fit together. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { aConnection, makeConfigFolder, type ConfigFolder } from './given-config.js';

let given: ConfigFolder;
beforeAll(async () => {
  given = await makeConfigFolder();
});
afterAll(() => given.remove());

const withNotices = (notices: string): string => `${aConnection()}notices: ${notices}\n`;
const MAIL = 'host: h, from: a@b.example, to: [c@d.example]';

it('are complete with their defaults', async () => {
  const { notices } = await given.load(withNotices(`{ email: { ${MAIL}, ca: ca.pem } }`));
  expect(notices).toEqual({
    when: 'change',
    email: {
      host: 'h',
      port: 587,
      tls: 'starttls',
      from: 'a@b.example',
      to: ['c@d.example'],
      ca: join(given.folder, 'ca.pem'),
    },
  });
  expect((await given.load(aConnection())).notices).toBeUndefined();
});

it('take addresses and secrets by reference', async () => {
  const env = { HOOK: 'https://hooks.example/x', PASSWORD: 'p', TOKEN: 't' };
  const { notices } = await given.load(
    withNotices(
      `{ when: always, email: { ${MAIL}, user: u, password: "\${env:PASSWORD}" }, webhook: { url: "\${env:HOOK}", authorization: "\${env:TOKEN}" }, healthcheck: { url: "https://hc.example/1" } }`,
    ),
    env,
  );
  expect(notices).toMatchObject({
    when: 'always',
    email: { user: 'u', password: 'p' },
    webhook: { url: 'https://hooks.example/x', authorization: 't' },
    healthcheck: { url: 'https://hc.example/1' },
  });
});

it.each([
  [
    'nobody',
    '{ when: change }',
    /notices: has no recipient: set at least one of email, webhook, healthcheck$/,
  ],
  [
    'a literal password',
    `{ email: { ${MAIL}, user: u, password: geheim } }`,
    /email\.password: is a secret: write/,
  ],
  [
    'a password without a user',
    `{ email: { ${MAIL}, password: "\${env:P}" } }`,
    /email\.password: also requires a user$/,
  ],
  ['a user without a password', `{ email: { ${MAIL}, user: u } }`, /email\.user: also requires a password$/],
  [
    'a password in the clear',
    `{ email: { ${MAIL}, tls: none, user: u, password: "\${env:P}" } }`,
    /email\.tls: none would send the password unencrypted/,
  ],
  ['no address', '{ email: { host: h, from: a@b.example, to: [] } }', /email\.to: must list at least one$/],
  [
    'a name with an address',
    '{ email: { host: h, from: "IT <a@b.example>", to: [c@d.example] } }',
    /email\.from: must be a plain email address/,
  ],
  [
    'two addresses in one',
    '{ email: { host: h, from: a@b.example, to: ["c@d.example, e@f.example"] } }',
    /email\.to\[0\]: must be a plain email address/,
  ],
  [
    'a web address without a scheme',
    '{ webhook: { url: hooks.example/x } }',
    /webhook\.url: must be an address that starts with https:\/\/ or http:\/\/$/,
  ],
  ['another scheme', '{ healthcheck: { url: "ftp://hc.example" } }', /healthcheck\.url: must be an address/],
  [
    'an unknown key',
    '{ mail: { host: h } , webhook: { url: "https://h.example" } }',
    /notices\.mail: is not a known setting; did you mean `email`\?$/,
  ],
])('refuse %s', async (_what, notices, says) => {
  const problems = await given.problems(withNotices(notices), { P: 'geheim' });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(says);
  expect(problems.join()).not.toMatch(/geheim/);
});

const SECRETS = { URL: 'http://hooks.example/secret', TOKEN: 't', PART: 'abc' };

it.each([
  ['a token', `{ webhook: { url: "http://hooks.example/x", authorization: "\${env:TOKEN}" } }`, 'webhook'],
  ['an address by reference', `{ webhook: { url: "\${env:URL}" } }`, 'webhook'],
  ['a part of an address', `{ healthcheck: { url: "http://hc.example/\${env:PART}" } }`, 'healthcheck'],
  ['a password in the address', `{ healthcheck: { url: "http://u:p@hc.example/1" } }`, 'healthcheck'],
  ['a token to an address of the network', `{ webhook: { url: "http://10.0.0.8/\${env:PART}" } }`, 'webhook'],
])('over plain http refuse %s', async (_what, notices, group) => {
  const problems = await given.problems(withNotices(notices), SECRETS);
  expect(problems.join('\n')).toMatch(
    new RegExp(
      `notices\\.${group}\\.url: would send a token or a password over plain http: use an https:// address$`,
    ),
  );
  expect(problems.join()).not.toMatch(/secret|abc/);
});

it.each([
  ['no secret', `{ webhook: { url: "http://hooks.example/x" } }`],
  ['this machine by name', `{ webhook: { url: "http://localhost:8080/\${env:PART}" } }`],
  ['this machine by address', `{ healthcheck: { url: "http://127.0.0.9/\${env:PART}" } }`],
  ['this machine by IPv6', `{ healthcheck: { url: "http://[::1]/\${env:PART}" } }`],
  ['encryption', `{ webhook: { url: "https://h.example/x", authorization: "\${env:TOKEN}" } }`],
])('take %s', async (_what, notices) => {
  expect((await given.load(withNotices(notices), SECRETS)).notices).toBeDefined();
});

it('and everything else refuse an environment that switches off certificate checks', async () => {
  const problems = await given.problems(aConnection(), { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
  expect(problems.join()).toMatch(/NODE_TLS_REJECT_UNAUTHORIZED is 0.*unset it/);
  for (const value of ['1', ''])
    expect(await given.load(aConnection(), { NODE_TLS_REJECT_UNAUTHORIZED: value })).toBeDefined();
});
