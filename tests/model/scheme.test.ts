/** What is recorded of a bundle for the deltas on it can be read again, also as earlier versions wrote it. */
import { expect, it } from '@jest/globals';
import { readScheme, schemeOf } from '../../src/model/scheme.js';
import type { MetadataColumn } from '../../src/model/settings.js';

const column = (table: string, name: string): MetadataColumn => ({
  table,
  name,
  by: 'personID',
  read: '',
  column: 'x',
});

it('has the shape, and the extension columns in one order', () => {
  const plain = { version: '1.2', ids: 'guid', profile: 'generic' } as const;
  expect(readScheme(schemeOf(plain))).toEqual({ shape: '1.2, ids guid, profile generic', columns: [] });
  const [bus, lunch] = [column('users', 'bus.route'), column('classes', 'lunch')];
  const wide = schemeOf({ ...plain, metadata: [bus, lunch] });
  expect(wide).toBe(schemeOf({ ...plain, metadata: [lunch, bus] }));
  expect(readScheme(wide)).toEqual({
    shape: '1.2, ids guid, profile generic',
    columns: ['classes.metadata.lunch', 'users.metadata.bus.route'],
  });
});
