/**
 * Every name, email, phone, birth date and username of a district is a marker. Whatever the commands print, log or leave
 * beside the bundles, on good nights and on bad ones, no marker may be in it.
 */
import { afterAll, expect, it } from '@jest/globals';
import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  AS_OF,
  change,
  configText,
  makeSite,
  makeSmallDistrict,
  TWO_CONNECTIONS,
} from '../refresh/small-district.js';
import { walk } from '../refresh/visible.js';
import { startMailServer, startWebServer } from '../notify/servers.js';
import { makeFolder, removeFolders, run } from '../support/cli.js';

afterAll(removeFolders);

const MARKER = /canary|1999-09-\d\d|555-77/i;

/** Dates have to be dates, so birth dates have a year of their own; phones a number of their own. */
function canary(personID: number, piece: string): string {
  if (piece === 'birthdate') return `1999-09-${personID}`;
  return piece.endsWith('Phone') ? `555-77${personID}` : `Canary${piece}${personID}`;
}

it('shows no personal data, whatever happens', async () => {
  const place = makeSite(join(makeFolder(), 'site'), TWO_CONNECTIONS);
  const spoiled = join(place.folder, 'spoiled.sqlite');
  makeSmallDistrict(spoiled, canary);
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
  const go = async (...args: string[]): Promise<void> => {
    const { stdout, stderr } = await run(args, { env: { DEBUG: '*', PASSWORD: 'Canary-of-the-server' } });
    said.push(stdout, stderr);
  };
  await go(...refresh);
  await go(...place.refresh);
  await go('explain', 'person', '11', ...config, '--as-of', AS_OF, '--rows');
  await go('explain', 'person', '11', ...config, '--as-of', AS_OF, '--rows', '--json');
  await go('explain', 'person', '1234567', ...config);
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
  await go(...refresh);
  await go('status', ...config);
  await go('status', ...config, '--json');
  await go('release', 'library', '--reason', 'a test', ...config);
  await go('discard', 'lms', '--reason', 'a test', ...config);
  await go(...refresh, '--mode', 'delta', '--release', '--reason', 'a test');
  await go('diff', join(place.home, 'bundles/lms', good), latest, '--records');
  await go('diff', join(place.home, 'bundles/lms', good), latest, '--records', '--json');
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

  const leaks = said.filter((text) => MARKER.test(text)).map((text) => text.slice(0, 300));
  for (const { path, stats } of walk(place.home)) {
    if (MARKER.test(relative(place.home, path))) leaks.push(path);
    if (stats.isDirectory() || stats.isSymbolicLink() || path.endsWith('.zip')) continue;
    if (MARKER.test(readFileSync(path, 'latin1'))) leaks.push(path);
  }
  expect(leaks).toEqual([]);
  expect(said.length).toBeGreaterThan(50);
  const pages = walk(place.home).filter(
    ({ path }) => path.endsWith('.html') || path.endsWith('-report.json'),
  );
  expect(pages.length).toBeGreaterThan(6);
}, 600_000);
