import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import yauzl from 'yauzl';
import type { StagedBundle } from '../../src/model/bundle.js';
import { Notices } from '../../src/model/notices.js';
import { versions } from '../../src/oneroster/versions.js';
import { pack, write, type StageRequest } from '../../src/write/write.js';
import { profileNamed } from '../../src/profiles/index.js';
import { shapeOf } from '../../src/profiles/shape.js';
import { fingerprint } from '../../src/model/fingerprint.js';
import { writeZip } from '../../src/write/zip.js';
import { VERSIONS, aConnection, type Version } from '../support/connections.js';
import { readCsv, readZip } from '../support/published.js';

let root = '';
let folders = 0;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'write-'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

async function newFolder(): Promise<string> {
  const folder = join(root, String((folders += 1)));
  await mkdir(folder);
  return folder;
}

const columnsOf = (version: Version, table: string): readonly string[] =>
  versions[version].tables.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? [];

async function written(
  version: Version,
  fill: StageRequest['fill'],
  onFiles?: StageRequest['onFiles'],
): Promise<{ readonly bundle: StagedBundle; readonly notices: Notices }> {
  const folder = await newFolder();
  const notices = new Notices();
  const files = await write({
    folder,
    settings: aConnection({ version }),
    version: versions[version],
    system: { name: 'Campus of Plainview', code: 'plainview' },
    exclusions: join(folder, 'exclusions.csv'),
    notices,
    shape: shapeOf(profileNamed('generic'), version),
    fill,
    onFiles,
  });
  return { bundle: await pack(files, { compression: 3 }), notices };
}

const anOrg = (version: Version, id: string, name = 'School'): readonly string[] =>
  columnsOf(version, 'orgs').map((column) => (column === 'sourcedId' ? id : column === 'name' ? name : ''));

