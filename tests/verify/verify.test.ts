import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { StagedBundle } from '../../src/model/bundle.js';
import { reverify, verify } from '../../src/verify/verify.js';
import { asDelta, filesOf, goodRoster, partsOf, save, without } from './bundles.js';
import { staged } from './staged.js';
import { makeZip } from './zips.js';

async function codes(bundle: StagedBundle): Promise<readonly string[]> {
  const verdict = await verify(bundle);
  expect(verdict.outcome).toBe('withheld');
  return verdict.findings.map(({ code }) => code);
}

const roster = goodRoster('1.2');

describe('reverify', () => {
  it('verifies stored bytes that are those which passed, whatever the case of the hash', async () => {
    const bundle = staged(roster);
    const stored = { ...bundle, sha256: bundle.sha256.toUpperCase() };
    expect(await reverify(stored)).toEqual({ ...stored, state: 'verified' });
  });

  it.each([
    ['another hash', { sha256: '0'.repeat(64) }],
    ['another size', { bytes: 1 }],
    ['no hash on record', { sha256: null }],
    ['no size on record', { bytes: null }],
  ])('refuses a stored bundle with %s', async (_, differs) => {
    expect(await reverify({ ...staged(roster), ...differs })).toBeUndefined();
  });
});

describe('verify', () => {
  it.each([roster, goodRoster('1.1'), asDelta(roster)])(
    'verifies what was written as meant',
    async (content) => {
      const bundle = staged(content);
      const verdict = await verify(bundle);
      expect(verdict).toEqual({
        outcome: 'verified',
        bundle: { ...bundle, state: 'verified' },
        findings: [],
      });
    },
  );

  it('verifies a delta without changes, which has no data file', async () => {
    const empty = { ...asDelta(roster), tables: {} };
    expect((await verify(staged(empty))).outcome).toBe('verified');
  });

  it('verifies a bundle whose only findings are warnings, and passes them on', async () => {
    const files = filesOf(roster);
    const path = save(
      makeZip(partsOf({ ...files, 'orgs.csv': files['orgs.csv']?.replaceAll('\r\n', '\n') ?? '' })),
    );
    const verdict = await verify(staged(roster, path));
    expect(verdict.outcome).toBe('verified');
    expect(verdict.findings.map(({ code }) => code)).toEqual(['csv.line-feed']);
  });

  it('withholds a file that was changed after it was written', async () => {
    const bundle = staged(roster);
    const bytes = readFileSync(bundle.path);
    writeFileSync(bundle.path, Buffer.concat([bytes, Buffer.from('!')]));
    expect(await codes(bundle)).toContain('written.checksum');
  });

  it('withholds a missing row, a missing table and an unwritten table', async () => {
    const bundle = staged(roster);
    expect(await codes({ ...bundle, rows: new Map([...bundle.rows, ['orgs', 3]]) })).toEqual([
      'written.rows',
    ]);
    expect(await codes({ ...bundle, rows: new Map([...bundle.rows, ['results', 1]]) })).toEqual([
      'written.tables',
    ]);
    const fewer = new Map([...bundle.rows].filter(([name]) => name !== 'demographics'));
    expect(await codes({ ...bundle, rows: fewer })).toEqual(['written.tables']);
  });

  it('withholds another version or mode than was meant', async () => {
    const bundle = staged(roster);
    expect(await codes({ ...bundle, version: '1.1' })).toEqual(['written.version']);
    expect(await codes({ ...bundle, mode: 'delta' })).toEqual(['written.mode']);
  });

  it('withholds an entry that is no OneRoster file', async () => {
    const path = save(makeZip(partsOf({ ...filesOf(roster), 'readme.txt': 'x' })));
    expect(await codes(staged(roster, path))).toEqual(['written.tables', 'package.foreign-entry']);
  });

  it('withholds what breaks the standard', async () => {
    expect(await codes(staged(without(roster, 'roles')))).toEqual(
      expect.arrayContaining(['reference.file-missing']),
    );
  });

  it('does not mind the name of the staging file', async () => {
    const path = save(makeZip(partsOf(filesOf(roster))), 'bundle.part');
    expect((await verify(staged(roster, path))).outcome).toBe('verified');
  });
});
