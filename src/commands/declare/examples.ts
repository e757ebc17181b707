/** Examples of each command, for its `--help` and the manual page. A command without one does not pass the tests. */
import type { Command, Option } from 'commander';

type Examples = readonly (readonly [args: string, says: string])[];

/** By the names of the command. */
export const EXAMPLES: Readonly<Record<string, Examples>> = {
  refresh: [
    ['refresh', 'every connection, as every night'],
    ['refresh library --no-deliver', 'one connection, nothing is sent'],
    ['refresh --quiet --log /var/log/oneroster-export.jsonl', 'for a scheduler'],
  ],
  deliver: [
    ['deliver library', 'send the newest good bundle again'],
    ['deliver library --bundle 20261014T080000Z-1.1-bulk --older --reason "wrong data"', 'roll back'],
  ],
  status: [
    ['status', 'what each receiver has, and how old it is'],
    ['status --max-age 26', 'for monitoring: exit code 1 if a bundle is older than 26 hours'],
  ],
  history: [
    ['history library --limit 5', 'the last five refreshes of one connection'],
    ['history --audit', 'who decided what, and why'],
    ['history --receiver library', 'what the receiver got, and when'],
  ],
  release: [['release library --reason "a program closed"', 'publish the bundle that is on hold']],
  discard: [['discard library --reason "a wrong import"', 'drop the bundle that is on hold']],
  'hold release': [['hold release library --reason "a program closed"', 'the same as release']],
  'hold discard': [['hold discard library --reason "a wrong import"', 'the same as discard']],
  explain: [
    ['explain student 900140', 'why a student is in or out'],
    ['explain section 0310-2 --full', 'every rule with the values it saw'],
    ['explain person --name "Lee" --show-values', 'find a person by name'],
  ],
  diff: [['diff old.zip new.zip --records', 'what changed, with ids and columns']],
  anonymize: [
    ['anonymize OneRoster.zip', 'write OneRoster-anonymized.zip, for a support ticket'],
    ['anonymize OneRoster.zip --sample 20 --out small.zip', 'a small one'],
  ],
  console: [
    ['console', 'on this machine, at the address of the config'],
    ['console --listen 127.0.0.1:9000', 'at another port'],
  ],
  preflight: [
    ['preflight', 'connection, schema, data and delivery targets'],
    ['preflight --csv lists --fail-on error', 'one list per finding; exit code 3 if there is an error'],
  ],
  preview: [
    ['preview', 'what tonight would publish or put on hold'],
    ['preview --against-config new.yaml --out compared', 'what another config would change'],
  ],
  forecast: [['forecast --days 14 --html forecast.html', 'the next two weeks, with a page']],
  'state import': [
    ['state import', 'once, after state.client is set to pg'],
    ['state import --from backup/state.db', 'from a backup'],
  ],
  notices: [['notices --test', 'send a test message to each recipient']],
  init: [
    ['init', 'answer questions on a terminal'],
    ['init --client sqlite --file district.sqlite --timezone America/Chicago', 'without questions'],
    [
      'init --add-connection --receiver lms --receiver-version 1.2',
      'one more receiver in an existing config',
    ],
  ],
  'config check': [['config check', 'all problems and notices of the config']],
  'config show': [['config show --json', 'the config as it works, with defaults']],
  demo: [['demo', 'a made-up district, two bundles and their reports']],
  grants: [['grants', 'the rights that the login of this config needs']],
  rules: [
    ['rules', 'every rule, with the screen where its data is fixed'],
    ['rules --checks --json', 'the checks of a bundle, for a program'],
  ],
  validate: [['validate OneRoster.zip --profile clever', 'check a bundle against a receiver']],
  profiles: [['profiles', 'what each receiver requires']],
  'fleet init': [['fleet init --fleet /srv/fleet', 'once, and after each new version of the program']],
  'fleet worker': [
    ['fleet worker', 'one district at a time'],
    ['fleet worker --concurrency 4 --fleet /srv/fleet', 'on a larger machine'],
  ],
  'fleet apply': [
    ['fleet apply', 'what would change, and on a terminal a question'],
    ['fleet apply /srv/fleet --yes', 'without a question'],
  ],
  'fleet plan': [['fleet plan', 'when each district begins tonight, and which will be late']],
  'fleet refresh': [
    ['fleet refresh adams baker', 'two districts, now'],
    ['fleet refresh --label pilot', 'those with a label'],
  ],
  'fleet pause': [['fleet pause adams --reason "Campus is being upgraded"', 'no night until it is resumed']],
  'fleet resume': [['fleet resume adams --reason "the upgrade is done"', 'tonight again']],
  'fleet status': [
    ['fleet status', 'one line for each district'],
    ['fleet status --only failed --json', 'for a program'],
  ],
  'fleet history': [['fleet history adams --limit 5', 'the last five runs of one district']],
  'fleet retry': [['fleet retry', 'every district whose newest run failed']],
  'fleet console': [['fleet console --listen 127.0.0.1:9000', 'the districts of the fleet, in a browser']],
  'fleet metrics': [
    ['fleet metrics --out /var/lib/node_exporter/fleet.prom', 'for Prometheus, from a timer'],
  ],
  completion: [
    ['completion bash > ~/.local/share/bash-completion/completions/oneroster-export', 'for bash'],
    ['completion fish > ~/.config/fish/completions/oneroster-export.fish', 'for fish'],
  ],
};

/** The names of a command below the program: `hold release`. */
export const nameOf = (command: Command): string =>
  command.parent === null ? '' : `${nameOf(command.parent)} ${command.name()}`.trim();

/** The commands that do something, with those below a group. */
export function leaves(command: Command): readonly Command[] {
  const below = command.commands.filter((each) => each.name() !== 'help');
  return below.length === 0 ? [command] : below.flatMap(leaves);
}

/** The options that `--help` shows. */
export const shownOptions = ({ options }: Command): readonly Option[] =>
  options.filter(({ hidden }) => !hidden);

export function addExamples(program: Command): void {
  for (const command of leaves(program)) {
    const lines = (EXAMPLES[nameOf(command)] ?? []).map(
      ([args, says]) => `  oneroster-export ${args}\n      ${says}`,
    );
    if (lines.length > 0) command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
  }
}