describe.each(VERSIONS)('a bundle of %s', (version) => {
  it('holds the manifest first, then the tables that have rows, in the order of the standard', async () => {
    const { bundle } = await written(version, (put) => {
      put(
        'users',
        columnsOf(version, 'users').map(() => 'u'),
      );
      put('orgs', anOrg(version, '1'));
      put('orgs', anOrg(version, '2'));
    });
    const files = await readZip(bundle.path);
    expect([...files.keys()]).toEqual(['manifest.csv', 'orgs.csv', 'users.csv']);
    expect([...bundle.rows]).toEqual([
      ['orgs', 2],
      ['users', 1],
    ]);
    expect(readCsv(files.get('orgs.csv') ?? '').map((row) => row['sourcedId'])).toEqual(['1', '2']);
  });

  it('says in the manifest what every table of the version is', async () => {
    const { bundle } = await written(version, (put) => put('orgs', anOrg(version, '1')));
    const manifest = readCsv((await readZip(bundle.path)).get('manifest.csv') ?? '');
    const value = new Map(manifest.map((row) => [row['propertyName'] ?? '', row['value'] ?? '']));
    expect([value.get('manifest.version'), value.get('oneroster.version')]).toEqual(['1.0', version]);
    expect([value.get('source.systemName'), value.get('source.systemCode')]).toEqual([
      'Campus of Plainview',
      'plainview',
    ]);
    const declared = [...value].filter(([name]) => name.startsWith('file.'));
    expect(declared.map(([name]) => name)).toEqual(
      versions[version].tables.map(({ name }) => `file.${name}`),
    );
    expect(declared.filter(([, mode]) => mode !== 'absent')).toEqual([['file.orgs', 'bulk']]);
    expect(value.size).toBe(manifest.length);
  });

  it('is the manifest alone when nothing has rows', async () => {
    const { bundle } = await written(version, () => undefined);
    expect([...(await readZip(bundle.path)).keys()]).toEqual(['manifest.csv']);
    expect(bundle.rows.size).toBe(0);
  });

  it('tells its own checksum and size, and is for its owner only', async () => {
    const { bundle } = await written(version, (put) => put('orgs', anOrg(version, '1')));
    const bytes = readFileSync(bundle.path);
    expect(bundle.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(bundle.bytes).toBe(bytes.length);
    expect(statSync(bundle.path).mode & 0o777).toBe(0o600);
    expect(bundle.state).toBe('staged');
  });

  it('is the same bytes for the same rows', async () => {
    const fill: StageRequest['fill'] = (put) => {
      for (let id = 0; id < 500; id += 1) put('orgs', anOrg(version, String(id), `Schule ${id} ü`));
    };
    const [one, other] = [await written(version, fill), await written(version, fill)];
    expect(other.bundle.sha256).toBe(one.bundle.sha256);
  });
});

it('entries have one fixed date and method', async () => {
  const { bundle } = await written('1.1', (put) => put('orgs', anOrg('1.1', '1')));
  const zip = await yauzl.openPromise(bundle.path);
  const seen: string[] = [];
  for await (const entry of zip.eachEntry()) {
    seen.push(
      `${entry.fileName} ${entry.lastModFileDate} ${entry.lastModFileTime} ${entry.compressionMethod}`,
    );
  }
  zip.close();
  // 1980-01-01 00:00 in the form of DOS; 8 is deflate.
  expect(seen).toEqual(['manifest.csv 33 0 8', 'orgs.csv 33 0 8']);
});

it('notes which columns were cut, without their text', async () => {
  const { notices } = await written('1.1', (put) => {
    put('orgs', anOrg('1.1', '1', 'x'.repeat(256)));
    put('orgs', anOrg('1.1', '2', 'y'.repeat(300)));
  });
  expect(notices.list()).toEqual([
    {
      code: 'text-cut',
      severity: 'warning',
      message: 'Values of orgs.name longer than 255 characters were cut.',
      count: 2,
    },
  ]);
});

describe('files that are complete', () => {
  it('are handed on once, whole, while others are still written', async () => {
    const handed: { readonly names: readonly string[]; readonly texts: readonly string[] }[] = [];
    const { bundle } = await written(
      '1.1',
      (put, complete) => {
        put('orgs', anOrg('1.1', '1'));
        put(
          'courses',
          columnsOf('1.1', 'courses').map(() => ''),
        );
        complete(['orgs', 'users']);
        expect(handed).toHaveLength(1);
        complete(['orgs']);
        put(
          'courses',
          columnsOf('1.1', 'courses').map(() => ''),
        );
      },
      (files) =>
        handed.push({
          names: files.map(({ name }) => name),
          texts: files.map(({ path }) => readFileSync(path, 'utf8')),
        }),
    );
    expect(handed.map(({ names }) => names)).toEqual([['orgs.csv'], ['courses.csv']]);
    const zipped = await readZip(bundle.path);
    expect([...zipped.keys()]).toEqual(['manifest.csv', 'courses.csv', 'orgs.csv']);
    for (const { names, texts } of handed)
      expect(names.map((name) => zipped.get(name)?.toString())).toEqual(texts);
  });

  it('get no more rows', async () => {
    const late: StageRequest['fill'] = (put, complete) => {
      put('orgs', anOrg('1.1', '1'));
      complete(['orgs']);
      put('orgs', anOrg('1.1', '2'));
    };
    await expect(written('1.1', late)).rejects.toThrow('complete');
  });
});

it('refuses a table that the version does not have', async () => {
  await expect(written('1.1', (put) => put('roles', ['1']))).rejects.toThrow(
    'OneRoster 1.1 has no table roles',
  );
});

describe('the zip', () => {
  it('fails on a file that is gone, and does not leave it out', async () => {
    const folder = await newFolder();
    const there = join(folder, 'a.csv');
    writeFileSync(there, 'a\r\n');
    const entries = [
      { name: 'a.csv', path: there },
      { name: 'b.csv', path: join(folder, 'b.csv') },
    ];
    await expect(writeZip(join(folder, 'z.zip'), entries, 3)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('fails when a file cannot be read, wherever it stands', async () => {
    const folder = await newFolder();
    const there = join(folder, 'a.csv');
    writeFileSync(there, 'a\r\n');
    const good = { name: 'a.csv', path: there };
    const bad = { name: 'b.csv', path: await newFolder() };
    for (const [number, entries] of [
      [bad, good],
      [good, bad],
      [good, bad, good],
    ].entries()) {
      const zip = join(folder, `${number}.zip`);
      await expect(writeZip(zip, entries, 3)).rejects.toMatchObject({ code: 'EISDIR' });
    }
  });

  it('returns the fingerprint of its output', async () => {
    const folder = await newFolder();
    const path = join(folder, 'a.csv');
    writeFileSync(path, 'a\r\n'.repeat(1_000_000));
    const zip = join(folder, 'z.zip');
    expect(await writeZip(zip, [{ name: 'a.csv', path }], 3)).toEqual(await fingerprint(zip));
  });

  it('makes a smaller zip of the same content at a higher level', async () => {
    const folder = await newFolder();
    const path = join(folder, 'a.csv');
    const text = Array.from({ length: 20_000 }, (_, row) => `${(row * 7919) % 10_007},student\r\n`).join('');
    writeFileSync(path, text);
    const sizes = [1, 6, 9].map(async (level) => {
      const zip = join(folder, `level-${level}.zip`);
      const { bytes } = await writeZip(zip, [{ name: 'a.csv', path }], level);
      expect((await readZip(zip)).get('a.csv')?.toString()).toBe(text);
      return bytes;
    });
    const [fastest = 0, middle = 0, smallest = 0] = await Promise.all(sizes);
    expect(fastest).toBeGreaterThan(middle);
    expect(middle).toBeGreaterThan(smallest);
  });

  it('does not wait for a pipe in the place of a bundle', async () => {
    const path = join(await newFolder(), 'pipe.zip');
    execFileSync('mkfifo', [path]);
    expect(await fingerprint(path)).toBeUndefined();
    await expect(fingerprint(`${path}.not`)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('never overwrites', async () => {
    const folder = await newFolder();
    const path = join(folder, 'a.csv');
    writeFileSync(path, 'a\r\n');
    await writeZip(join(folder, 'z.zip'), [{ name: 'a.csv', path }], 3);
    await expect(writeZip(join(folder, 'z.zip'), [{ name: 'a.csv', path }], 3)).rejects.toMatchObject({
      code: 'EEXIST',
    });
  });

  it('fails where it cannot be written', async () => {
    const folder = await newFolder();
    const path = join(folder, 'a.csv');
    writeFileSync(path, 'a\r\n');
    await expect(writeZip(join(folder, 'none', 'z.zip'), [{ name: 'a.csv', path }], 3)).rejects.toMatchObject(
      {
        code: 'ENOENT',
      },
    );
  });
});
