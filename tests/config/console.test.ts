/** `console` of the config: never open by accident, and the words for what does not fit together. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { aConnection, makeConfigFolder, type ConfigFolder } from './given-config.js';

let given: ConfigFolder;
beforeAll(async () => {
  given = await makeConfigFolder();
});
afterAll(() => given.remove());

const withConsole = (settings: string): string => `${aConnection()}console: ${settings}\n`;
const OIDC = 'oidc: { issuer: https://login.example, clientId: c, clientSecret: "${env:SECRET}" }';
const PROXY = 'proxy: { addresses: [10.0.0.5, 10.1.0.0/24] }';
const ACCESS = 'access: [{ groups: [clerks], roles: [viewer] }]';
const PUBLIC = 'publicUrl: https://roster.example';

it('is complete with its defaults, files relative to the config', async () => {
  const { console } = await given.load(
    withConsole(
      `{ listen: 0.0.0.0:443, ${PUBLIC}, tls: { certificate: c.pem, key: k.pem }, auth: { ${OIDC} }, ${ACCESS} }`,
    ),
    { SECRET: 's' },
  );
  expect(console).toEqual({
    listen: '0.0.0.0:443',
    publicUrl: 'https://roster.example',
    behindProxy: false,
    tls: { certificate: join(given.folder, 'c.pem'), key: join(given.folder, 'k.pem') },
    sessionHours: 8,
    auth: {
      oidc: {
        issuer: 'https://login.example',
        clientId: 'c',
        clientSecret: 's',
        scope: 'openid profile email',
        userClaim: 'email',
        groupsClaim: 'groups',
      },
    },
    access: [
      {
        groups: ['clerks'],
        users: [],
        emailDomains: [],
        roles: ['viewer'],
        connections: 'all',
      },
    ],
  });
});

it.each([
  [
    'another address without auth',
    '{ listen: 0.0.0.0:8480 }',
    /console\.listen: is reachable from other machines: set console\.auth/,
  ],
  [
    'another address without TLS',
    `{ listen: "[::]:8480", ${PUBLIC}, auth: { ${PROXY} }, ${ACCESS} }`,
    /console\.listen: is reachable from other machines without encryption/,
  ],
  ['a host name', '{ listen: localhost:8480 }', /console\.listen: must be an IP address and a port/],
  [
    'both ways to sign in',
    `{ ${PUBLIC}, auth: { ${OIDC}, ${PROXY} }, ${ACCESS} }`,
    /console\.auth: must have either oidc or proxy/,
  ],
  [
    'no way to sign in',
    `{ ${PUBLIC}, auth: {}, ${ACCESS} }`,
    /console\.auth: must have either oidc or proxy/,
  ],
  [
    'auth without access',
    `{ ${PUBLIC}, auth: { ${PROXY} } }`,
    /console\.auth: also requires console\.access/,
  ],
  [
    'auth without an address',
    `{ auth: { ${PROXY} }, ${ACCESS} }`,
    /console\.auth: also requires console\.publicUrl/,
  ],
  ['access without auth', `{ ${ACCESS} }`, /console\.access: also requires console\.auth/],
  [
    'plain http',
    `{ publicUrl: http://roster.example, auth: { ${PROXY} }, ${ACCESS} }`,
    /publicUrl: must start with https/,
  ],
  [
    'a path',
    `{ publicUrl: https://roster.example/console, auth: { ${PROXY} }, ${ACCESS} }`,
    /publicUrl: must have no path/,
  ],
  [
    'a range that is none',
    `{ ${PUBLIC}, auth: { proxy: { addresses: [10.0.0.0/99] } }, ${ACCESS} }`,
    /addresses\[0\]: must be an IP address, or a range/,
  ],
  [
    'an entry for no one',
    `{ ${PUBLIC}, auth: { ${PROXY} }, access: [{ roles: [viewer] }] }`,
    /access\[0\]: must name at least one of/,
  ],
  [
    'a connection that is not there',
    `{ ${PUBLIC}, auth: { ${PROXY} }, access: [{ groups: [a], roles: [viewer], connections: [librari] }] }`,
    /connections\[0\]: is not the name of a connection/,
  ],
  [
    'districts, which are of a fleet',
    `{ ${PUBLIC}, auth: { ${PROXY} }, access: [{ groups: [a], roles: [viewer], districts: [adams] }] }`,
    /access\[0\]\.districts: is not a known setting/,
  ],
  [
    'a literal secret',
    `{ ${PUBLIC}, auth: { oidc: { issuer: https://l.example, clientId: c, clientSecret: s } }, ${ACCESS} }`,
    /clientSecret: is a secret: write/,
  ],
])('refuses %s', async (_what, settings, expected) => {
  const problems = await given.problems(withConsole(settings), { SECRET: 's' });
  expect(problems.join('\n')).toMatch(expected);
});
