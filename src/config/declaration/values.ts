/** `values` of a connection: other sources for a fixed list of cells. */
import { z } from 'zod';
import { facts, text } from './fields.js';

const oneLine = (says: string) =>
  text(says).regex(/^[^\p{Cc}\u2028\u2029]{1,255}$/u, 'must be one line of at most 255 characters');

const source = z.strictObject({
  from: oneLine(
    'Column with the value, as Table.column: a column that is read anyway or, with key, any other.',
  ).optional(),
  key: text('Column of the same table with the id that the value belongs to, such as personID.')
    .regex(/^[^.[\]"]*$/, 'must be the name of a column, without dots, brackets or quotes')
    .optional(),
  where: z
    .record(z.string(), text('The only value of the column.'))
    .register(facts, { type: 'column: value, …' })
    .optional()
    .describe('With key: only rows with these values.'),
  template: oneLine('Text with names of columns in braces.').optional(),
  else: oneLine('What is sent instead of an empty value: text, a template, or default.').optional(),
  case: z.enum(['lower', 'upper']).optional().describe('In lowercase or uppercase letters.'),
});

export const values = z
  .record(z.string(), z.record(z.string(), z.union([oneLine('A template.'), source])))
  .register(facts, {
    type: 'table: { column: template or { from, key, where, template, else, case }, … }, …',
  })
  .optional()
  .describe('Other sources for users.email and eight more cells: a column of the SIS, or a template.');
