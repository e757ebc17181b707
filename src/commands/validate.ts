/** `validate`: checks any OneRoster CSV zip. 0 clean, 3 errors found, 2 not a readable zip. */
import { EXIT_CODES, ExportError } from '../model/errors.js';
import { profileNamed, profiles } from '../profiles/index.js';
import type { Profile } from '../profiles/profile.js';
import { judge, type Judgment } from '../verify/judge.js';
import { zipLimits, type ReadingOptions } from './reading-options.js';
import { errorJson } from './error-json.js';
import type { Terminal } from './terminal.js';
import { validateReport } from './validate-report.js';

export interface ValidateOptions extends ReadingOptions {
  /** What a receiver requires beyond the standard. */
  readonly profile?: string;
  readonly json?: boolean;
  /** Number of places that a finding lists. */
  readonly limit?: number;
  /** Cell values may be children's data. */
  readonly showValues?: boolean;
  /** Today, for requirements on future dates. */
  readonly asOf?: string;
}

const PLACES = 5;

export async function validateCommand(
  zipPath: string,
  options: ValidateOptions,
  terminal: Terminal,
): Promise<number> {
  const profile = options.profile === undefined ? undefined : profileOf(options.profile);
  const limit = options.limit ?? PLACES;
  if (!Number.isSafeInteger(limit) || limit < 0)
    throw new ExportError('usage', '--limit must be a whole number, 0 or more.');
  let judgment: Judgment;
  try {
    judgment = await judge(zipPath, {
      limit,
      limits: zipLimits(options),
      showValues: options.showValues ?? false,
      ...(profile ? { profile } : {}),
      ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
    });
  } catch (error) {
    if (!(error instanceof ExportError) || error.code !== 'not-a-bundle') throw error;
    terminal.err(`${zipPath}: not a readable zip. ${error.message}\n`);
    if (options.json === true) terminal.out(asJson({ zip: zipPath, error: errorJson(error) }));
    return error.exitCode;
  }
  terminal.out(
    options.json === true
      ? asJson({
          zip: zipPath,
          profile: profile?.name ?? null,
          ...judgment,
          rows: Object.fromEntries(judgment.rows),
        })
      : validateReport(zipPath, judgment, profile),
  );
  return judgment.errors > 0 ? EXIT_CODES.withheld : 0;
}

function profileOf(name: string): Profile {
  const profile = profileNamed(name);
  if (profile) return profile;
  const names = profiles.map((each) => each.name).join(', ');
  throw new ExportError('usage', `There is no profile with this name. The profiles are ${names}.`);
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
