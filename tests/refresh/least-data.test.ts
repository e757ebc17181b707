/** What a connection leaves out or masks is in no cell that leaves the house, on bulk and delta nights, and the rest verifies. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { sqliteSource } from '../../src/extract/sqlite.js';
import type { ConnectionSettings } from '../../src/model/settings.js';
import { fieldHider, masks, type FieldChoices } from '../../src/oneroster/masks.js';
import { versions } from '../../src/oneroster/versions.js';
import { sendableTables, whyNotDropped, whyNotMasked } from '../../src/profiles/least-data.js';
import { profileNamed, profiles } from '../../src/profiles/index.js';
import { shapeOf } from '../../src/profiles/shape.js';
import type { RefreshResult } from '../../src/refresh/refresh.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import {
  aConfig,
  aConnection,
  day,
  VERSIONS,
  type Version,
  type Wants,
  NO_LIMITS,
} from '../support/connections.js';
import { refreshHere } from '../support/in-process.js';
import { readBundle, type PublishedRow } from '../support/published.js';
import { AS_OF, change, makeSmallDistrict, STUDENTS } from './small-district.js';

afterAll(removeFolders);

/** A district of its own, refreshed night after night. */
class Nights {
  readonly folder = makeFolder();
  readonly district = join(this.folder, 'district.sqlite');
  #nights = 0;

  constructor() {
    makeSmallDistrict(this.district);
  }

