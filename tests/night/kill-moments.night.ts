/** Killed at moments of a refresh, without a tool that counts system calls: see kills.night.ts. */
import { afterAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { makeSite, TWO_CONNECTIONS } from '../refresh/small-district.js';
import { openAllVisible, walk } from '../refresh/visible.js';
import { makeFolder, removeFolders, run, start, type Ended } from '../support/cli.js';
import { namedTurnsOf } from '../support/share.js';

afterAll(removeFolders);

const MOMENTS = Array.from({ length: 20 }, (_, kill) => ({
  name: `moment ${kill}`,
  afterMs: 120 + kill * 35,
}));

const json = ({ stdout }: Ended): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;

it('a refresh recovers by itself wherever it is killed, and ends in the same bytes', async () => {
  const place = makeSite(join(makeFolder(), 'site'), TWO_CONNECTIONS);
  const hashesOf = (ended: Ended): string =>
    (json(ended)['connections'] as { bundle: { sha256: string } }[])
      .map(({ bundle }) => bundle.sha256)
      .join();
  const golden = hashesOf(await run([...place.refresh, '--json']));
  for (const { afterMs } of namedTurnsOf('kills at moments', MOMENTS)) {
    const running = start(place.refresh);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    running.child.kill('SIGKILL');
    await running.ended;
    expect(await openAllVisible(place.home)).toBeGreaterThanOrEqual(2);
  }
  expect(hashesOf(await run([...place.refresh, '--json']))).toBe(golden);
  expect(walk(join(place.home, 'staging'))).toEqual([]);
}, 120_000);
