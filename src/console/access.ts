/** Who may do what in the console. The table of roles and actions is data; the README's table is made from it. */
import type { AccessGrant, ConsoleRole } from '../model/settings.js';
import { CONSOLE_ROLES } from '../model/settings.js';

interface ActionFacts {
  /** One of these roles is enough. */
  readonly roles: readonly ConsoleRole[];
  readonly says: string;
}

export const ACTIONS = {
  look: {
    roles: CONSOLE_ROLES,
    says: 'see connections, nights, reports, holds, deliveries and who received what',
  },
  lists: {
    roles: ['viewer', 'explainer', 'operator', 'approver'],
    says: 'download the lists of excluded and of vanished records: ids, codes and numbers',
  },
  search: { roles: ['explainer'], says: 'search why a record is in or out' },
  preflight: { roles: ['explainer'], says: 'check the district, and see the coming days' },
  refresh: { roles: ['operator'], says: 'refresh now' },
  deliver: { roles: ['operator'], says: 'send a bundle again' },
  anonymize: { roles: ['operator'], says: 'download a version of a bundle without personal data' },
  decide: { roles: ['approver'], says: 'release or discard a bundle on hold' },
  rollBack: { roles: ['approver'], says: 'send an older bundle on purpose' },
  audit: { roles: ['viewer', 'approver'], says: 'read the audit trail' },
  names: { roles: ['names'], says: 'see names and other personal data in the answers of a search' },
} as const satisfies Readonly<Record<string, ActionFacts>>;

export type Action = keyof typeof ACTIONS;

/** The signed-in person. */
export interface Person {
  /** As the audit trail and the log name them. */
  readonly login: string;
  readonly grants: readonly Pick<AccessGrant, 'roles' | 'connections' | 'districts'>[];
}

/** What a sign-in proved. */
export interface Identity {
  readonly login: string;
  readonly groups: readonly string[];
  /** Only one that the identity provider does not call unverified. */
  readonly email?: string;
}

/** Undefined where no entry of `console.access` matches. Case is ignored in logins and domains, not in groups. */
export function personOf(identity: Identity, access: readonly AccessGrant[]): Person | undefined {
  const grants = access.filter((grant) => isMeant(identity, grant));
  return grants.length === 0 ? undefined : { login: identity.login, grants };
}

function isMeant({ login, groups, email }: Identity, grant: AccessGrant): boolean {
  const domain = email?.split('@').at(-1)?.toLowerCase();
  return (
    grant.users.some((user) => user.toLowerCase() === login.toLowerCase()) ||
    grant.groups.some((group) => groups.includes(group)) ||
    grant.emailDomains.some((each) => each.toLowerCase() === domain)
  );
}

export function may(person: Person, action: Action, connection?: string): boolean {
  return grantsFor(person, action).some(
    ({ connections }) =>
      connection === undefined || connections === 'all' || connections.includes(connection),
  );
}

function grantsFor({ grants }: Person, action: Action): Person['grants'] {
  const among: readonly ConsoleRole[] = ACTIONS[action].roles;
  return grants.filter(({ roles }) => roles.some((role) => among.includes(role)));
}

/** By name, or all there ever were. */
export function connectionsFor(person: Person, action: Action): 'all' | readonly string[] {
  const named = new Set<string>();
  for (const { connections } of grantsFor(person, action)) {
    if (connections === 'all') return 'all';
    for (const name of connections) named.add(name);
  }
  return [...named];
}

/** The same person as far as one district of a fleet is concerned. */
export const personWithin = ({ login, grants }: Person, district: string): Person => ({
  login,
  grants: grants.filter(
    ({ districts }) => districts === undefined || districts === 'all' || districts.includes(district),
  ),
});

/** For everything at once: only a grant for all connections is enough. */
export const mayForAll = (person: Person, action: Action): boolean =>
  connectionsFor(person, action) === 'all';

/** With the one-time link: a person who has a shell on this machine may do everything. */
export const ADMINISTRATOR: Person['grants'] = [{ roles: CONSOLE_ROLES, connections: 'all' }];
