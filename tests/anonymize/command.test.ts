/** The command as people meet it: one child process, and no personal value in what it prints. */
import { afterAll, expect, it } from '@jest/globals';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { anonymizeCommand } from '../../src/commands/anonymize.js';
import { makeFolder, removeFolders, run } from '../support/cli.js';
import { filesOf, goodLargerRoster, saveFiles, withCells } from '../verify/bundles.js';

afterAll(removeFolders);

const marked = filesOf(
  withCells(goodLargerRoster('1.2', 4), 'users', 0, {
    givenName: 'Canary',
    email: 'canary@canary.org',
    password: 'canary',
  }),
);
const users = (marked['users.csv'] ?? '')
  .trimEnd()
  .split('\r\n')
  .map((line, n) => `${line},${n === 0 ? 'Canary Column' : 'canary'}\r\n`)
  .join('');

it('writes beside the caller, prints no value, and does not write twice', async () => {
  const cwd = makeFolder();
  const zip = saveFiles({ ...marked, 'users.csv': users, 'canary.txt': 'canary' }, undefined);
  const first = await run(['anonymize', zip, '--json'], { cwd });
  expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
  const [made = ''] = readdirSync(cwd);
  expect(made).toMatch(/^bundle-\d+-anonymized\.zip$/);
  expect(JSON.parse(first.stdout)).toMatchObject({ out: made, others: 1 });
  expect(first.stdout).not.toMatch(/canary/i);
  const second = await run(['anonymize', zip], { cwd });
  expect(second.code).toBe(2);
  expect(second.stderr).toContain('exists');
  expect(readdirSync(cwd)).toEqual([made]);
});

it('says in words what was dropped, and warns of what stays', async () => {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    isWatched: false,
  };
  const zip = saveFiles({ ...marked, 'users.csv': users });
  const path = join(makeFolder(), 'out.zip');
  await anonymizeCommand(zip, { out: path, seed: 'x', keepIds: true, sample: 2 }, terminal);
  expect(existsSync(path)).toBe(true);
  expect(out.join('')).toContain('users.csv: dropped column an unknown column (#23).');
  expect(out.join('')).toContain('a sample with');
  expect(err.join('')).toContain('do not send this file');
  expect(err.join('')).toContain('--keep-ids');
  expect(out.join('') + err.join('')).not.toMatch(/canary/i);
  await expect(anonymizeCommand(zip, { sample: 1.5 }, terminal)).rejects.toMatchObject({ code: 'usage' });
});
