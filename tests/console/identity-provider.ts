/** A real identity provider on loopback, which can be made to send wrong ID tokens. */
import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, decodeJwt, type CryptoKey, type JWK } from 'jose';
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';

export type Claims = Record<string, unknown>;

export interface IdentityProvider {
  readonly issuer: string;
  /** Changes the claims of the next ID tokens; undefined lets them be. */
  tamper: ((claims: Claims) => Claims) | undefined;
  /** Signs the next ID tokens with a key that the provider does not publish. */
  foreignKey: boolean;
  /** Groups of the account that signs in. */
  groups: readonly string[];
  stop(): Promise<void>;
}

export const CLIENT = { id: 'console', secret: 'a secret of the tests' };

/** `redirect`: where the console takes the answer. */
export async function startIdentityProvider(redirect: () => string): Promise<IdentityProvider> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const keys = await generateKeyPair('RS256', { extractable: true });
  const foreign = await generateKeyPair('RS256', { extractable: true });
  const jwk: JWK = { ...(await exportJWK(keys.privateKey)), kid: 'key', alg: 'RS256', use: 'sig' };
  const self: IdentityProvider = {
    issuer,
    tamper: undefined,
    foreignKey: false,
    groups: ['clerks'],
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirect()],
        post_logout_redirect_uris: [new URL('/signed-out', redirect()).href],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [jwk] },
    scopes: ['openid', 'profile', 'email'],
    claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['a key of the tests'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id, email_verified: true, groups: [...self.groups] }),
    }),
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client?.clientId ?? '',
        accountId: ctx.oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid profile email');
      grant.addOIDCClaims(['groups']);
      await grant.save();
      return grant;
    },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      IdToken: 7_200,
      Interaction: 600,
      Session: 600,
      Grant: 600,
    },
  });
  provider.use(async (ctx: KoaContextWithOIDC, next) => {
    await next();
    if (ctx.path === '/token')
      await changeToken(ctx, self, self.foreignKey ? foreign.privateKey : keys.privateKey);
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    const isSignIn = request.url?.startsWith('/interaction/') === true;
    if (isSignIn)
      void provider.interactionFinished(request, response, { login: { accountId: 'kim@district.example' } });
    else void answer(request, response);
  });
  return self;
}

async function changeToken(
  ctx: KoaContextWithOIDC,
  { tamper, foreignKey }: IdentityProvider,
  key: CryptoKey,
): Promise<void> {
  const body = ctx.body as { id_token?: string };
  if (body.id_token === undefined || (tamper === undefined && !foreignKey)) return;
  const claims = decodeJwt(body.id_token) as Claims;
  const sent = tamper === undefined ? claims : tamper(claims);
  ctx.body = {
    ...body,
    id_token: await new SignJWT(sent).setProtectedHeader({ alg: 'RS256', kid: 'key' }).sign(key),
  };
}
