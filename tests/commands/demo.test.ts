/** `demo` never touches a home that is not its own; cli/commands has what it makes. */
import { afterAll, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeSite } from '../refresh/small-district.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';

afterAll(removeFolders);

it('refuses a home that is not its own, and changes nothing in it', async () => {
  const place = makeSite(join(makeFolder(), 'site'));
  await runHere(place.refresh);
  const before = readdirSync(place.home).sort();
  const { code, stderr } = await runHere(['demo', '--home', place.home]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/is not the home of a demo.*Choose another folder with --home/);
  expect(readdirSync(place.home).sort()).toEqual(before);
});
