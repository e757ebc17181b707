/** `metadata` of a connection: extension columns, each with the SIS column that fills it. */
import { z } from 'zod';
import { facts, text } from './fields.js';

const columnName = (says: string) =>
  text(says).regex(/^[^.[\]"]*$/, 'must be the name of a column, without dots, brackets or quotes');

const sent = z
  .string()
  .regex(/^[^\p{Cc}\u2028\u2029]{0,255}$/u, 'must be one line of at most 255 characters');

const column = z.strictObject({
  table: text('Table or view in the database.').regex(
    /^[^.[\]"\s]+(\.[^.[\]"]+)?$/,
    'must be the name of a table or view, such as BusRider or dbo.BusRider, without brackets or quotes',
  ),
  key: columnName('Column of that table with the id that the value belongs to, such as personID.'),
  holds: text('Which id the key column holds, if its name does not show it.').optional(),
  column: columnName('Column of that table with the value.'),
  where: z
    .record(z.string(), text('The only value of the column.'))
    .register(facts, { type: 'column: value, …' })
    .optional()
    .describe('Only rows with these values.'),
  map: z
    .record(z.string(), sent)
    .register(facts, { type: 'SIS value: sent value, …, default: sent value' })
    .optional()
    .describe('What is sent instead of each value; default is for filled values that are not listed.'),
});

export const metadata = z
  .record(z.string(), z.record(z.string(), column))
  .register(facts, {
    type: 'table: { name: { table, key, column, holds, where, map }, … }, …',
  })
  .optional()
  .describe('Extension columns: `metadata.<name>` at the end of a table, each from a column of the SIS.');
