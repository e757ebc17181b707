/** Extension columns are judged like any text, and a finding shows a name only if it can be no person's data. */
import { describe, expect, it } from '@jest/globals';
import { judge } from '../../src/verify/judge.js';
import { profileNamed } from '../../src/profiles/index.js';
import { filesOf, goodRoster, saveFiles } from './bundles.js';

const withColumn = (name: string, cell: string, version: '1.1' | '1.2' = '1.2'): string => {
  const files = filesOf(goodRoster(version));
  const users = (files['users.csv'] ?? '')
    .split('\r\n')
    .map((line, n) => (line === '' ? '' : `${line},${n === 0 ? name : cell}`));
  return saveFiles({ ...files, 'users.csv': users.join('\r\n') });
};
const found = async (path: string): Promise<readonly string[]> =>
  (await judge(path)).findings.map(({ code, file, column }) => `${file ?? ''} ${column ?? ''} ${code}`);

describe('extension columns', () => {
  it('with plain text are no finding', async () => {
    expect(await found(withColumn('metadata.bus.route', 'North'))).toEqual(
      await found(withColumn('metadata.x', '')),
    );
    expect(
      (await judge(withColumn('metadata.x', 'North'))).findings.filter(
        ({ severity }) => severity === 'error',
      ),
    ).toEqual([]);
  });

  it.each([
    ['x'.repeat(256), 'cell.too-long'],
    ['   ', 'cell.only-blanks'],
    ['NULL', 'cell.null-word'],
  ])('with %s are the same findings as other text', async (cell, code) => {
    expect(await found(withColumn('metadata.bus', cell))).toContain(`users.csv metadata.bus ${code}`);
    expect(await found(withColumn('metadata.Jane Doe', cell, '1.1'))).toEqual(
      expect.arrayContaining([expect.stringMatching(new RegExp(`^users\\.csv #\\d+ ${code}$`))]),
    );
  });

  it('are refused for a receiver that accepts none', async () => {
    const profile = profileNamed('explore-learning');
    if (profile === undefined) throw new Error('no such profile');
    const { findings } = await judge(withColumn('metadata.x', 'a', '1.1'), { profile });
    expect(findings.map(({ code }) => code)).toContain('profile.no-metadata');
  });
});
