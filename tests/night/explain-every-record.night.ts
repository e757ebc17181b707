/** `explain` and a refresh never disagree: for every record of the demo that was left out, not only for one of each rule. */
import { afterAll, expect, it } from '@jest/globals';
import { asked, disagreements, refreshDemo } from '../explain/demo-lines.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { turnsOf } from '../support/share.js';

afterAll(removeFolders);

it('explain names first the rule that the refresh recorded, for every record of the demo that was left out', async () => {
  const { asker, filename, lines } = await refreshDemo(makeFolder());
  const all = asked(lines);
  const of = (connection: string): number => all.filter((line) => line.connection === connection).length;
  expect(Math.min(of('library'), of('lms'))).toBeGreaterThan(150);
  const among = turnsOf('records that explain names', all, ({ connection, rule, kind }) => [
    connection,
    `${rule} ${kind}`,
  ]);
  expect(await disagreements(among, asker, filename)).toEqual([]);
});
