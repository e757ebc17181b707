/**
 * Every name, email, phone, birth date and username of a district is a marker. Whatever the commands print, log or leave
 * beside the bundles, on good nights and on bad ones, no marker may be in it.
 */
import { afterAll, expect, it } from '@jest/globals';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  AS_OF,
  change,
  configText,
  makeSite,
  makeSmallDistrict,
  ONE_CONNECTION,
  type Site,
  TWO_CONNECTIONS,
} from '../refresh/small-district.js';
import { walk } from '../refresh/visible.js';
import { startMailServer, startWebServer } from '../notify/servers.js';
import { makeFolder, removeFolders, run } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';
import type { Crash } from '../support/crash.js';
import { itWith } from '../support/needs.js';
import { turnsOf } from '../support/share.js';
import { inTurns } from '../support/turns.js';
import { canInject, namedPaths, tracing } from '../support/strace.js';

afterAll(removeFolders);

const MARKER = /canary|1999-09-\d\d|555-77/i;

/** Dates have to be dates, so birth dates have a year of their own; phones a number of their own. */
function canary(personID: number, piece: string): string {
  if (piece === 'birthdate') return `1999-09-${personID}`;
  return piece.endsWith('Phone') ? `555-77${personID}` : `Canary${piece}${personID}`;
}

const holdsMarker = (text: string): boolean => MARKER.test(text);

/** Files whose name has a marker, and files that no receiver gets whose content has one. */
function leaksBelow(folder: string): readonly string[] {
  return walk(folder).flatMap(({ path, stats }) => {
    const name = relative(folder, path);
    if (holdsMarker(name)) return [name];
    if (stats.isDirectory() || stats.isSymbolicLink() || path.endsWith('.zip')) return [];
    return holdsMarker(readFileSync(path, 'latin1')) ? [name] : [];
  });
}

interface CanarySite extends Site {
  /** For temporary files. */
  readonly temporary: string;
}

function canarySite(connections: string): CanarySite {
  const place = makeSite(join(makeFolder(), 'site'), connections);
  const [district, temporary] = [join(place.folder, 'spoiled.sqlite'), join(place.folder, 'tmp')];
  makeSmallDistrict(district, canary);
  mkdirSync(temporary);
  writeFileSync(place.config, configText(place.home, district, connections));
  return { ...place, district, temporary };
}

const COMMANDS = 49;

