/** The list of rows that vanished has the numbers that people know records by, and no cell that the config fills otherwise. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { RemovedRows } from '../../src/assemble/removed-rows.js';

it('leaves the number empty where values fill its cell', () => {
  const folder = mkdtempSync(join(tmpdir(), 'removed-'));
  const removed = new RemovedRows(join(folder, 'removed.csv'), [{ table: 'users', column: 'identifier' }]);
  removed.put({ table: 'users', header: ['sourcedId', 'identifier'], cells: ['s1', 'ada@d.org'] });
  removed.put({ table: 'classes', header: ['sourcedId', 'classCode'], cells: ['7', '0310-2'] });
  removed.close();
  expect(readFileSync(removed.path, 'utf8').split('\r\n').slice(1)).toEqual([
    'users,s1,,,',
    'classes,7,0310-2,,',
    '',
  ]);
  rmSync(folder, { recursive: true });
});
