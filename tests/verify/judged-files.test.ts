/** Files judged before they were packed: the same is found as in the zip, and no other zip passes for theirs. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { CsvOnDisk } from '../../src/model/bundle.js';
import { Findings } from '../../src/verify/catalogue/findings.js';
import { zipReport } from '../../src/verify/judge.js';
import {
  FilesJudge,
  judgeFiles,
  type Expected,
  type JudgedFiles,
  type Prover,
} from '../../src/verify/judged-files.js';
import { findFiles } from '../../src/verify/package.js';
import { verify, type Verdict } from '../../src/verify/verify.js';
import { openZip } from '../../src/zip/zip.js';
import { pack } from '../../src/write/write.js';
import {
  asDelta,
  filesOf,
  goodComplete,
  goodRoster,
  partsOf,
  save,
  saveFiles,
  type Content,
} from './bundles.js';
import { cases } from './check-cases.js';
import { staged } from './staged.js';
import { makeZip } from './zips.js';

const root = mkdtempSync(join(tmpdir(), 'judged-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Files = Readonly<Record<string, string | Buffer>>;

function onDisk(files: Files): readonly CsvOnDisk[] {
  const folder = mkdtempSync(join(root, 'files-'));
  return Object.entries(files).map(([name, data]) => {
    const path = join(folder, name);
    writeFileSync(path, data);
    return { name, path };
  });
}

function apart(own: readonly CsvOnDisk[]): {
  readonly manifest: CsvOnDisk;
  readonly tables: readonly CsvOnDisk[];
} {
  const manifest = own.find(({ name }) => name === 'manifest.csv');
  if (manifest === undefined) throw new Error('these files have no manifest');
  return { manifest, tables: own.filter((each) => each !== manifest) };
}

const roster = goodRoster('1.2');
const files = filesOf(roster);
const judgedRoster = async (): Promise<JudgedFiles> => judgeFiles(onDisk(files));

/** Verifies the zip of these files as that of the roster, whose own files were judged. */
async function verifyOther(zip: string): Promise<Verdict> {
  return verify(staged(roster, zip), {}, await judgedRoster());
}

const told = ({ outcome, findings }: Verdict): readonly string[] => [
  outcome,
  ...findings.map(({ code, file }) => (file === undefined ? code : `${code} ${file}`)),
];

describe('a zip of the judged files', () => {
  it.each<Content>([roster, goodComplete('1.1'), goodComplete('1.2'), asDelta(roster)])(
    'is verified, and judged no second time',
    async (content) => {
      const judged = await judgeFiles(onDisk(filesOf(content)));
      const bundle = staged(content);
      expect(await judged.prove(bundle.path)).toMatchObject({ isProven: true });
      const again = await judgeFiles(onDisk(filesOf(content)));
      expect(told(await verify(bundle, {}, again))).toEqual(['verified']);
    },
  );

  it('is the one that the writer packs', async () => {
    const own = onDisk(files);
    const folder = mkdtempSync(join(root, 'packed-'));
    const { manifest, tables } = apart(own);
    const [packed, judged] = await Promise.all([
      pack({ ...staged(roster), state: 'written', folder, manifest, files: tables }, { compression: 3 }),
      judgeFiles(own),
    ]);
    expect(told(await verify(packed, {}, judged))).toEqual(['verified']);
  });

  it.each(Object.entries(cases))(
    '%s: has the findings of the zip, word by word',
    async (_code, { fails }) => {
      const path = fails();
      const unpacked = await unpack(path);
      const bundle = staged(roster, path);
      const judged = await judgeFiles(onDisk(unpacked));
      const [before, now] = [await verify(bundle), await verify(bundle, {}, judged)];
      // What comes out of a broken entry is less than a file, and never proves the zip.
      expect(now.findings).toEqual(before.findings);
      expect(now.outcome).toBe(before.outcome);
      if (!('manifest.csv' in unpacked)) return;
      const meanwhile = await verify(bundle, {}, await judgedInParts(onDisk(unpacked)));
      expect(meanwhile.findings).toEqual(before.findings);
    },
  );
});

/** The tables that people need first, then the others, and the manifest that names them last. */
async function judgedInParts(
  own: readonly CsvOnDisk[],
  {
    expected = { version: '1.2', mode: 'bulk' },
    first = PEOPLE,
  }: { expected?: Expected; first?: RegExp } = {},
): Promise<Prover> {
  const { manifest, tables } = apart(own);
  const judge = new FilesJudge(expected);
  judge.take(tables.filter(({ name }) => first.test(name)));
  judge.take(tables.filter(({ name }) => !first.test(name)));
  return await judge.end(manifest);
}

const PEOPLE = /^(?:orgs|academicSessions|users|roles|demographics)\.csv$/;