  async refresh(...connections: readonly ConnectionSettings[]): Promise<RefreshResult> {
    this.#nights += 1;
    return await refreshHere({
      config: aConfig(join(this.folder, 'home'), this.district, connections),
      source: sqliteSource({ client: 'better-sqlite3', filename: this.district }),
      asOf: day(AS_OF),
      startedAt: new Date(Date.UTC(2026, 9, 15 + this.#nights, 8)),
    });
  }

  /** The tables of the one connection's bundle. */
  async night(wants: Wants): Promise<ReadonlyMap<string, readonly PublishedRow[]>> {
    const { connections } = await this.refresh(aConnection(wants));
    const [result] = connections;
    expect({
      outcome: result?.outcome,
      findings: result?.findings.filter(({ severity }) => severity === 'error'),
    }).toEqual({
      outcome: expect.stringMatching(/published|unchanged/),
      findings: [],
    });
    return await readBundle(result?.bundle?.path ?? '');
  }
}

const values = (rows: readonly PublishedRow[] | undefined, column: string): readonly string[] => [
  ...new Set((rows ?? []).map((row) => row[column] ?? 'no such column')),
];

describe.each(VERSIONS)('a bulk bundle of %s', (version) => {
  it('has the column, blank where it is dropped, and masked values where it is masked', async () => {
    const bundle = await new Nights().night({
      version,
      fields: {
        users: { phone: 'drop', email: 'mask', familyName: 'mask', username: 'mask', userIds: 'drop' },
        demographics: { birthDate: 'mask', sex: 'drop' },
      },
    });
    const users = bundle.get('users') ?? [];
    expect(values(users, 'phone')).toEqual(['']);
    expect(values(users, 'userIds')).toEqual(['']);
    expect(values(users, 'familyName')).toEqual(['l.']);
    expect(values(users, 'givenName')).toContain('first11');
    for (const { sourcedId = '', email, username } of users) {
      expect(email).toBe(`user-${sourcedId.toLowerCase()}@masked.invalid`);
      expect(username).toBe(sourcedId);
    }
    const demographics = bundle.get('demographics');
    expect(values(demographics, 'birthDate')).toEqual(['2015-01-01']);
    expect(values(demographics, 'sex')).toEqual(['']);
    expect(values(demographics, 'white')).toEqual(['true']);
  });

  it('holds a dropped value nowhere', async () => {
    const bundle = await new Nights().night({
      version,
      fields: { users: { phone: 'drop', email: 'drop', ...(version === '1.2' && { sms: 'drop' }) } },
    });
    expect(JSON.stringify([...bundle])).not.toMatch(/555-01|@district\.example/);
  });
});

describe('an email address that is not sent', () => {
  it('does not stand in for a missing username either', async () => {
    const nights = new Nights();
    change(nights.district, 'DELETE FROM UserAccount WHERE personID = 31');
    const guardian = (bundle: ReadonlyMap<string, readonly PublishedRow[]>): PublishedRow | undefined =>
      bundle.get('users')?.find(({ givenName }) => givenName === 'first31');
    expect(guardian(await nights.night({ version: '1.2' }))?.['username']).toBe('email31@district.example');
    const hidden = guardian(await nights.night({ version: '1.2', fields: { users: { email: 'drop' } } }));
    expect(hidden?.['username']).toBe(hidden?.['sourcedId']);
  });

  it.each(VERSIONS)('is told of where it is the username as well (%s)', async (version) => {
    const nights = new Nights();
    change(
      nights.district,
      `UPDATE UserAccount SET username = 'Email11@District.example' WHERE personID = 11`,
    );
    const told = async (fields: FieldChoices): Promise<readonly number[]> => {
      const { connections } = await nights.refresh(aConnection({ version, fields }));
      return (connections[0]?.notices ?? [])
        .filter(({ code }) => code === 'email-is-username')
        .map(({ count }) => count);
    };
    expect(await told({ users: { email: 'drop' } })).toEqual([1]);
    expect(await told({ users: { email: 'mask', username: 'mask' } })).toEqual([]);
    expect(await told({ users: { phone: 'drop' } })).toEqual([]);
  });
});

describe.each(VERSIONS)('deltas of %s', (version) => {
  const connection = { version, mode: 'delta' } as const;

  it('tell a change of fields as a change of rows, once', async () => {
    const nights = new Nights();
    const first = await nights.night(connection);
    const all = first.get('users')?.length ?? 0;
    const fields = { users: { phone: 'drop' } } as const;
    const changed = await nights.night({ ...connection, fields });
    expect(changed.get('users')).toHaveLength(all);
    expect(values(changed.get('users'), 'status')).toEqual(['active']);
    expect(values(changed.get('users'), 'phone')).toEqual(['']);
    expect([...changed.keys()]).toEqual(['manifest', 'users']);
    expect([...(await nights.night({ ...connection, fields })).keys()]).toEqual(['manifest']);
    const again = await nights.night(connection);
    expect(values(again.get('users'), 'phone').every((phone) => phone.startsWith('555-01'))).toBe(true);
  });

  it('leave it out of rows that vanish as well, although the receiver had it once', async () => {
    const nights = new Nights();
    await nights.night(connection);
    change(nights.district, `UPDATE Enrollment SET noShow = 1 WHERE personID = ${STUDENTS[1]}`);
    const bundle = await nights.night({
      ...connection,
      thresholds: NO_LIMITS,
      fields: { users: { email: 'mask', phone: 'drop' }, demographics: { birthDate: 'mask' } },
    });
    const gone = (bundle.get('users') ?? []).filter(({ status }) => status === 'tobedeleted');
    expect(gone).toHaveLength(1);
    expect(gone[0]).toMatchObject({ phone: '', email: expect.stringMatching(/@masked\.invalid$/) });
    expect(values(bundle.get('demographics'), 'birthDate')).toEqual(['2015-01-01']);
    expect(values(bundle.get('demographics'), 'status').toSorted()).toEqual(['active', 'tobedeleted']);
  });
});

/** Everything that may be hidden at once: dropped where possible, else masked; or masked wherever possible. */
function everything(version: Version, profileName: string, first: 'drop' | 'mask'): FieldChoices {
  const profile = profileNamed(profileName);
  return Object.fromEntries(
    sendableTables(version).map((table) => [
      table.name,
      Object.fromEntries(
        table.columns.flatMap((column) => {
          const subject = { version, profile, table, column };
          const may = {
            drop: whyNotDropped(subject) === undefined,
            mask: whyNotMasked(subject) === undefined,
          };
          const choice = may[first] ? first : may.drop ? 'drop' : may.mask ? 'mask' : undefined;
          return choice === undefined ? [] : [[column.name, choice]];
        }),
      ),
    ]),
  );
}

describe('whatever a profile lets be hidden', () => {
  const nights = new Nights();
  const cases = profiles.flatMap(({ name }) =>
    VERSIONS.filter((version) => shapeOf(profileNamed(name), version).versions.includes(version)).map(
      (version) => ({ name, version }),
    ),
  );
  const outcomes = new Map<string, { readonly outcome: string; readonly errors: readonly string[] }>();

  beforeAll(async () => {
    const connections = cases.flatMap(({ name, version }) => {
      const base = { profile: name, version };
      const named = (suffix: string): string => `${name}-${version.replace('.', '')}-${suffix}`;
      return [
        aConnection({ ...base, name: named('all') }),
        aConnection({ ...base, name: named('drop'), fields: everything(version, name, 'drop') }),
        aConnection({ ...base, name: named('mask'), fields: everything(version, name, 'mask') }),
      ];
    });
    for (const { settings, outcome, findings } of (await nights.refresh(...connections)).connections) {
      const errors = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
      outcomes.set(settings.name, { outcome, errors });
    }
  }, 240_000);

  it.each(cases)('leaves a bundle that verifies as before: $name $version', ({ name, version }) => {
    const of = (suffix: string): unknown => outcomes.get(`${name}-${version.replace('.', '')}-${suffix}`);
    expect(of('all')).toBeDefined();
    expect(of('drop')).toEqual(of('all'));
    expect(of('mask')).toEqual(of('all'));
  });
});

describe('masks', () => {
  it('are of columns that there are, in one version at least', () => {
    const known = VERSIONS.flatMap((version) =>
      versions[version].tables.flatMap(({ name, columns }) => columns.map((each) => `${name}.${each.name}`)),
    );
    for (const { table, columns } of masks)
      expect(known).toEqual(expect.arrayContaining(columns.map((column) => `${table}.${column}`)));
  });

  it('change nothing that is masked already, and leave blank cells blank', () => {
    for (const { hide } of masks) {
      const once = hide('2014-05-06', 'S-1');
      expect(hide(once, 'S-1')).toBe(once);
      expect(once).not.toContain('05-06');
    }
    const hide = fieldHider(versions['1.1'], { users: { phone: 'mask' } });
    const blank = versions['1.1'].tables.find(({ name }) => name === 'users')?.columns.map(() => '') ?? [];
    expect(hide('users', blank)).toEqual(blank);
  });

  it('cut no character in two', () => {
    const hide = fieldHider(versions['1.1'], { users: { givenName: 'mask' } });
    const columns = versions['1.1'].tables.find(({ name }) => name === 'users')?.columns ?? [];
    const cells = columns.map(({ name }) => (name === 'givenName' ? '𝒜lice' : ''));
    expect(hide('users', cells)).toContain('𝒜.');
  });
});
