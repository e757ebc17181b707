import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checksCommand } from '../../src/commands/checks.js';
import { profilesCommand } from '../../src/commands/profiles.js';
import { validateCommand, type ValidateOptions } from '../../src/commands/validate.js';
import type { Terminal } from '../../src/commands/terminal.js';
import { profiles } from '../../src/profiles/index.js';
import { checks } from '../../src/verify/catalogue/checks.js';
import {
  csvLine,
  filesOf,
  goodLargerRoster,
  goodRoster,
  headerOf,
  partsOf,
  save,
  saveContent,
  saveFiles,
  withCells,
} from '../verify/bundles.js';
import { makeZip } from '../verify/zips.js';

/** A terminal that keeps what was written. */
function paper(): { readonly terminal: Terminal; readonly out: () => string; readonly err: () => string } {
  const [out, err]: [string[], string[]] = [[], []];
  return {
    terminal: { out: (text) => void out.push(text), err: (text) => void err.push(text), isWatched: false },
    out: () => out.join(''),
    err: () => err.join(''),
  };
}

async function run(
  path: string,
  options: ValidateOptions = {},
): Promise<{ code: number; out: string; err: string }> {
  const { terminal, out, err } = paper();
  const code = await validateCommand(path, options, terminal);
  return { code, out: out(), err: err() };
}

const good = goodRoster('1.2');
const faulty = withCells(good, 'enrollments', 0, { userSourcedId: 'secret-id' });

