/** Lists of years: each entry is on exactly one part, and the parts lead to each other. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { State } from '../../src/state/state.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import type { Client } from './client.js';
import { aConsoleSite, openConsole, signedIn, type ConsoleSite, type Opened } from './consoles.js';

const NIGHTS = 230;
const ENTRIES_PER_NIGHT = 5;

let site: ConsoleSite;
let opened: Opened;
let client: Client;

beforeAll(async () => {
  site = await aConsoleSite(makeFolder());
  let minutes = 0;
  const start = Date.now() + 60_000;
  const state = await State.open(join(site.home, 'state.db'), () => new Date(start + minutes * 60_000));
  await state.transaction(async (writing) => {
    for (let night = 1; night <= NIGHTS; night += 1) {
      minutes = night;
      const refreshId = await writing.startRefresh('2026-10-15', 'test', ['library']);
      const id = await writing.addBundle({
        refreshId,
        connection: 'library',
        state: 'published',
        version: '1.1',
        mode: 'bulk',
        scheme: 'any',
        name: `night-${String(night).padStart(3, '0')}`,
      });
      await writing.finishRefresh(refreshId, 'done', 0);
      await writing.addPublication({ bundleId: id, receiver: 'home', fields: {} });
      for (let entry = 1; entry <= ENTRIES_PER_NIGHT; entry += 1)
        await writing.audit('told', 'library', { entry: `${night}.${entry}` });
    }
  });
  await state.close();
  opened = await openConsole(site);
  client = await signedIn(opened);
});
afterAll(async () => {
  await opened.running.stop();
  removeFolders();
});

/** What each part shows, from the newest by the links to the oldest. */
async function partsOf(path: string, seen: RegExp): Promise<readonly (readonly string[])[]> {
  const parts: string[][] = [];
  for (let at: string | undefined = path; at !== undefined;) {
    const { text, status } = await client.get(at);
    expect(status).toBe(200);
    parts.push([...text.matchAll(seen)].map(([, found = '']) => found));
    at = /<a href="([^"]+)">Older /.exec(text)?.[1];
  }
  return parts;
}

describe('a long list', () => {
  it.each([
    ['/connections/library', /\d{4}<small>([^<]+)<\/small>/g, [60, 60, 60, 51]],
    ['/connections/library/received', /<code>|([\w.-]+)<small>/g, [200, 31]],
    ['/audit', /entry: (\d+\.\d)/g, [500, 500, 150]],
  ] as const)('%s is shown in parts, each entry once', async (path, seen, sizes) => {
    const parts = await partsOf(path, seen);
    expect(parts.map(({ length }) => length)).toEqual(sizes);
    expect(new Set(parts.flat()).size).toBe(sizes.reduce((sum, size) => sum + size, 0));
  });

  it('leads back to newer entries, and a part that is not there says so', async () => {
    expect((await client.get('/audit?part=3')).text).toContain('<a href="/audit?part=2">Newer entries</a>');
    expect((await client.get('/audit?part=2')).text).toContain('<a href="/audit">Newer entries</a>');
    expect((await client.get('/audit?part=9')).words).toContain('There are no more entries.');
    for (const odd of ['0', '-1', '1e3', 'x', '9999999'])
      expect((await client.get(`/audit?part=${odd}`)).text).not.toContain('Newer entries');
  });
});
