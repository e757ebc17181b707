/**
 * The written config: each key once, with its type, its default and a description. Messages, the
 * editors' schema and the README's table come from here. Loading zod costs a tenth of a second: only `load.ts`, and what
 * prints the settings, may import this file.
 */
import { z } from 'zod';
import { isReservedName } from '../model/remote-name.js';
import { asLocalDate, isTimezone } from '../model/values.js';
import { CEDS_GRADES } from '../oneroster/table.js';
import { DEFAULT_HOME } from './defaults.js';
import { webConsole } from './declaration/console.js';
import { delivery } from './declaration/delivery.js';
import { facts, flag, text } from './declaration/fields.js';
import { metadata } from './declaration/metadata.js';
import { notices } from './declaration/notices.js';
import { only } from './declaration/only.js';
import { sqlite, sqlServer } from './declaration/source.js';
import { state } from './declaration/state.js';
import { values } from './declaration/values.js';
import { explainIssue, mustBeOneOf } from './wording.js';
import { CONFIG_LIMITS } from '../model/limits.js';

const percent = (byDefault: number, says: string) =>
  z.number().min(0).max(100).default(byDefault).describe(says);

const settings = z
  .strictObject({
    useSecondaryEmailFor11: flag(false, 'Send the secondary email address on every 1.1 connection.'),
    useLocalGradesFor12: flag(
      false,
      'Send the local grade instead of the state grade on every 1.2 connection.',
    ),
  })
  .prefault({})
  .describe('The settings of the SIS under Settings & Management.');

const include = z
  .strictObject({
    guardians: flag(true, 'Send guardians.'),
    relatives: flag(true, 'Send relatives.'),
    aides: flag(true, 'Send non-teaching staff (administrator in 1.1, aide in 1.2).'),
    demographics: flag(true, 'Send demographics.csv.'),
  })
  .prefault({})
  .describe('What is sent in addition to students, teachers and their classes.');

const percentOrOff = (byDefault: number | 'off', says: string) =>
  z
    .union([z.number().min(0).max(10_000), z.literal('off')], 'must be a number from 0 to 10000, or off')
    .default(byDefault)
    .describe(says);

const thresholds = z
  .strictObject({
    users: percent(10, 'Largest share of users, in %, that may vanish.'),
    classes: percent(10, 'Largest share of classes, in %, that may vanish.'),
    enrollments: percent(20, 'Largest share of enrollments, in %, that may vanish.'),
    perSchool: percent(30, 'Largest share, in %, that may vanish at any one school.'),
    new: percentOrOff(
      50,
      'Largest share in % by which any file may grow; fewer than 100 new records never count. off: no limit.',
    ),
    changed: percentOrOff(
      'off',
      'Largest share in % of the records of any file that may change. off: no limit.',
    ),
  })
  .prefault({})
  .describe('How much may vanish, be new or change since the last good bundle before a bundle is on hold.');

const day = (says: string) =>
  z
    .string()
    .refine((text) => asLocalDate(text) !== undefined, 'must be a valid date (YYYY-MM-DD)')
    .register(facts, { type: 'date as YYYY-MM-DD' })
    .describe(says);

const blackout = z
  .strictObject({ from: day('First day of the range.'), to: day('Last day of the range.') })
  .refine(({ from, to }) => from <= to, 'must not end before it starts');

const retention = z
  .strictObject({
    days: z.int().min(1).default(90).describe('Number of days that published bundles are kept.'),
    bundles: z
      .int()
      .min(1)
      .default(14)
      .describe('Number of newest bundles of a connection that are kept regardless of age.'),
  })
  .prefault({})
  .describe(
    'How long published bundles are kept. The last good bundle, a held bundle and the base of a delta are always kept.',
  );

const forecast = z
  .strictObject({
    days: z
      .int()
      .min(0)
      .max(31)
      .default(7)
      .describe(
        'How many coming days are judged for "Coming up" in the report, after deliveries; 0 for none.',
      ),
  })
  .prefault({})
  .describe('What the report and the notices say about the coming days.');

