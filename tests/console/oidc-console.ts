/** A console whose people sign in at an identity provider. */
import { createServer } from 'node:net';
import type { AccessGrant } from '../../src/model/settings.js';
import { openConsole, type ConsoleSite, type Opened } from './consoles.js';
import { CLIENT } from './identity-provider.js';

export interface OidcWants {
  readonly issuer: string;
  /** The provider knows the address before the console is there. */
  readonly port: number;
  readonly now: () => Date;
  readonly access: readonly AccessGrant[];
}

export const callbackOf = (port: number): string => `http://localhost:${port}/sign-in/callback`;

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function openOidcConsole(
  site: ConsoleSite,
  { issuer, port, now, access }: OidcWants,
): Promise<Opened> {
  return await openConsole(site, {
    now,
    listen: `127.0.0.1:${port}`,
    console: {
      publicUrl: `http://localhost:${port}`,
      sessionHours: 8,
      auth: {
        oidc: {
          issuer,
          clientId: CLIENT.id,
          clientSecret: CLIENT.secret,
          scope: 'openid profile email',
          userClaim: 'email',
          groupsClaim: 'groups',
        },
      },
      access,
    },
  });
}
