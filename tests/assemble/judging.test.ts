/** A thread that judges proves what this thread would prove, and fails its own bundle in words. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { JudgeThread, type JudgeThreadData } from '../../src/assemble/judge-thread.js';
import { Judging } from '../../src/assemble/judging.js';
import type { CsvOnDisk } from '../../src/model/bundle.js';
import { judgeFiles, type FileJudge, type ZipProof } from '../../src/verify/judged-files.js';
import { aConnection, day } from '../support/connections.js';
import { filesOf, goodRoster, saveFiles } from '../verify/bundles.js';

const folder = mkdtempSync(join(tmpdir(), 'judging-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const data: JudgeThreadData = {
  settings: aConnection({ version: '1.2' }),
  asOf: day('2026-10-15'),
  home: folder,
  expected: { version: '1.2', mode: 'bulk' },
};

const files = filesOf(goodRoster('1.2'));
const zip = saveFiles(files);
const own: readonly CsvOnDisk[] = Object.entries(files).map(([name, text]) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return { name, path };
});
const MANIFEST: CsvOnDisk = { name: 'manifest.csv', path: join(folder, 'manifest.csv') };
const tables = own.filter(({ name }) => name !== 'manifest.csv');

async function proofBy(judge: FileJudge): Promise<ZipProof> {
  try {
    for (const table of ['orgs', 'academicSessions', 'users', 'roles', 'demographics', 'courses', 'classes'])
      judge.take(tables.filter(({ name }) => name === `${table}.csv`));
    judge.take(tables.filter(({ name }) => name === 'enrollments.csv'));
    return await (await judge.end(MANIFEST)).prove(zip);
  } finally {
    await judge.stop();
  }
}

const errorOf = async (work: Promise<unknown>): Promise<unknown> =>
  await work.catch((error: unknown) => error);

describe('the files of a bundle', () => {
  it('are proven by a thread as they are by this one, whatever their size', async () => {
    const proof = await (await judgeFiles(own, { asOf: data.asOf })).prove(zip);
    expect(proof).toMatchObject({ isProven: true, judgment: { errors: 0 } });
    expect(await proofBy(new JudgeThread(data))).toEqual(proof);
    expect(await proofBy(new Judging(data, 0))).toEqual(proof);
    expect(await proofBy(new Judging(data))).toEqual(proof);
  });

  it('are none if only the manifest is written', async () => {
    const judging = new Judging(data);
    const judged = await judging.end(MANIFEST);
    await judging.stop();
    expect(await judged.prove(zip)).toMatchObject({ isProven: false });
  });
});

describe('a thread that judges', () => {
  it('reports a file that it cannot read, at the end', async () => {
    const judge = new JudgeThread(data);
    judge.take([{ name: 'orgs.csv', path: join(folder, 'none.csv') }]);
    expect(await errorOf(judge.end(MANIFEST))).toMatchObject({ name: 'ExportError', exitCode: 1 });
    await judge.stop();
  });

  it.each([
    ["throw new TypeError('Ana');", 'TypeError'],
    ['process.exit(7);', 'exit 7'],
  ])('and ends early (%s) is reported without what its error said', async (code, how) => {
    const program = join(folder, `${how.replace(' ', '-')}.mjs`);
    writeFileSync(program, code);
    const judge = new JudgeThread(data, pathToFileURL(program));
    judge.take(tables);
    const error = await errorOf(judge.end(MANIFEST));
    expect(error).toMatchObject({ code: 'unexpected' });
    expect(String(error)).toContain(`(${how})`);
    expect(String(error)).not.toContain('Ana');
    await judge.stop();
  });

  it('can be stopped at any time', async () => {
    const judge = new JudgeThread(data);
    judge.take(tables);
    const end = errorOf(judge.end(MANIFEST));
    await judge.stop();
    expect(await end).toMatchObject({ code: 'unexpected' });
  });
});