const connection = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'may only have lowercase letters, digits and hyphens')
    .refine((name) => !isReservedName(name), 'is a reserved name on Windows: choose another')
    .max(CONFIG_LIMITS.nameLetters.most, `may have at most ${CONFIG_LIMITS.nameLetters.most} characters`)
    .describe(
      'Name of the connection in commands, folders and reports: lowercase letters, digits and hyphens; unique.',
    ),
  version: z.enum(['1.1', '1.2']).describe('OneRoster version that the receiver reads.'),
  mode: z.enum(['bulk', 'delta']).default('bulk').describe('Send everything each time, or only the changes.'),
  profile: text('What the receiver requires beyond the standard.').default('generic'),
  ids: z
    .enum(['legacy', 'guid', 'personID'])
    .register(facts, { default: 'legacy for 1.1, guid for 1.2' })
    .optional()
    .describe('What the ids of users are made from.'),
  schools: z
    .union(
      [z.literal('all'), z.array(text('A School.number.')).min(1)],
      'must be all, or a list of school numbers',
    )
    .register(facts, { type: 'all, or a list of school numbers' })
    .default('all')
    .describe('Schools that this receiver gets, by School.number.'),
  include,
  exclusiveEndDates: flag(
    false,
    "Add a day to every end date, to follow the standard's exclusive end dates.",
  ),
  allowEmpty: flag(
    false,
    'Publish a bulk bundle even if it has no users, classes, enrollments or students, or if no student is in a class.',
  ),
  teachersWithoutSections: z
    .enum(['exclude', 'include'])
    .default('exclude')
    .describe('Teachers with an assignment but no class.'),
  endedRosters: z
    .enum(['keep', 'drop'])
    .default('keep')
    .describe('Enrollments in classes that ended before today.'),
  emptyClasses: z
    .enum(['keep', 'drop'])
    .default('keep')
    .describe('Classes without any exported student or teacher.'),
  unusedCourses: z.enum(['keep', 'drop']).default('keep').describe('Courses without any exported class.'),
  compression: z
    .int()
    .min(1)
    .max(9)
    .default(3)
    .describe('How hard the zip is compressed: 1 is fastest, 9 is smallest; the content is the same.'),
  notBefore: day('Bundles are withheld before this day, because scheduling is not final.').optional(),
  blackout: z
    .array(blackout)
    .default([])
    .describe('Ranges of days on which bundles are withheld, such as school holidays.'),
  thresholds,
  fields: z
    .record(z.string(), z.record(z.string(), z.enum(['drop', 'mask'])))
    .register(facts, { type: 'table: { column: drop | mask, … }, …' })
    .optional()
    .describe('Columns to hide from this receiver: sent empty (drop) or with masked values (mask).'),
  only,
  metadata,
  values,
  sharingEnds: day(
    'Last day on which this receiver gets data; after it nothing is created or sent.',
  ).optional(),
  delivery,
  useSecondaryEmail: z
    .boolean()
    .register(facts, { default: 'false' })
    .optional()
    .describe('Send the secondary email address. 1.2 connections only.'),
  legalNames: z
    .enum(['omit', 'send'])
    .register(facts, { default: 'omit' })
    .optional()
    .describe('Send legal names, with the everyday names as preferred names. 1.2 connections only.'),
});

export const written = z.strictObject({
  timezone: text("The district's IANA time zone; it decides which day is today.").refine(
    isTimezone,
    'must be an IANA time zone, such as America/Chicago',
  ),
  home: text('Folder of bundles, reports, state and the lock.').default(DEFAULT_HOME),
  source: z.discriminatedUnion('client', [sqlite, sqlServer]).describe('The SIS database; it is only read.'),
  settings,
  grades: z
    .record(z.string(), z.enum(CEDS_GRADES, mustBeOneOf(CEDS_GRADES)))
    .register(facts, { type: 'state grade code: CEDS grade, …', default: 'the built-in table' })
    .default({})
    .describe('CEDS grade of a State Grade Level Code, where the built-in table is not right.'),
  state,
  retention,
  forecast,
  notices,
  console: webConsole,
  connections: z.array(connection).min(1).describe('The receivers: one bundle is created for each.'),
});

export type WrittenConfig = z.output<typeof written>;
export type WrittenConnection = WrittenConfig['connections'][number];

export const declaration: z.ZodType = written;

export interface Complaint {
  readonly segments: readonly (string | number)[];
  readonly message: string;
}

export type Checked = { readonly config: WrittenConfig } | { readonly complaints: readonly Complaint[] };

/** The completed config, or everything that is wrong with it in plain words. */
export const checkWritten = (value: unknown): Checked => checkAgainst(written, value);

/** The same for another declaration. */
export function checkAgainst<T>(
  declared: z.ZodType<T>,
  value: unknown,
): { readonly config: T } | { readonly complaints: readonly Complaint[] } {
  const result = declared.safeParse(value, { error: explainIssue });
  return result.success
    ? { config: result.data }
    : { complaints: result.error.issues.flatMap((issue) => complaintsOf(issue, [])) };
}

/** One part of the JSON Schema, on its way out. */
export interface SchemaPart {
  readonly part: z.core.JSONSchema.BaseSchema;
  readonly isSecret: boolean;
}

/** A declaration as JSON Schema; `adjust` may change each part. */
export function jsonSchema(declared: z.ZodType, adjust: (part: SchemaPart) => void): object {
  return z.toJSONSchema(declared, {
    io: 'input',
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema: part }) =>
      adjust({ part, isSecret: facts.get(zodSchema)?.secret ?? false }),
  });
}

/** If a branch of a choice matches except for a nested problem, that problem is reported. */
function complaintsOf(issue: z.core.$ZodIssue, above: readonly (string | number)[]): readonly Complaint[] {
  const segments = [...above, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  const inner = issue.code === 'invalid_union' ? issue.errors : [];
  const fitting = inner.filter((branch) => branch.length > 0 && branch.every(({ path }) => path.length > 0));
  return fitting.length === 1
    ? fitting.flat().flatMap((each) => complaintsOf(each, segments))
    : [{ segments, message: issue.message }];
}
