/** The written `fleet.yaml`: each key once, with its type, its default and a description. */
import { z } from 'zod';
import { text } from '../config/declaration/fields.js';
import { isTimezone } from '../model/values.js';

export const DISTRICT_NAME = /^[a-z0-9][a-z0-9-]*$/;

const clock = (says: string) =>
  z
    .string()
    .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day (HH:MM)')
    .describe(says);

const timezone = (says: string) =>
  text(says).refine(isTimezone, 'must be an IANA time zone, such as America/Chicago');

const windowMinutes = z
  .int()
  .min(0)
  .max(720)
  .describe('Over how many minutes the starts of the districts of a SQL host are spread.');

const atOnce = z
  .int()
  .min(1)
  .max(64)
  .describe('How many refreshes may read from the SQL host at once, over all workers.');

const schedule = z
  .strictObject({
    start: clock('When the night begins.').default('01:00'),
    timezone: timezone("Time zone of the schedule; by default the district's own.").optional(),
    windowMinutes: windowMinutes.default(120),
  })
  .prefault({})
  .describe('When the districts are refreshed, unless a district says otherwise.');

const district = z.strictObject({
  host: text('The SQL host that its SIS is on: any label.').optional(),
  labels: z.array(text('A label for `--label`.')).default([]).describe('Labels to choose districts by.'),
  start: clock('When its night begins, instead of schedule.start.').optional(),
  timezone: timezone('Time zone of its start, instead of schedule.timezone.').optional(),
  deliverBy: clock('When its receivers should have the bundles; such districts go first.').optional(),
});

export const fleetDeclaration = z.strictObject({
  schedule,
  maxPerHost: atOnce.default(2),
  hosts: z
    .record(z.string(), z.strictObject({ maxPerHost: atOnce }))
    .default({})
    .describe('SQL hosts with a number of their own.'),
  districts: z
    .record(z.string(), district)
    .default({})
    .describe('What is different for a district, by the name of its folder.'),
});

export type WrittenFleet = z.output<typeof fleetDeclaration>;
