import { describe, expect, it } from '@jest/globals';
import { tediousConfig, whereabouts } from '../../../src/extract/sqlserver/login.js';
import type { MssqlConnectionSettings } from '../../../src/model/settings.js';

const settings: MssqlConnectionSettings = {
  server: 'sis-db',
  port: 1433,
  database: 'campus',
  authentication: 'sql',
  user: 'reader',
  password: 'phrase',
  encrypt: true,
  trustServerCertificate: false,
  readOnlyIntent: true,
  requestTimeoutMinutes: 30,
};

describe('what the driver is given', () => {
  it('is encrypted, patient, named, and tries once', async () => {
    const { options } = await tediousConfig(settings);
    expect(options).toMatchObject({
      appName: 'oneroster-export',
      database: 'campus',
      port: 1433,
      encrypt: true,
      trustServerCertificate: false,
      readOnlyIntent: true,
      requestTimeout: 1_800_000,
      maxRetriesOnTransientErrors: 0,
    });
  });

  it('is an instance instead of a port, where one is named', async () => {
    const { options } = await tediousConfig({ ...settings, instanceName: 'CAMPUS' });
    expect(options).toMatchObject({ instanceName: 'CAMPUS' });
    expect(options).not.toHaveProperty('port');
  });

  const logins: readonly (readonly [string, Partial<MssqlConnectionSettings>, string, object])[] = [
    ['sql', {}, 'default', { userName: 'reader', password: 'phrase' }],
    [
      'windows',
      { authentication: 'windows', domain: 'DISTRICT' },
      'ntlm',
      { userName: 'reader', password: 'phrase', domain: 'DISTRICT' },
    ],
    [
      'azure-service-principal',
      { authentication: 'azure-service-principal', tenantId: 'tenant' },
      'azure-active-directory-service-principal-secret',
      { clientId: 'reader', clientSecret: 'phrase', tenantId: 'tenant' },
    ],
    [
      'azure-managed-identity of a user',
      { authentication: 'azure-managed-identity' },
      'azure-active-directory-msi-vm',
      { clientId: 'reader' },
    ],
  ];
  it.each(logins)('is a login of kind %s', async (_kind, more, type, options) => {
    expect((await tediousConfig({ ...settings, ...more })).authentication).toEqual({ type, options });
  });

  it('is no name for the identity of the machine', async () => {
    const config = await tediousConfig({
      server: 'sis-db',
      port: 1433,
      database: 'campus',
      authentication: 'azure-managed-identity',
      encrypt: true,
      trustServerCertificate: false,
      readOnlyIntent: false,
      requestTimeoutMinutes: 30,
    });
    expect(config.authentication).toEqual({ type: 'azure-active-directory-msi-vm', options: {} });
  });
});

it('a Windows login is named with its domain', () => {
  const connection = { ...settings, authentication: 'windows', domain: 'DISTRICT' } as const;
  const source = {
    client: 'mssql',
    connection,
    schema: 'dbo',
    consistency: 'snapshot',
    retryMinutes: 0,
  } as const;
  const { login } = whereabouts(source);
  expect(login).toBe('DISTRICT\\reader');
});
