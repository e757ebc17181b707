import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { ACTIONS, connectionsFor, may, mayForAll, personOf, type Action } from '../../src/console/access.js';
import { CONSOLE_ROLES, type AccessGrant, type ConsoleRole } from '../../src/model/settings.js';
import { State } from '../../src/state/state.js';
import { Client, type Answer } from './client.js';
import { aConsoleSuite } from './consoles.js';

const grant = (wants: Partial<AccessGrant>): AccessGrant => ({
  groups: [],
  users: [],
  emailDomains: [],
  roles: ['viewer'],
  connections: 'all',
  ...wants,
});

describe('the entries that match a person', () => {
  const kim = { login: 'Kim@District.example', groups: ['clerks'], email: 'kim@district.example' };

  it.each([
    ['a group', { groups: ['clerks'] }],
    ['a login in other case', { users: ['kim@district.EXAMPLE'] }],
    ['a domain in other case', { emailDomains: ['District.Example'] }],
  ])('by %s', (_what, wants) => {
    expect(personOf(kim, [grant(wants)])?.grants).toHaveLength(1);
  });

  it.each([
    ['a group in other case', { groups: ['Clerks'] }],
    ['the end of a domain', { emailDomains: ['example'] }],
    ['nothing', {}],
  ])('not by %s', (_what, wants) => {
    expect(personOf(kim, [grant(wants)])).toBeUndefined();
  });

  it('a domain counts for an address that was verified only', () => {
    const entries = [grant({ emailDomains: ['district.example'] })];
    expect(personOf({ login: 'kim@district.example', groups: [] }, entries)).toBeUndefined();
  });

  it('add up, each for its own connections', () => {
    const person = personOf(kim, [
      grant({ groups: ['clerks'], roles: ['viewer'] }),
      grant({ users: [kim.login], roles: ['approver'], connections: ['lms'] }),
    ]);
    if (person === undefined) throw new Error('no entry matched');
    expect(may(person, 'decide', 'lms')).toBe(true);
    expect(may(person, 'decide', 'library')).toBe(false);
    expect(may(person, 'look', 'library')).toBe(true);
    expect(connectionsFor(person, 'audit')).toBe('all');
    expect(connectionsFor(person, 'decide')).toEqual(['lms']);
    expect(connectionsFor(person, 'names')).toEqual([]);
    expect([mayForAll(person, 'audit'), mayForAll(person, 'decide')]).toEqual([true, false]);
  });
});

/** What a page or form of each action is, and how it is refused. */
const WAYS: Readonly<Record<Action, (client: Client) => Promise<Answer>>> = {
  look: (client) => client.get('/connections/lms'),
  lists: (client) => client.get('/connections/lms/nights/NIGHT/exclusions.csv'),
  search: (client) => client.get('/why'),
  preflight: (client) => client.get('/preflight'),
  refresh: (client) => client.post('/connections/lms/refresh', {}),
  deliver: (client) => client.post('/connections/lms/deliver', {}),
  anonymize: (client) => client.get('/connections/lms/nights/NIGHT/anonymize'),
  decide: (client) => client.post('/connections/lms/hold/decide', {}),
  rollBack: (client) => client.get('/connections/lms/nights/NIGHT/roll-back'),
  audit: (client) => client.get('/audit'),
  names: (client) => client.get('/why/person/11?names=yes'),
};

const suite = aConsoleSuite();

/** Signed in through the proxy on this address. */
async function clientWith(
  roles: readonly ConsoleRole[],
  connections: AccessGrant['connections'] = 'all',
): Promise<Client> {
  const headers = { userHeader: 'x-user', groupsHeader: 'x-groups' };
  const { url } = await suite.open({
    console: {
      auth: { proxy: { addresses: ['127.0.0.1'], ...headers } },
      access: [grant({ groups: ['all'], roles, connections })],
    },
  });
  return new (class extends Client {
    override async get(path: string): Promise<Answer> {
      return await super.get(path, { headers: { 'x-user': 'kim', 'x-groups': 'all' } });
    }
    override async post(path: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
      return await super.post(path, fields, { headers: { 'x-user': 'kim', 'x-groups': 'all' } });
    }
  })(url);
}

describe.each(CONSOLE_ROLES)('the role %s alone', (role) => {
  const actions = Object.entries(WAYS) as readonly (readonly [Action, (typeof WAYS)[Action]])[];

  it.each(actions)('%s: allowed or refused as the table says', async (action, way) => {
    const client = await clientWith([role]);
    const { status } = await way(client);
    const isAllowed = (ACTIONS[action].roles as readonly ConsoleRole[]).includes(role);
    // An allowed form without its one-time value is "expired" (409), an unknown night "not found" (404).
    const isRefused = status === 403;
    // To see names, a person must also be allowed to search.
    expect(isRefused).toBe(action === 'names' ? true : !isAllowed);
  });
});

it('names are shown to a person with both roles, and that is recorded', async () => {
  const client = await clientWith(['explainer', 'names', 'viewer']);
  const plain = await client.get('/why/person/11');
  expect(plain.words).toContain('Sent to library as student');
  expect(plain.words).not.toContain('first11');
  const { status, words } = await client.get('/why/person/11?names=yes');
  expect(status).toBe(200);
  expect(words).toContain('givenName first11');
  expect((await client.get('/audit')).words).toMatch(/console names[\s\S]*kim \(127\.0\.0\.1\)[\s\S]*id: 11/);
});

it('a person who may read the audit trail of one connection sees its entries, and those that concern all', async () => {
  const connectionsIn = async (client: Client): Promise<readonly string[]> => {
    const { text } = await client.get('/audit');
    const found = text.matchAll(/<td[^>]*>(library|lms|all)<\/td>/g);
    return [...new Set([...found].map(([, name = '']) => name))].sort();
  };
  const state = await State.open(join(suite.site.home, 'state.db'), () => new Date());
  await state.audit('told', null, {});
  await state.close();
  expect(await connectionsIn(await clientWith(['viewer']))).toEqual(['all', 'library', 'lms']);
  expect(await connectionsIn(await clientWith(['viewer'], ['library']))).toEqual(['all', 'library']);
});