describe('validate', () => {
  it('says that a clean zip is clean, and what is in it', async () => {
    const { code, out } = await run(saveContent(good));
    expect(code).toBe(0);
    expect(out).toContain('OneRoster 1.2, bulk');
    expect(out).toContain('orgs 2, academicSessions 2, users 3');
    expect(out).toContain('No findings.');
  });

  it('exits with code 3 for errors and 0 for warnings alone', async () => {
    const { code, out } = await run(saveContent(faulty));
    expect(code).toBe(3);
    expect(out).toContain('Found 1 error of one kind.');
    expect(out).toContain('enrollments.csv  userSourcedId  reference.dangling');
    expect(out).toContain('line 2 e1');
    expect((await run(saveContent(withCells(good, 'users', 0, { middleName: ' ' })))).code).toBe(0);
  });

  it('exits with code 2 for a file that is not a readable zip', async () => {
    const { code, out, err } = await run('/nowhere/at-all.zip');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('/nowhere/at-all.zip: not a readable zip.');
    const json = await run(save(Buffer.from('no zip')), { json: true });
    expect(json.code).toBe(2);
    expect(JSON.parse(json.out)).toMatchObject({ error: { code: 'not-a-bundle' } });
  });

  it('prints one JSON document', async () => {
    const { code, out, err } = await run(saveContent(faulty), { json: true, profile: 'generic' });
    expect({ code, err }).toEqual({ code: 3, err: '' });
    expect(JSON.parse(out)).toMatchObject({
      profile: 'generic',
      version: '1.2',
      mode: 'bulk',
      rows: { orgs: 2, users: 3 },
      errors: 1,
      findings: [
        {
          code: 'reference.dangling',
          severity: 'error',
          file: 'enrollments.csv',
          count: 1,
          places: [{ line: 2, sourcedId: 'e1' }],
        },
      ],
    });
  });

  it('shows cell values only when asked', async () => {
    expect((await run(saveContent(faulty))).out).not.toContain('secret-id');
    expect((await run(saveContent(faulty), { json: true })).out).not.toContain('secret-id');
    expect((await run(saveContent(faulty), { showValues: true })).out).toContain('"secret-id"');
  });

  it('never shows what stands in a file without header, nor a password', async () => {
    const files = filesOf(withCells(good, 'users', 0, { password: 'Tell-Nobody', givenName: 'Marker-Name' }));
    const bare = saveFiles({ ...files, 'users.csv': (files['users.csv'] ?? '').replace(/^.*\r\n/, '') });
    const mixed = saveFiles({
      ...files,
      'users.csv': (files['users.csv'] ?? '').replace(/^.*\r\n/, 'sourcedId,Marker-Name\r\n'),
    });
    for (const path of [bare, mixed]) {
      for (const json of [true, false])
        expect((await run(path, { json })).out).not.toMatch(/Marker-Name|Tell-Nobody/);
    }
    expect((await run(saveFiles(files), { showValues: true })).out).not.toContain('Tell-Nobody');
  });

  it('judges by the profile of a receiver, and knows no other', async () => {
    const path = save(makeZip(partsOf(filesOf(good))), 'OneRoster.zip');
    const { code, out } = await run(path, { profile: 'clever' });
    expect(code).toBe(3);
    expect(out).toContain('the standard and Clever (clever)');
    expect(out).toContain('profile.version');
    await expect(run(path, { profile: 'cleverer' })).rejects.toMatchObject({ code: 'usage' });
    await expect(run(path, { limit: 1.5 })).rejects.toMatchObject({ code: 'usage' });
  });

  it('names as many places as asked', async () => {
    const files = filesOf(goodLargerRoster('1.1', 30));
    const path = saveFiles({
      ...files,
      'enrollments.csv': (files['enrollments.csv'] ?? '').replaceAll(',student,', ',pupil,'),
    });
    const places = async (limit: number): Promise<number> => {
      const { out } = await run(path, { json: true, limit });
      return (JSON.parse(out) as { findings: { places: unknown[] }[] }).findings[0]?.places.length ?? -1;
    };
    expect([await places(0), await places(3), await places(100)]).toEqual([0, 3, 31]);
  });

  it('keeps 100,000 findings of every kind to a page', async () => {
    const header = headerOf('1.1', 'users');
    const row = header.map(() => 'a b,"c');
    const users = [header, ...Array.from({ length: 6000 }, () => row)].map(csvLine).join('');
    const files = filesOf(goodRoster('1.1'));
    const { out } = await run(saveFiles({ ...files, 'users.csv': users, 'orgs.csv': 'x', 'other.csv': '' }));
    const { out: json } = await run(saveFiles({ ...files, 'users.csv': users }), { json: true });
    expect((JSON.parse(json) as { errors: number }).errors).toBeGreaterThan(40_000);
    expect(out.split('\n').length).toBeLessThan(60);
    expect(out.split('\n').filter((line) => line.length > 400)).toEqual([]);
  });

  it('reads plain files only, and does not wait for a pipe', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pipe-'));
    execFileSync('mkfifo', [join(folder, 'pipe.zip')]);
    const { code, err } = await run(join(folder, 'pipe.zip'));
    expect(code).toBe(2);
    expect(err).toContain('is a named pipe, not a file');
    expect((await run('/dev/zero')).err).toContain('is a device, not a file');
    rmSync(folder, { recursive: true });
  });

  it('shows no more than 80 characters of a value, however long the cell', async () => {
    const long = withCells(good, 'orgs', 0, { name: 'N'.repeat(60_000), type: 'T'.repeat(60_000) });
    for (const json of [true, false]) {
      const { out } = await run(saveContent(long), { json, showValues: true });
      expect(out).toMatch(/NNN/);
      expect(out).not.toMatch(/N{80}|T{80}/);
      expect(out.length).toBeLessThan(4_000);
    }
  });

  it('unpacks no more than it is allowed to', async () => {
    const files = filesOf(good);
    const bomb = saveFiles({
      ...files,
      'demographics.csv': `${files['demographics.csv'] ?? ''}${'\r\n'.repeat(20e6)}`,
    });
    const codes = async (options: ValidateOptions): Promise<readonly string[]> => {
      const { out } = await run(bomb, { json: true, limit: 0, ...options });
      return (JSON.parse(out) as { findings: { code: string }[] }).findings.map(({ code }) => code);
    };
    expect(await codes({})).toEqual(['package.ratio']);
    expect(await codes({ maxRatio: 2_000, maxUnpacked: 1 })).toEqual(['package.too-large']);
    expect(await codes({ maxRatio: 2_000 })).toEqual(['csv.blank-line']);
  });

  it('does not let a file steer the terminal', async () => {
    const evil = withCells(good, 'orgs', 1, { sourcedId: '\u001b[31mo1\u202e', name: '' });
    const { out } = await run(saveContent(evil), { showValues: true });
    expect(out).toContain('cell.required');
    expect(out).not.toMatch(/[\u001b\u202e]/);
  });
});

describe('the printed registers', () => {
  it('has every demand of every profile', () => {
    const { terminal, out } = paper();
    profilesCommand({}, terminal);
    for (const { name, demands } of profiles) {
      expect(out()).toContain(`\n${name}  (`);
      for (const { says, source } of demands) {
        expect(out()).toContain(says);
        expect(out()).toContain(source);
      }
    }
    const json = paper();
    profilesCommand({ json: true }, json.terminal);
    expect(JSON.parse(json.out())).toEqual({ profiles: JSON.parse(JSON.stringify(profiles)) as unknown });
  });

  it('has every check', () => {
    const { terminal, out } = paper();
    checksCommand({}, terminal);
    for (const { code, severity, says } of checks) {
      expect(out()).toContain(`${code}  (${severity})\n`);
      expect(out()).toContain(says);
    }
    const json = paper();
    checksCommand({ json: true }, json.terminal);
    expect(JSON.parse(json.out())).toEqual({ checks });
  });
});
