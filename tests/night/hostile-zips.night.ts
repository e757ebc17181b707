/** Small zips that unpack to much: no command takes more than 60 seconds of CPU and 400 MB for any of them. */
import { statSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { run } from '../support/cli.js';
import { turnsOf } from '../support/share.js';
import { filesOf, goodRoster, partsOf, save } from '../verify/bundles.js';
import { makeZip, type ZipPart } from '../verify/zips.js';

const MOST_CPU_SECONDS = 60;
const MOST_MB = 400;

/** Prints what the process took, as the last line of stderr. The peak of memory that Node reports counts that of the parent, too. */
const METER = `data:text/javascript,${encodeURIComponent(
  `import { createRequire } from 'node:module'; const require = createRequire('/');
  process.on('exit', () => { const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const peak = /VmHWM:\\s+(\\d+)/.exec(require('fs').readFileSync('/proc/self/status', 'utf8'))[1];
  process.stderr.write('\\nUSED ' + JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, mb: peak / 1024 })); })`,
)}`;

const files = filesOf(goodRoster('1.1'));
const users = files['users.csv'] ?? '';
const withUsers = (text: string | Buffer): readonly ZipPart[] => partsOf({ ...files, 'users.csv': text });
const MB = 2 ** 20;

const hostile: readonly (readonly [what: string, parts: () => readonly ZipPart[]])[] = [
  ['half a million columns', () => withUsers(`${'c,'.repeat(500_000)}c\r\n`)],
  [
    'half a million columns with names of their own',
    () => withUsers(`${Array.from({ length: 500_000 }, (_, at) => at.toString(36)).join()}\r\n`),
  ],
  ['a row of two million cells', () => withUsers(`${users}${','.repeat(2_000_000)}\r\n`)],
  ['one endless cell', () => withUsers(`${users}${'x'.repeat(40 * MB)}`)],
  ['one endless cell in quotes', () => withUsers(`${users}"${'""'.repeat(20 * MB)}`)],
  ['a header without an end', () => withUsers('x'.repeat(40 * MB))],
  [
    'five thousand entries',
    () => Array.from({ length: 5_000 }, (_, at) => ({ name: `${at}.csv`, data: Buffer.from('a') })),
  ],
  [
    'three hundred names for one entry',
    () => [
      ...partsOf(files),
      ...Array.from({ length: 300 }, (_, at) => ({ name: `${at}.csv`, data: Buffer.alloc(0), sameAs: 0 })),
    ],
  ],
  ['an extreme ratio', () => withUsers(Buffer.alloc(150 * MB, users))],
  ['a million rows of one id', () => withUsers(`${users}${'s1,,,true\r\n'.repeat(1_000_000)}`)],
  ['a manifest without an end', () => partsOf({ ...files, 'manifest.csv': 'a,b\r\n'.repeat(1_000_000) })],
];

async function used(
  args: readonly string[],
): Promise<{ code: number | null; cpu: number; mb: number; printed: number }> {
  const { code, stdout, stderr } = await run(args, { node: ['--import', METER] });
  const { cpu, mb } = JSON.parse(/USED (.*)$/.exec(stderr)?.[1] ?? '{"cpu":null,"mb":null}') as {
    cpu: number;
    mb: number;
  };
  return { code, cpu, mb, printed: stdout.length + stderr.length };
}

describe('a zip with', () => {
  it.each(
    turnsOf('hostile zips', hostile, ([what]) => [/entries|names|ratio/.test(what) ? 'entries' : 'text']),
  )('%s ends within the bounds', async (_what, parts) => {
    const path = save(makeZip(parts()));
    const good = save(makeZip(partsOf(files)));
    expect(statSync(path).size).toBeLessThan(3 * MB);
    for (const args of [
      ['validate', path],
      ['diff', good, path],
    ]) {
      const { code, cpu, mb, printed } = await used(args);
      expect(args[0] === 'diff' ? [0, 2] : [2, 3]).toContain(code);
      expect({ args: args[0], cpu, isQuick: cpu < MOST_CPU_SECONDS }).toMatchObject({ isQuick: true });
      expect({ args: args[0], mb, isSmall: mb < MOST_MB }).toMatchObject({ isSmall: true });
      expect(printed).toBeLessThan(100_000);
    }
  });
});