describe('files that are judged while others are written', () => {
  it.each<[string, Content, Parameters<typeof judgedInParts>[1]]>([
    ['in the order of the writer', roster, {}],
    ['of a delta', asDelta(roster), { expected: { version: '1.2', mode: 'delta' } }],
    ['with results, which need enrollments', goodComplete('1.2'), {}],
    ['of 1.1', goodRoster('1.1'), { expected: { version: '1.1', mode: 'bulk' } }],
    ['in another mode than expected', asDelta(roster), {}],
    ['in another version than expected', goodRoster('1.1'), {}],
    ['that come after those that refer to them', roster, { first: /^(?:enrollments|roles)/ }],
  ])('%s: prove the same as all at once', async (_what, content, way) => {
    const { path } = staged(content);
    const whole = await (await judgeFiles(onDisk(filesOf(content)))).prove(path);
    const inParts = await (await judgedInParts(onDisk(filesOf(content)), way)).prove(path);
    expect(whole).toMatchObject({ isProven: true, judgment: { errors: 0 } });
    expect(inParts).toEqual(whole);
  });

  it('are not judged by a mode that only some of them have', async () => {
    const manifest = (files['manifest.csv'] ?? '').replace('file.users,bulk', 'file.users,delta');
    const mixed = { ...files, 'manifest.csv': manifest };
    const zip = saveFiles(mixed);
    const whole = await (await judgeFiles(onDisk(mixed))).prove(zip);
    expect(await (await judgedInParts(onDisk(mixed))).prove(zip)).toEqual(whole);
    expect(whole).toMatchObject({ judgment: { mode: 'mixed' } });
  });

  it('that cannot be read fail at the end', async () => {
    const own = onDisk(files);
    rmSync(own.find(({ name }) => name === 'users.csv')?.path ?? '');
    const judge = new FilesJudge({ version: '1.2', mode: 'bulk' });
    const { manifest, tables } = apart(own);
    judge.take(tables);
    await judge.stop();
    await expect(judge.end(manifest)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

async function unpack(path: string): Promise<Files> {
  const findings = new Findings(0, false);
  const zip = await openZip(path, zipReport(findings));
  const unpacked: Record<string, Buffer> = {};
  for (const [name, entry] of findFiles(zip.entries, findings)) {
    const chunks: Buffer[] = [];
    if (!entry.refused) for await (const chunk of entry.read()) chunks.push(chunk);
    unpacked[name] = Buffer.concat(chunks);
  }
  await zip.close();
  return unpacked;
}

describe('another zip', () => {
  it('in which a bit is turned is found out, wherever it is', async () => {
    const good = readFileSync(saveFiles(files));
    const bundle = staged(roster, saveFiles(files));
    const from = good.indexOf('users.csv') + 9;
    for (let at = from; at < from + 60; at += 5) {
      const bytes = Buffer.from(good);
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      const path = save(bytes);
      const verdict = await verify({ ...bundle, path }, {}, await judgedRoster());
      expect(verdict.outcome).toBe('withheld');
      expect(told(verdict)).toEqual(told(await verify({ ...bundle, path })));
    }
  });

  it('of a file that was changed after it was judged is found out, though it breaks no rule', async () => {
    const changed = { ...files, 'users.csv': (files['users.csv'] ?? '').replace(',Given,', ',Riven,') };
    expect(changed).not.toEqual(files);
    expect(told(await verifyOther(saveFiles(changed)))).toEqual(['withheld', 'written.checksum users.csv']);
  });

  it('of another manifest is judged by that manifest', async () => {
    const manifest = files['manifest.csv'] ?? '';
    const renamed = { ...files, 'manifest.csv': manifest.replace('Test', 'Rest') };
    expect(told(await verifyOther(saveFiles(renamed)))).toEqual([
      'withheld',
      'written.checksum manifest.csv',
    ]);
    const absent = manifest.replace('file.users,bulk', 'file.users,absent');
    expect(told(await verifyOther(saveFiles({ ...files, 'manifest.csv': absent })))).toEqual([
      'withheld',
      'written.checksum manifest.csv',
      'manifest.undeclared-file users.csv',
    ]);
  });

  it('without one of the files is found out', async () => {
    const parts = partsOf(files).filter(({ name }) => name !== 'demographics.csv');
    expect(told(await verifyOther(save(makeZip(parts))))).toEqual([
      'withheld',
      'written.tables demographics.csv',
      'manifest.declared-but-missing demographics.csv',
    ]);
  });

  it.each([
    ['results.csv', 'written.tables results.csv'],
    ['readme.txt', 'written.tables readme.txt'],
    ['.DS_Store', 'written.tables .DS_Store'],
  ])('with %s besides is found out', async (name, finding) => {
    const results = filesOf(goodComplete('1.2'))['results.csv'] ?? '';
    expect(told(await verifyOther(saveFiles({ ...files, [name]: results })))).toContain(finding);
  });

  it('in which two files changed places is found out', async () => {
    const swapped = {
      ...files,
      'users.csv': files['roles.csv'] ?? '',
      'roles.csv': files['users.csv'] ?? '',
    };
    expect(told(await verifyOther(saveFiles(swapped)))).toEqual(
      expect.arrayContaining(['withheld', 'written.checksum users.csv', 'written.checksum roles.csv']),
    );
  });

  it('that is no zip is no bundle', async () => {
    await expect(verifyOther(save(Buffer.from('x')))).rejects.toMatchObject({ code: 'not-a-bundle' });
  });
});

describe('files', () => {
  it('that are not there are no files to judge', async () => {
    const own = onDisk(files);
    rmSync(own[1]?.path ?? '');
    await expect(judgeFiles(own)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('that grow after they were judged leave their zip unproven', async () => {
    const own = onDisk(files);
    const judged = await judgeFiles(own);
    const users = own.find(({ name }) => name === 'users.csv')?.path ?? '';
    appendFileSync(users, '\r\n');
    const grown = { ...files, 'users.csv': readFileSync(users) };
    expect(told(await verify(staged(roster, saveFiles(grown)), {}, judged))).toEqual(
      expect.arrayContaining(['withheld', 'written.checksum users.csv']),
    );
  });
});