it('shows no personal data, whatever happens', async () => {
  const { temporary, district: spoiled, ...place } = canarySite(TWO_CONNECTIONS);
  const [mails, hooks] = [await startMailServer(), await startWebServer()];
  const notices = `notices:
  when: always
  email: { host: 127.0.0.1, port: ${mails.port}, tls: none, from: a@exporter.example, to: [b@exporter.example] }
  webhook: { url: ${hooks.url} }
  healthcheck: { url: ${hooks.url}/sign }
`;
  // One is delivered into a folder, the other to a server that does not run.
  const received = join(place.folder, 'received');
  mkdirSync(received);
  const delivered = TWO_CONNECTIONS.replace(
    '1.1 }',
    `1.1, delivery: { folder: { path: ${received} } } }`,
  ).replace(
    '1.2 }',
    `1.2, delivery: { sftp: { host: 127.0.0.1, port: 1, user: u, password: "\${env:PASSWORD}", hostKey: "SHA256:${'A'.repeat(43)}", path: p }, retryMinutes: 0 } }`,
  );
  const useIt = (): void => writeFileSync(place.config, notices + configText(place.home, spoiled, delivered));
  useIt();
  const config = ['--config', place.config];
  const refresh = [...place.refresh, '--json'];
  const said: string[] = [];
  // In a process of its own a command says more: libraries heed DEBUG when they are loaded.
  const places = Array.from({ length: COMMANDS }, (_, at) => at);
  const alone = new Set(turnsOf('commands of the canary in processes of their own', places));
  let commands = 0;
  const go = async (...args: string[]): Promise<void> => {
    const env = { DEBUG: '*', PASSWORD: 'Canary-of-the-server', TMPDIR: temporary };
    const { stdout, stderr } = await (alone.has(commands) ? run(args, { env }) : runHere(args, { env }));
    said.push(stdout, stderr);
    commands += 1;
  };
  await go(...refresh);
  await go(...place.refresh);
  await go('explain', 'person', '11', ...config, '--as-of', AS_OF, '--rows');
  await go('explain', 'person', '11', ...config, '--as-of', AS_OF, '--rows', '--json');
  await go('explain', 'person', '11', ...config, '--as-of', AS_OF, '--json');
  await go('explain', 'person', '31', ...config, '--as-of', AS_OF, '--json', '--full', '--rows');
  await go('explain', 'enrollment', '12', ...config, '--as-of', AS_OF, '--json', '--rows');
  await go('explain', 'person', '1234567', ...config);
  await go('explain', 'person', '1234567', ...config, '--json');
  await go('status', ...config);
  await go('deliver', 'lms', ...config);
  await go('deliver', 'lms', ...config, '--json');
  await go('history', ...config, '--json');
  await go('explain', 'person', 'Canaryusername11', ...config, '--full');
  await go('explain', 'school', '100', ...config, '--rows');
  const lists = join(place.home, 'lists');
  await go('preflight', ...config, '--json');
  await go('history', '--receiver', 'lms', ...config);
  await go('history', '--receiver', 'lms', ...config, '--json');
  await go('notices', ...config);
  await go('notices', '--test', ...config, '--json');
  await go('preflight', ...config, '--csv', lists);
  const latest = join(place.home, 'bundles/lms/latest.zip');
  await go('validate', latest);
  await go('validate', latest, '--json', '--profile', 'moodle');
  await go('diff', latest, latest, '--records');
  await go('diff', latest, latest, '--json');
  await go('preview', ...config, '--as-of', AS_OF);
  const good = readlinkSync(latest);
  // Nights that go wrong.
  change(spoiled, `UPDATE Enrollment SET startDate = 'Canarydate'`, `UPDATE Person SET studentNumber = NULL`);
  await go(...refresh);
  change(spoiled, `UPDATE School SET schoolGUID = 'broken one'`);
  await go(...refresh);
  change(
    spoiled,
    `DELETE FROM Identity WHERE personID = 11`,
    `UPDATE Identity SET firstName = '' WHERE personID = 12`,
  );
  // Persons vanish.
  const out = join(place.folder, 'out');
  await go('preview', ...config, '--as-of', AS_OF);
  await go('preview', ...config, '--as-of', AS_OF, '--json');
  await go('preview', ...config, '--as-of', AS_OF, '--json', '--out', out);
  await go('forecast', ...config, '--as-of', AS_OF, '--html', join(lists, 'forecast.html'));
  await go('forecast', ...config, '--as-of', AS_OF, '--json');
  await go('explain', 'person', '11', ...config, '--as-of', AS_OF, '--json', '--full', '--rows');
  await go(...refresh);
  await go('status', ...config);
  await go('status', ...config, '--json');
  await go('release', 'library', '--reason', 'a test', ...config);
  await go('discard', 'lms', '--reason', 'a test', ...config);
  await go(...refresh, '--mode', 'delta', '--release', '--reason', 'a test');
  await go('diff', join(place.home, 'bundles/lms', good), latest, '--records');
  await go('diff', join(place.home, 'bundles/lms', good), latest, '--records', '--json');
  await go('diff', join(place.home, 'bundles/lms', good), latest);
  await go('diff', join(place.home, 'bundles/lms', good), latest, '--json');
  await go('history', ...config, '--audit');
  await go('history', ...config, '--audit', '--json');
  change(spoiled, 'ALTER TABLE Contact RENAME COLUMN email TO mail');
  await go(...refresh);
  change(spoiled, 'DROP TABLE Identity');
  await go(...refresh);
  writeFileSync(spoiled, 'Canary'.repeat(2_000));
  await go(...refresh);

  // What was told stands beside what was printed; a mail with more than ASCII would be encoded.
  said.push(...mails.mails.map(({ raw }) => raw), ...hooks.calls.map((call) => JSON.stringify(call)));
  expect(mails.mails.map(({ raw }) => raw).join()).not.toMatch(/base64/);
  expect(hooks.calls.length).toBeGreaterThan(mails.mails.length);
  expect(mails.mails.length).toBeGreaterThan(7);
  await Promise.all([mails.close(), hooks.close()]);

  expect(said.filter(holdsMarker).map((text) => text.slice(0, 300))).toEqual([]);
  expect(leaksBelow(place.home)).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
  // The lists of --out hold personal data; their names do not.
  const kept = walk(out).map(({ path }) => relative(out, path));
  expect(kept.filter(holdsMarker)).toEqual([]);
  expect(kept.length).toBeGreaterThan(3);
  expect(said.length).toBeGreaterThan(80);
  expect(commands).toBe(COMMANDS);
  const names = walk(place.home).map(({ path }) => relative(place.home, path));
  for (const kind of [/^state\.db$/, /\.prom$/, /-exclusions\.csv$/, /-report\.html$/, /-report\.json$/])
    expect(names).toContainEqual(expect.stringMatching(kind));
  const pages = walk(place.home).filter(
    ({ path }) => path.endsWith('.html') || path.endsWith('-report.json'),
  );
  expect(pages.length).toBeGreaterThan(6);
}, 600_000);

