/** `explain` and a refresh never disagree: for every record of the demo that was left out, not only for one of each rule. */
import { afterAll, expect, it } from '@jest/globals';
import { asked, disagreements, refreshDemo } from '../explain/demo-lines.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { turnsOf } from '../support/share.js';
import { ANYWHERE } from '../support/turns.js';
import { storiesInTurn } from './stories.js';

afterAll(removeFolders);

const { group, share } = storiesInTurn();
group('every record of the demo that was left out', ANYWHERE, () => {
  it('has as its first rule in explain the one that the refresh recorded', async () => {
    const { asker, filename, lines } = await refreshDemo(makeFolder());
    const all = asked(lines);
    const of = (connection: string): number => all.filter((line) => line.connection === connection).length;
    expect(Math.min(of('library'), of('lms'))).toBeGreaterThan(150);
    const kindsOf = ({ connection, rule, kind }: (typeof all)[number]): readonly string[] => [
      connection,
      `${rule} ${kind}`,
    ];
    const among = turnsOf('records that explain names', all, kindsOf, share);
    expect(await disagreements(among, asker, filename)).toEqual([]);
  });
});
