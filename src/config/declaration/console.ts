/** `console`: the web pages for people without a shell, who may sign in, and what each may do. */
import { z } from 'zod';
import { CONSOLE_ROLES } from '../../model/settings.js';
import { asListening } from '../../model/listening.js';
import { facts, flag, secret, text } from './fields.js';

const address = (says: string) =>
  text(says).refine(
    (written) => URL.canParse(written) && /^https?:$/.test(new URL(written).protocol),
    'must be an address that starts with https:// or http://',
  );

const oidc = z
  .strictObject({
    issuer: address('Address of the identity provider, as it names itself.'),
    clientId: text('Client id of the console at the identity provider.'),
    clientSecret: secret('Client secret of the console at the identity provider.'),
    scope: text('Scopes that are requested.').default('openid profile email'),
    userClaim: text('Claim with the login of a person.').default('email'),
    groupsClaim: text('Claim with the groups of a person.').default('groups'),
  })
  .describe('Sign-in with OpenID Connect.');

const proxy = z
  .strictObject({
    addresses: z
      .array(text('An IP address, or a range such as 10.0.0.0/24.'))
      .min(1)
      .register(facts, { type: 'list of IP addresses or ranges' })
      .describe('Proxies whose headers are accepted, by the address of their connection.'),
    userHeader: text('Header with the login of a person.').default('x-forwarded-user'),
    groupsHeader: text('Header with the groups of a person, separated by commas.').default(
      'x-forwarded-groups',
    ),
  })
  .describe('Sign-in by a proxy that has already checked the person.');

const names = (says: string) =>
  z.array(text(says)).default([]).register(facts, { type: 'list of texts' }).describe(says);

const grant = z.strictObject({
  groups: names('Groups that get these roles.'),
  users: names('Logins that get these roles.'),
  emailDomains: names('Domains of verified email addresses that get these roles.'),
  roles: z
    .array(z.enum(CONSOLE_ROLES))
    .min(1)
    .register(facts, { type: `list of ${CONSOLE_ROLES.join(', ')}` })
    .describe('What these people may do.'),
  connections: z
    .union(
      [z.literal('all'), z.array(text('Name of a connection.')).min(1)],
      'must be all, or a list of names',
    )
    .register(facts, { type: 'all, or a list of names' })
    .default('all')
    .describe('Connections for which they may do it.'),
});

const fleetGrant = grant.extend({
  districts: z
    .union([z.literal('all'), z.array(text('Name of a district.')).min(1)], 'must be all, or a list of names')
    .register(facts, { type: 'all, or a list of names' })
    .default('all')
    .describe('Districts for which they may do it.'),
});

const always = z.strictObject({
  listen: text('Address and port.')
    .refine(
      (written) => asListening(written) !== undefined,
      'must be an IP address and a port, such as 127.0.0.1:8480',
    )
    .default('127.0.0.1:8480')
    .describe('IP address and port to listen on.'),
  publicUrl: address('Address that people open, with https unless it is this machine.').optional(),
  behindProxy: flag(false, 'A proxy in front of the console ends the encryption.'),
  tls: z
    .strictObject({
      certificate: text('PEM file with the certificate and its chain.'),
      key: text('PEM file with the private key.'),
    })
    .optional()
    .describe('Encryption by the console itself.'),
  sessionHours: z
    .number()
    .min(0.25)
    .max(24)
    .default(8)
    .describe(
      'Hours after which a person must sign in again; 30 minutes without a request end a session too.',
    ),
  auth: z
    .strictObject({ oidc: oidc.optional(), proxy: proxy.optional() })
    .optional()
    .describe('How people sign in. Without it: by a one-time link on the terminal, on this machine only.'),
});

const ACCESS = 'Who may do what. The roles of all entries that match a person add up.';

export const webConsole = always
  .extend({ access: z.array(grant).default([]).describe(ACCESS) })
  .prefault({})
  .describe('The web console.');

/** Of all districts of a fleet. */
export const fleetConsole = always
  .extend({ access: z.array(fleetGrant).default([]).describe(ACCESS) })
  .prefault({})
  .describe(
    'The web console of all districts: the settings of console in oneroster.yaml, and in each entry of access the districts that it is for.',
  );
