/** The settings of a SQL Server source in the form of its driver, and the notices about them. */
import { inMs, SOURCE_LIMITS } from '../../model/limits.js';
import type { ConnectionAuthentication, ConnectionConfiguration } from 'tedious';
import { readAuthority } from '../../model/authority.js';
import type { MssqlConnectionSettings, MssqlSourceSettings } from '../../model/settings.js';
import { SourceFault } from '../source-fault.js';
import type { SourceRemark } from '../source.js';
import type { Whereabouts } from './errors.js';

export async function tediousConfig(settings: MssqlConnectionSettings): Promise<ConnectionConfiguration> {
  const { instanceName, port } = settings;
  return {
    server: settings.server,
    authentication: authenticationOf(settings),
    options: {
      appName: 'oneroster-export',
      database: settings.database,
      ...(instanceName === undefined ? { port } : { instanceName }),
      encrypt: settings.encrypt,
      trustServerCertificate: settings.trustServerCertificate,
      cryptoCredentialsDetails: await trustedAuthorities(settings.ca),
      readOnlyIntent: settings.readOnlyIntent,
      connectTimeout: inMs(SOURCE_LIMITS.connect),
      requestTimeout: silenceMs(settings),
      maxRetriesOnTransientErrors: 0, // we retry whole reads; the driver's own list also retries a wrong database name
    },
  };
}

/** How long the server may keep silent, before its first row and between any two. */
export function silenceMs({ requestTimeoutMinutes }: MssqlConnectionSettings): number {
  return Math.round(requestTimeoutMinutes * 60_000);
}

export function whereabouts({ connection, schema, tables, metadata }: MssqlSourceSettings): Whereabouts {
  const { server, port, instanceName, database, authentication, user, domain } = connection;
  const anonymous = authentication === 'azure-managed-identity' ? 'managed identity' : '';
  return {
    server: instanceName === undefined ? `${server}:${port}` : `${server}\\${instanceName}`,
    database,
    login: domain === undefined ? (user ?? anonymous) : `${domain}\\${user ?? ''}`,
    schema,
    ...(tables !== undefined && { tables }),
    ...(metadata !== undefined && { metadata }),
  };
}

export function loginRemarks({ connection, consistency }: MssqlSourceSettings): readonly SourceRemark[] {
  const remarks: SourceRemark[] = [];
  if (!connection.encrypt) {
    remarks.push({
      code: 'source-not-encrypted',
      severity: 'warning',
      message:
        'The connection to the SIS is not encrypted: anyone on the network can read the data. Set source.connection.encrypt: true.',
    });
  } else if (connection.trustServerCertificate) {
    remarks.push({
      code: 'source-certificate-not-checked',
      severity: 'warning',
      message:
        'Any certificate of the SIS is accepted: anyone on the network can impersonate the server. Set source.connection.ca to the file of its authority instead.',
    });
  }
  if (consistency === 'statement') {
    remarks.push({
      code: 'source-not-one-moment',
      severity: 'info',
      message: 'Each table was read as of its own moment (source.consistency: statement).',
    });
  }
  return remarks;
}

function authenticationOf(settings: MssqlConnectionSettings): ConnectionAuthentication {
  const { authentication, user = '', password = '', domain = '', tenantId = '' } = settings;
  switch (authentication) {
    case 'sql':
      return { type: 'default', options: { userName: user, password } };
    case 'windows':
      return { type: 'ntlm', options: { userName: user, password, domain } };
    case 'azure-service-principal':
      return {
        type: 'azure-active-directory-service-principal-secret',
        options: { clientId: user, clientSecret: password, tenantId },
      };
    case 'azure-managed-identity':
      return {
        type: 'azure-active-directory-msi-vm',
        options: settings.user === undefined ? {} : { clientId: settings.user },
      };
  }
}

async function trustedAuthorities(path: string | undefined): Promise<{ readonly ca?: string }> {
  if (path === undefined) return {};
  const fail = (message: string, options?: ErrorOptions): SourceFault => new SourceFault(message, options);
  return { ca: await readAuthority(path, 'source.connection.ca', fail) };
}
