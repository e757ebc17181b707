/** A collector that reads the metrics while refreshes write them never sees half of the file. */
import { afterAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSite, TWO_CONNECTIONS } from '../refresh/small-district.js';
import { makeFolder, removeFolders, start } from '../support/cli.js';
import { firstNight } from '../support/first-night.js';
import { turnsOf } from '../support/share.js';

afterAll(removeFolders);

it('metrics.prom is whole at any moment, for a reader that never stops', async () => {
  const place = makeSite(join(makeFolder(), 'site'), TWO_CONNECTIONS);
  await firstNight(place);
  const path = join(place.home, 'metrics.prom');
  const LINE =
    /^(# (HELP|TYPE) oneroster_export_\w+ .+|oneroster_export_\w+\{connection="(library|lms)"\} \d+)$/;
  let [reads, isDone] = [0, false];
  const wrong = new Set<string>();
  const nights = (async () => {
    const tried = turnsOf('nights with a reader of the metrics', [1, 2, 3, 4]);
    for (let night = 0; night < tried.length; night += 1) await start(place.refresh).ended;
    isDone = true;
  })();
  while (!isDone) {
    const text = readFileSync(path, 'utf8');
    const lines = text.split('\n');
    if (lines.pop() !== '' || !lines.every((line) => LINE.test(line))) wrong.add(text);
    if (lines.filter((line) => line.startsWith('# TYPE')).length !== 5) wrong.add(text);
    reads += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await nights;
  expect([...wrong]).toEqual([]);
  expect(reads).toBeGreaterThan(50);
}, 240_000);