const CRASH_TEXT = 'Canarylast11 at Canaryfirst.js:1:1\n    at Canary (Canarymiddle.js:1:1)';

const CRASHES: readonly Omit<Crash, 'text'>[] = [
  { thread: 'main', atStatement: 1, how: 'throw' },
  { thread: 'main', atStatement: 20, how: 'throw' },
  { thread: 'main', atStatement: 20, how: 'text' },
  { thread: 'main', atStatement: 20, how: 'callback' },
  { thread: 'main', atStatement: 20, how: 'rejection' },
  { thread: 'staging', atStatement: 5, how: 'throw' },
  { thread: 'staging', atStatement: 5, how: 'text' },
  { thread: 'staging', atStatement: 5, how: 'callback' },
  { thread: 'staging', atStatement: 5, how: 'rejection' },
];

it.each(turnsOf('crashes of the canary', CRASHES, ({ thread }) => [thread]))(
  'a crash ($how in thread $thread, statement $atStatement) shows no personal data',
  async (crash) => {
    const { temporary, ...place } = canarySite(ONE_CONNECTION);
    const env = { TMPDIR: temporary, CRASH: JSON.stringify({ ...crash, text: CRASH_TEXT }) };
    const node = ['--import', pathToFileURL(join(import.meta.dirname, '../support/crash.js')).href];
    const crashed = await run([...place.refresh, '--json'], { env, node });
    expect(crashed.code).toBe(1);
    const said = [crashed, await runHere(['history', '--config', place.config, '--json'])];
    const isStaging = crash.thread === 'staging' && (crash.how === 'throw' || crash.how === 'text');
    if (crash.thread === 'main' || isStaging) expect(crashed.stderr).toMatch(/Unexpected error \(Error at /);
    expect(said.flatMap(({ stdout, stderr }) => [stdout, stderr]).filter(holdsMarker)).toEqual([]);
    expect(leaksBelow(place.home)).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  },
  60_000,
);

const { inTurn } = inTurns('names of files of the canary', 2);
inTurn(itWith(canInject, 'strace'))(
  'no file has personal data in its name, not even for a moment',
  async () => {
    const { temporary, ...place } = canarySite(TWO_CONNECTIONS);
    const trace = join(place.folder, 'trace');
    const named = async (...args: string[]): Promise<readonly string[]> => {
      const ended = await run(args, { env: { TMPDIR: temporary }, under: tracing(trace) });
      expect({ args, code: ended.code, stderr: ended.stderr }).toMatchObject({ code: 0 });
      const below = [...namedPaths(trace)].filter((path) => path.startsWith(place.folder));
      return below.map((path) => relative(place.folder, path));
    };
    const latest = join(place.home, 'bundles/lms/latest.zip');
    const options = ['--config', place.config, '--as-of', AS_OF];
    const refreshed = await named(...place.refresh);
    const previewed = await named('preview', ...options, '--out', join(place.folder, 'out'));
    const compared = await named('diff', latest, latest, '--records');
    // What is gone when the command ends was seen.
    expect(refreshed).toContainEqual(expect.stringMatching(/^home\/staging\/.*users\.csv$/));
    expect(previewed).toContainEqual(expect.stringMatching(/^tmp\/oneroster-export-.*snapshot\.sqlite/));
    expect(compared).toContainEqual(expect.stringMatching(/^tmp\/oneroster-export-/));
    expect([...refreshed, ...previewed, ...compared].filter(holdsMarker)).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  },
  60_000,
);
