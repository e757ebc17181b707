/** `init` as a person or a script meets it: the built command, once by plain Node, and at a pseudo-terminal. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { checkWritten } from '../../src/config/config.js';
import { editorSchema } from '../../src/config/editor-schema.js';
import { loadConfig } from '../../src/config/load.js';
import { INIT_FLAGS } from '../../src/commands/init-flags.js';
import { questions } from '../../src/commands/init-questions.js';
import { AS_OF, makeSmallDistrict } from '../refresh/small-district.js';
import { CLI, makeFolder, removeFolders, run } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';
import { describeWith } from '../support/needs.js';

afterAll(removeFolders);

const SQLITE = ['--client', 'better-sqlite3', '--file', 'district.sqlite', '--timezone', 'America/Chicago'];
const SERVER = ['--client', 'mssql', '--server', 'sis-db', '--timezone', 'America/Chicago'];
const HOST_KEY = `SHA256:${'a'.repeat(43)}`;
const SFTP = ['--delivery', 'sftp', '--sftp-host', 'sftp.receiver.example', '--sftp-user', 'district'];

function place(): {
  folder: string;
  config: string;
  init: (...args: readonly string[]) => ReturnType<typeof runHere>;
} {
  const folder = makeFolder();
  const config = join(folder, 'oneroster.yaml');
  return {
    folder,
    config,
    init: (...args) => runHere(['init', '--config', 'oneroster.yaml', ...args], { cwd: folder }),
  };
}

const written = (file: string): unknown => parse(readFileSync(file, 'utf8'), { version: '1.2' });

describe('init with flags', () => {
  it('writes a config that loads, its schema, and the next commands; a refresh with it succeeds', async () => {
    const { folder, config } = place();
    makeSmallDistrict(join(folder, 'district.sqlite'));
    const { code, stdout, stderr } = await run(['init', '--config', 'oneroster.yaml', ...SQLITE], {
      cwd: folder,
    });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toBe(
      'Written: oneroster.yaml, and oneroster.schema.json beside it for editors\n\n' +
        'Assumed; give the flag to change it:\n  --receiver          library\n  --profile           other\n' +
        '  --receiver-version  1.1\n  --delivery          none\n\nNext:\n' +
        ['preflight', 'refresh --no-deliver', 'status']
          .map((command) => `  oneroster-export ${command} --config oneroster.yaml\n`)
          .join('') +
        `\nRights:\n  info  config  ${config}  Owner: ${userInfo().username}. May read: only the owner\n`,
    );
    expect(statSync(config).mode & 0o777).toBe(0o600);
    expect(readFileSync(config, 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=\.\/oneroster\.schema\.json\n/,
    );
    expect(JSON.parse(readFileSync(join(folder, 'oneroster.schema.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(editorSchema())),
    );
    const loaded = await loadConfig(config, {});
    expect(loaded).toMatchObject({
      timezone: 'America/Chicago',
      source: { client: 'better-sqlite3', filename: join(folder, 'district.sqlite') },
      connections: [{ name: 'library', version: '1.1', profile: 'generic' }],
    });
    for (const command of [['preflight'], ['refresh', '--no-deliver'], ['status']]) {
      const asOf = command[0] === 'status' ? [] : ['--as-of', AS_OF];
      expect(await runHere([...command, '--config', config, ...asOf])).toMatchObject({ code: 0 });
    }
  });

  it('names where the password is, and says what is still to be done', async () => {
    const { config, init } = place();
    const { code, stdout } = await init(
      ...SERVER,
      '--password-env',
      'NOT_THERE_9',
      '--receiver-version',
      '1.2',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/To do before it can be used:\n {2}source\.connection\.password: .*NOT_THERE_9/);
    expect(readFileSync(config, 'utf8')).toContain('password: "${env:NOT_THERE_9}"');
    const loaded = await loadConfig(config, { NOT_THERE_9: 'secret' });
    expect(loaded.source).toMatchObject({ connection: { server: 'sis-db', port: 1433, password: 'secret' } });
  });

  it('writes a delivery: as it is when the host key is known, as a comment until then', async () => {
    const known = place();
    await known.init(...SERVER, ...SFTP, '--sftp-host-key', HOST_KEY);
    const text = readFileSync(known.config, 'utf8').replace('version: 1.1', 'version: "1.1"'); // the loader takes both
    const checked = checkWritten(parse(text));
    expect('complaints' in checked ? checked.complaints : []).toEqual([]);
    expect(written(known.config)).toMatchObject({
      connections: [
        {
          delivery: {
            sftp: {
              host: 'sftp.receiver.example',
              privateKey: '${file:./keys/library}',
              hostKey: HOST_KEY,
              name: 'OneRoster.zip',
            },
          },
        },
      ],
    });
    const unknown = place();
    await unknown.init(...SERVER, ...SFTP);
    expect(readFileSync(unknown.config, 'utf8')).toMatch(
      / # Not sent yet: ask the receiver .+\n {4}# delivery:\n/,
    );
    await expect(loadConfig(unknown.config, { SIS_PASSWORD: 'x' })).resolves.toMatchObject({
      timezone: 'America/Chicago',
    });
  });

  it('reports all that is missing or wrong at once, and writes nothing', async () => {
    const { config, init } = place();
    const { code, stdout, stderr } = await init(
      '--client',
      'mssql',
      '--port',
      '0',
      '--timezone',
      'Mars/North',
      '--receiver',
      'A B',
      '--password-env',
      'p4ss word!',
      '--file',
      'x.sqlite',
    );
    expect(code).toBe(2);
    expect(stdout).toBe('');
    for (const flag of ['server', 'port', 'timezone', 'receiver', 'password-env', 'file'])
      expect(stderr).toMatch(new RegExp(`^ {2}--${flag}: `, 'm'));
    expect(stderr).not.toContain('p4ss');
    expect(existsSync(config)).toBe(false);
  });

  it('a version that the receiver does not read is refused', async () => {
    const { init } = place();
    const { code, stderr } = await init(...SQLITE, '--profile', 'hmh', '--receiver-version', '1.2');
    expect(code).toBe(2);
    expect(stderr).toContain('--receiver-version: must be one of 1.1');
  });

  it('never writes over a config, but with --force', async () => {
    const { config, init } = place();
    await init(...SQLITE);
    const before = readFileSync(config, 'utf8');
    const again = await init(...SERVER);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('oneroster.yaml already exists. Use --force to overwrite it.');
    expect(readFileSync(config, 'utf8')).toBe(before);
    expect(await init(...SERVER, '--force')).toMatchObject({ code: 0 });
    expect(readFileSync(config, 'utf8')).toContain('client: mssql');
  });

  it('takes sqlite, sqlserver and other, and a folder that the vendor reads', async () => {
    const { config, init } = place();
    const { code } = await init(...SQLITE.with(1, 'sqlite'), '--profile', 'other', '--folder-path', 'out');
    expect(code).toBe(0);
    expect(written(config)).toMatchObject({
      source: { client: 'better-sqlite3' },
      connections: [{ profile: 'generic', delivery: { folder: { path: './out' } } }],
    });
    await expect(loadConfig(config, {})).resolves.toMatchObject({ timezone: 'America/Chicago' });
    expect(await init(...SERVER.with(1, 'sqlserver'), '--force')).toMatchObject({ code: 0 });
    expect(written(config)).toMatchObject({ source: { client: 'mssql' } });
  });

  it('one document with --json', async () => {
    const { config, init } = place();
    const { stdout } = await init(...SERVER, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      config,
      commands: [expect.stringContaining('preflight'), expect.stringContaining('refresh'), expect.anything()],
      problems: [{ path: 'source.connection.password' }],
    });
  });

  it('in a folder config, home is beside it', async () => {
    const { folder, config, init } = place();
    mkdirSync(join(folder, 'config'));
    await runHere(['init', ...SQLITE], { cwd: folder });
    expect(written(join(folder, 'config/oneroster.yaml'))).toMatchObject({
      home: '../var',
      source: { connection: { filename: '../district.sqlite' } },
    });
    expect(existsSync(config)).toBe(false);
    expect((await init(...SQLITE)).code).toBe(0);
  });
});

it('has a flag for each question', () => {
  expect(INIT_FLAGS.map(([flag]) => flag.replace(/^--| <.*$/g, ''))).toEqual(questions.map(({ key }) => key));
});

/** Runs `init` at a pseudo-terminal and types a line at each prompt. */
const TYPIST = `
import os, pty, sys, time
answers = sys.argv[2].split('|')
pid, fd = pty.fork()
if pid == 0:
    os.chdir(sys.argv[1])
    os.execvp(sys.argv[3], sys.argv[3:])
text = ''
while True:
    try:
        chunk = os.read(fd, 65536).decode()
    except OSError:
        break
    if not chunk:
        break
    text += chunk
    if text.rstrip('\\x1b[0123456789GJ').endswith(': ') and answers:
        sys.stdout.write(text)
        text = ''
        answer = answers.pop(0)
        os.write(fd, b'\\x03' if answer == '^C' else (answer + '\\r').encode())
sys.stdout.write(text)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

const hasPython = spawnSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode']).status === 0;

async function typed(folder: string, answers: readonly string[]): Promise<{ code: unknown; said: string }> {
  const child = spawn(
    'python3',
    ['-c', TYPIST, folder, answers.join('|'), process.execPath, CLI, 'init', '--config', 'oneroster.yaml'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [unknown];
  return { code, said };
}

describeWith(hasPython, 'python3')('init at a terminal', () => {
  it('asks, takes defaults, asks again after a bad answer, and writes the config', async () => {
    const folder = makeFolder();
    const { code, said } = await typed(folder, [
      'oracle',
      'sqlite',
      'district.sqlite',
      'America/Denver',
      '',
      'schoology',
      '1.2',
      'none',
    ]);
    expect(said).toContain('It must be one of sqlserver, sqlite.');
    expect(said).toContain('A short name for the first receiver [library]: ');
    expect(said).toContain('oneroster-export preflight --config oneroster.yaml');
    expect(code).toBe(0);
    const loaded = await loadConfig(join(folder, 'oneroster.yaml'), {});
    expect(loaded).toMatchObject({
      timezone: 'America/Denver',
      source: { filename: join(folder, 'district.sqlite') },
      connections: [{ name: 'library', version: '1.2', profile: 'schoology' }],
    });
  });

  it('given up half way, writes nothing', async () => {
    const folder = makeFolder();
    const { code, said } = await typed(folder, ['better-sqlite3', '^C']);
    expect(said).toContain('Canceled: no config was written.');
    expect(code).toBe(2);
    expect(existsSync(join(folder, 'oneroster.yaml'))).toBe(false);
  });
});
