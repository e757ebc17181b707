/** The written `fleet.yaml`: each key once, with its type, its default and a description. */
import { z } from 'zod';
import { CONFIG_LIMITS } from '../model/limits.js';
import { isTimezone } from '../model/values.js';
import { written } from './config.js';
import { fleetConsole } from './declaration/console.js';
import { facts, text } from './declaration/fields.js';
import { postgres } from './declaration/state.js';
import { DEFAULT_HOME } from './defaults.js';

const DISTRICT_NAME = /^[a-z0-9][a-z0-9-]*$/;

/** Its folder has this name, the state too. */
export const isDistrictName = (name: string): boolean =>
  DISTRICT_NAME.test(name) && name.length <= CONFIG_LIMITS.nameLetters.most;

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
  database: postgres('The PostgreSQL database with the state of all districts.'),
  home: text(
    'Folder with the home of each district: bundles and reports, in a folder with its name.',
  ).default(DEFAULT_HOME),
  defaults: written
    .omit({ home: true, state: true })
    .partial()
    .register(facts, { type: 'settings of oneroster.yaml' })
    .optional()
    .describe(
      'Settings of all districts, but home and state: a district whose own file has such a top-level setting has that one, as a whole.',
    ),
  schedule,
  maxPerHost: atOnce.default(2),
  hosts: z
    .record(z.string(), z.strictObject({ maxPerHost: atOnce }))
    .default({})
    .describe('SQL hosts with a number of their own.'),
  console: fleetConsole.register(facts, { type: 'group' }),
  districts: z
    .record(z.string(), district)
    .default({})
    .describe('What is different for a district, by the name of its folder.'),
});

export type WrittenFleet = z.output<typeof fleetDeclaration>;
