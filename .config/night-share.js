/**
 * A Jest reporter: chooses the share of the long lists that a run of the night tests tries (tests/support/share.ts), says it first, and
 * at the end how many of how many cases were tried, and how a test that failed is run alone.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parseShare, shareOfDay, tallyFile, textOfShare } from '../build/tests/support/share.js';

const MISSED = 'NIGHT_CASE names no case of the tests that were run.';

export default class NightShare {
  tallies = [];

  constructor() {
    const wanted = process.env.NIGHT_SHARE;
    const share = wanted === undefined ? shareOfDay(new Date()) : parseShare(wanted);
    this.text = textOfShare(share);
    process.env.NIGHT_SHARE = this.text; // for the processes of the tests, also after midnight
  }

  onRunStart() {
    const what = this.text === 'all' ? 'every case' : 'a share of each long list';
    process.stdout.write(`NIGHT_SHARE=${this.text}: this run tries ${what}\n`);
  }

  onRunComplete(_contexts, { testResults }) {
    this.tallies = talliesOf();
    const lines = this.tallies.map(({ list, tried, of }) => `${String(tried).padStart(6)} of ${of}  ${list}`);
    const sum = (pick) => this.tallies.reduce((total, tally) => total + pick(tally), 0);
    const [tried, of] = [sum((tally) => tally.tried), sum((tally) => tally.of)];
    process.stdout.write(`\nCases tried (NIGHT_SHARE=${this.text}):\n${lines.join('\n')}\n`);
    process.stdout.write(`${String(tried).padStart(6)} of ${of}  in all\n`);
    const failed = testResults.flatMap(({ testFilePath, testResults: tests }) =>
      tests
        .filter(({ status }) => status === 'failed')
        .map(({ fullName }) => this.alone(testFilePath, fullName)),
    );
    if (this.isMissed()) process.stdout.write(`\n${MISSED}\n`);
    if (failed.length > 0) process.stdout.write(`\nAlone:\n${failed.join('\n')}\n`);
  }

  /** Fails the run: a name that no case has would pass as a proof. */
  getLastError() {
    return this.isMissed() ? new Error(MISSED) : undefined;
  }

  isMissed() {
    const isTried = this.tallies.some(({ isByName, tried }) => isByName === true && tried > 0);
    return process.env.NIGHT_CASE !== undefined && !isTried;
  }

  alone(path, fullName) {
    const suite = path.replace(/^.*\/|\.night\.js$/g, '');
    const title = fullName.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll("'", '.');
    return `  NIGHT_SHARE=${this.text} npm run test:night -- /${suite}.night -t '${title}'`;
  }
}

/** By list: a suite that is run in parts tells it more than once. */
function talliesOf() {
  if (!existsSync(tallyFile())) return [];
  const lines = readFileSync(tallyFile(), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return [...new Map(lines.map((tally) => [tally.list, tally])).values()];
}
