/**
 * The order of the suites on a machine that has not run them before: the slow ones first, so that none of them is left to one core at
 * the end. Jest itself goes by the size of the file there, and the slowest suites are short. Later runs go by the measured times.
 */
import sequencer from '@jest/test-sequencer';

/** Those that take longest, slowest first. */
const SLOW = [
  'night/kill-steps',
  'night/leases',
  'night/kills',
  'night/deliveries',
  'night/state-server',
  'night/fleet',
  'night/machine-faults',
  'night/console',
  'night/sqlserver-faults',
  'night/school-year',
  'night/explain-every-record',
  'night/profiles',
  'night/signals',
  'night/canary',
  'night/browser',
  'night/sftp-quirks',
  'night/tidy',
  'night/state-kills',
  'night/forecast',
  'night/retention',
  'night/console-fleet',
  'night/console-visits',
  'night/package',
  'cli/commands',
  'deliver/targets',
  'guard/holds',
  'fleet/worker',
  'cli/notices',
  'verify/mutations',
  'cli/fleet',
  'refresh/telling',
  'refresh/least-data',
  'limits',
  'filter/rules',
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
