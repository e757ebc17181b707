import { expect, test } from '@jest/globals';
import { checkWritten } from '../../src/config/config.js';
import { normalize } from '../../src/config/normalize.js';
import { refuseNotYet } from '../../src/config/not-yet.js';
import type { Config } from '../../src/model/settings.js';

const sftp = {
  host: 'h',
  user: 'u',
  privateKey: 'the key',
  hostKey: 'SHA256:x',
  path: '/incoming',
  name: 'a.zip',
};

function configFrom(connection: object): Config {
  const checked = checkWritten({
    timezone: 'UTC',
    source: { client: 'mssql', connection: { server: 's', database: 'd', user: 'u', password: 'p' } },
    connections: [{ name: 'library', version: '1.1', ...connection }],
  });
  if ('complaints' in checked) {
    throw new Error(JSON.stringify(checked.complaints));
  }
  return normalize(checked.config, '/etc/oneroster');
}

test('what is refused for now would otherwise reach the stages', () => {
  const { source, connections } = configFrom({
    mode: 'delta',
    profile: 'acme',
    notBefore: '2026-08-17',
    thresholds: { users: 5 },
    delivery: { sftp },
  });
  expect(source).toEqual({
    client: 'mssql',
    connection: {
      server: 's',
      port: 1433,
      database: 'd',
      authentication: 'sql',
      user: 'u',
      password: 'p',
      encrypt: true,
      trustServerCertificate: false,
      readOnlyIntent: false,
      requestTimeoutMinutes: 30,
    },
    schema: 'dbo',
    consistency: 'snapshot',
  });
  expect(connections[0]).toMatchObject({
    mode: 'delta',
    profile: 'acme',
    notBefore: '2026-08-17',
    thresholds: { users: 5, classes: 10, enrollments: 20, perSchool: 30 },
    delivery: { sftp: { ...sftp, port: 22 } },
  });
});

test('a day that does not exist is refused', () => {
  expect(() => configFrom({ notBefore: '2026-02-29' })).toThrow('must be a real day written as YYYY-MM-DD');
});

test('without its entry a setting is no longer refused', () => {
  const places = new Map([['connections[0].delivery', { keyAt: 3, valueAt: 9, value: {} }]]);
  expect(refuseNotYet(places)).toHaveLength(1);
  expect(refuseNotYet(places, [])).toEqual([]);
});
