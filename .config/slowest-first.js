/**
 * The order of the suites on a machine that has not run them before: the slow ones first, so that none of them is left to one core at
 * the end. Jest itself goes by the size of the file there, and the slowest suites are short. Later runs go by the measured times.
 */
import sequencer from '@jest/test-sequencer';

/** Those that take longest, slowest first. */
const SLOW = [
  'night/fleet',
  'night/console',
  'night/kill-steps',
  'night/console-visits',
  'night/deliveries',
  'night/state-server',
  'night/browser',
  'night/sftp-quirks',
  'night/kills',
  'night/machine-faults',
  'night/leases',
  'night/signals',
  'night/console-fleet',
  'night/tidy',
  'night/canary',
  'night/state-kills',
  'night/school-year',
  'night/sqlserver-faults',
  'night/explain-every-record',
  'night/retention',
  'night/profiles',
  'night/forecast',
  'cli/commands',
  'refresh/least-data',
  'filter/rules',
  'refresh/metadata',
  'deliver/targets',
  'golden/bundles',
];

const Sequencer = sequencer.default ?? sequencer;

export default class SlowestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    if (sorted.some(({ duration }) => duration !== undefined)) return sorted;
    return sorted
      .map((test, at) => ({ test, rank: rankOf(test.path, at) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ test }) => test);
  }
}

function rankOf(path, at) {
  const slow = SLOW.findIndex((name) => new RegExp(`/${name}\\.(?:test|night)\\.js$`).test(path));
  return slow === -1 ? SLOW.length + at : slow;
}
