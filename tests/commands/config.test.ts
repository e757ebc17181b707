/** `config check` and `config show`, in process. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { configCheckCommand, configShowCommand, type ConfigCall } from '../../src/commands/config.js';
import { configNotices } from '../../src/config/config-notices.js';
import { readConfig } from '../../src/config/load.js';
import { aConnection, HEAD, makeConfigFolder, type ConfigFolder } from '../config/given-config.js';
import { day } from '../support/connections.js';

let given: ConfigFolder;
beforeAll(async () => {
  given = await makeConfigFolder();
});
afterAll(() => given.remove());

const SECRET = 'not-to-be-seen';

interface Called {
  readonly call: ConfigCall;
  readonly printed: () => string;
}

function called(text: string, env: ConfigCall['env'] = {}): Called {
  const written: string[] = [];
  writeFileSync(given.path, text);
  return {
    call: {
      path: given.path,
      env,
      now: new Date('2026-10-15T12:00:00Z'),
      terminal: { out: (out) => written.push(out), err: (err) => written.push(err), isWatched: false },
    },
    printed: () => written.join(''),
  };
}

const BOTH = `${aConnection('profile: canvas\nallowEmpty: true')}  - name: lms\n    version: 1.2\n`;

describe('config check', () => {
  it('lists the notices with line and column, and exits with code 0', async () => {
    const { call, printed } = called(BOTH);
    expect(await configCheckCommand(call, {})).toBe(0);
    expect(printed()).toContain('has no problems. Connections: library (1.1), lms (1.2).\n');
    expect(printed()).toMatch(
      / warning {2}line 9, column 5 +connections\[0\]\.allowEmpty +An empty bundle is/,
    );
    expect(printed()).toMatch(/ info +notices +No one is notified/);
  });

  it('has the same as one JSON document', async () => {
    const { call, printed } = called(BOTH);
    expect(await configCheckCommand(call, { json: true })).toBe(0);
    expect(JSON.parse(printed())).toMatchObject({
      config: given.path,
      valid: true,
      problems: [],
      notices: expect.arrayContaining([
        expect.objectContaining({
          code: 'empty-allowed',
          severity: 'warning',
          path: 'connections[0].allowEmpty',
          line: 9,
          column: 5,
        }),
      ]) as unknown,
    });
  });

  it('refuses a config with problems like every command; as JSON it prints all of them and returns 2', async () => {
    const text = aConnection('modes: bulk\nallowEmpty: maybe');
    await expect(configCheckCommand(called(text).call, {})).rejects.toMatchObject({ exitCode: 2 });
    const { call, printed } = called(text);
    expect(await configCheckCommand(call, { json: true })).toBe(2);
    const { valid, problems } = JSON.parse(printed()) as { valid: boolean; problems: readonly object[] };
    expect(valid).toBe(false);
    expect(problems).toEqual([
      {
        path: 'connections[0].modes',
        line: 8,
        column: 5,
        message: expect.stringContaining('`mode`') as unknown,
      },
      { path: 'connections[0].allowEmpty', line: 9, column: 17, message: 'must be true or false' },
    ]);
  });
});

describe('the notices of a config', () => {
  const TODAY = day('2026-10-15');
  const codes = async (more: string): Promise<readonly string[]> => {
    const config = await given.load(aConnection(more));
    return configNotices(config, TODAY)
      .map(({ code }) => code)
      .filter((code) => code !== 'no-delivery' && code !== 'no-notices');
  };
  const sftp = (more: string): string =>
    `delivery: { sftp: { host: h, user: u, agent: /run/agent, knownHosts: ./known_hosts, path: /in, ${more} } }`;

  it.each([
    ['sharing-ended', 'sharingEnds: 2026-10-14', 'sharingEnds: 2026-10-15'],
    ['not-before-passed', 'notBefore: 2026-10-15', 'notBefore: 2026-10-16'],
    [
      'blackout-passed',
      'blackout: [{ from: 2026-10-01, to: 2026-10-14 }]',
      'blackout: [{ from: 2026-10-01, to: 2026-10-15 }]',
    ],
    ['no-limit', 'thresholds: { perSchool: 100 }', 'thresholds: { perSchool: 99 }'],
    ['empty-allowed', 'allowEmpty: true', 'allowEmpty: false'],
    ['old-signatures', sftp('allowLegacyAlgorithms: true'), sftp('allowLegacyAlgorithms: false')],
  ])(
    '%s is there where it applies, and not on the other side of the boundary',
    async (code, with_, without) => {
      expect(await codes(with_)).toEqual([code]);
      expect(await codes(without)).toEqual([]);
    },
  );

  it.each([
    ['not-encrypted', 'encrypt: false', ''],
    ['certificate-not-checked', 'trustServerCertificate: true', ''],
    ['not-one-moment', '', 'consistency: statement'],
  ])('%s of a SQL Server', async (code, inConnection, inSource) => {
    const text = `timezone: America/Chicago
source:
  client: mssql
  connection: { server: s, database: d, user: u, password: "\${env:PASSWORD}"${inConnection && `, ${inConnection}`} }
${inSource && `  ${inSource}\n`}connections: [{ name: a, version: 1.1 }]
`;
    const found = configNotices(await given.load(text, { PASSWORD: SECRET }), TODAY).map((each) => each.code);
    expect(found).toEqual([code, 'no-notices', 'no-delivery']);
  });
});

describe('config show', () => {
  const text = `${HEAD}  - name: lms
    version: 1.2
    profile: canvas
    thresholds: { users: 5 }
    delivery: { sftp: { host: "\${env:HOST}", user: u, password: "\${env:PASSWORD}", knownHosts: ./known, path: /in } }
`;
  const env = { HOST: 'sftp.receiver.example', PASSWORD: SECRET };

  it('prints what works, marks what the file does not set, and never a secret', async () => {
    const { call, printed } = called(text, env);
    await configShowCommand(call, {});
    expect(printed()).not.toContain(SECRET);
    expect(printed()).not.toContain('sftp.receiver.example');
    expect(printed()).toContain('password: ${env:PASSWORD}\n');
    expect(printed()).toContain('      users: 5\n      classes: 10 # default\n');
    expect(printed()).toContain('ids: guid # default\n');
    expect(printed()).toMatch(/# Profile canvas \(.+\):\n +# - /);
    expect(printed()).toContain(`home: ${join(given.folder, 'var')} # default\n`);
  });

  it('prints a config that loads, and means the same', async () => {
    const { call, printed } = called(text, env);
    const before = await readConfig(given.path, env);
    await configShowCommand(call, {});
    const shown = join(given.folder, 'shown.yaml');
    writeFileSync(shown, printed());
    chmodSync(shown, 0o600);
    const after = await readConfig(shown, env);
    expect(after.config).toEqual(before.config);
  });

  it('has the demands of each profile beside it in JSON', async () => {
    const { call, printed } = called(text, env);
    await configShowCommand(call, { json: true });
    const { config, profiles } = JSON.parse(printed()) as {
      config: object;
      profiles: readonly { readonly demands: readonly object[] }[];
    };
    expect(printed()).not.toContain(SECRET);
    expect(config).toEqual(parse(await shownYaml()));
    expect(profiles).toMatchObject([{ connection: 'lms', profile: 'canvas' }]);
    expect(profiles[0]?.demands.length).toBeGreaterThan(0);
  });

  async function shownYaml(): Promise<string> {
    const { call, printed } = called(text, env);
    await configShowCommand(call, {});
    return printed();
  }
});
