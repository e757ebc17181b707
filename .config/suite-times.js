/** A Jest reporter: the seconds of each suite at the end, slowest first. */
const LISTED_SECONDS = 1;

export default class SuiteTimes {
  onRunComplete(_contexts, { testResults, startTime }) {
    if (testResults.length < 2) return;
    const suites = testResults
      .map(({ testFilePath, perfStats }) => ({
        name: testFilePath.replace(/^.*\/build\/tests\/|\.(?:test|night)\.js$/g, ''),
        seconds: perfStats.runtime / 1_000,
      }))
      .sort((a, b) => b.seconds - a.seconds);
    const listed = suites.filter(({ seconds }) => seconds >= LISTED_SECONDS);
    const sum = (some) => some.reduce((total, { seconds }) => total + seconds, 0);
    const quick = suites.slice(listed.length);
    const lines = listed.map(({ name, seconds }) => line(seconds, name));
    if (quick.length > 0)
      lines.push(line(sum(quick), `${quick.length} suites under ${LISTED_SECONDS} second each`));
    lines.push(line(sum(suites), `all ${suites.length} suites`));
    lines.push(line((Date.now() - startTime) / 1_000, 'elapsed, with suites side by side'));
    process.stdout.write(`\nSeconds per suite, slowest first:\n${lines.join('\n')}\n`);
  }
}

const line = (seconds, what) => `${seconds.toFixed(1).padStart(8)}  ${what}`;
