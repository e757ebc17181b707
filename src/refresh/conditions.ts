/** What a refresh means for people: the result of each connection, and what kept it from all of them, as conditions. */
import { basename, dirname } from 'node:path';
import type { ExportError } from '../model/errors.js';
import { isDoubt } from '../model/coming-up.js';
import { isStop } from '../model/stopping.js';
import type { Condition } from '../notify/condition.js';
import type { ConnectionResult } from '../model/result.js';
import { LeaseLost } from '../state/lease.js';

/** The outcome of a connection's delivery, if it has one. */
interface Delivered {
  readonly state: string;
  /** After the time by which it has to be there. */
  readonly isLate: boolean;
  readonly error?: ExportError;
}

type Outcome = ConnectionResult & { readonly delivery?: Delivered };

export interface Outcomes {
  readonly connections: readonly Outcome[];
  readonly error?: ExportError;
}

/** A failure of the whole refresh does not change the state of single connections: their last notices still apply. */
export function conditionsOf({ connections, error }: Outcomes): readonly Condition[] {
  if (error !== undefined) return [failureOf('', error)];
  const whole: Condition = { about: '', state: 'good', codes: [], says: [] };
  return [whole, ...connections.flatMap(conditionOf), ...connections.flatMap(expectedOf)];
}

/** No notice is needed for what the user at the terminal sees, and of a district that was taken over the new holder sends them. */
export function isWorthTelling(error: ExportError): boolean {
  if (error instanceof LeaseLost) return false;
  return !isStop(error) && error.code !== 'usage' && error.code !== 'config';
}

export function failureOf(about: string, { code, message, problems }: ExportError): Condition {
  const details = problems.map((problem) => `${problem.path}: ${problem.message}`);
  return { about, state: 'failed', codes: [code], says: [message, ...details] };
}

function conditionOf(result: Outcome): readonly Condition[] {
  const { settings, outcome, error, holds, findings, bundle } = result;
  const about = settings.name;
  const made =
    bundle === undefined
      ? {}
      : {
          bundle: {
            sha256: bundle.sha256,
            rows: sum([...bundle.rows.values()]),
          },
          ...firstScreen(result),
        };
  switch (outcome) {
    case 'failed':
      return error === undefined ? [] : [failureOf(about, error)];
    case 'withheld': {
      if (holds.length > 0) {
        const [codes, says] = [holds.map(({ code }) => code), holds.map((hold) => hold.says)];
        return [{ about, state: 'held', codes, says, ...made }];
      }
      const errors = findings.filter(({ severity }) => severity === 'error');
      const says = errors.map(
        ({ code, file, column, says: found, count }) =>
          `${code}: ${[file, column].filter((part) => part !== undefined).join(' ')}: ${found} (${count})`,
      );
      return [{ about, state: 'refused', codes: errors.map(({ code }) => code), says, ...made }];
    }
    case 'ended':
      return [{ about, state: 'ended', codes: [], says: [] }];
    default:
      return [{ ...arrival(about, result.delivery), ...made }];
  }
}

/** The first coming night that a threshold would put on hold; what the config holds on purpose is no news. */
function expectedOf(result: Outcome): readonly Condition[] {
  const { coming, settings } = result;
  const days = coming === undefined || 'failed' in coming ? [] : coming.days;
  const night = days.find(({ holds }) => holds.some(isDoubt));
  if (night === undefined) return [];
  const doubts = night.holds.filter(isDoubt);
  const { report } = firstScreen(result);
  return [
    {
      ...{ about: settings.name, state: 'expected', on: night.asOf },
      codes: doubts.map(({ code }) => code),
      says: doubts.map(({ says }) => says),
      ...(report !== undefined && { report }),
    },
  ];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** What the report begins with. */
function firstScreen({ bundle, exclusions, difference, report, settings }: Outcome) {
  const changes = Object.values(difference?.tables ?? {});
  const rows =
    difference === undefined
      ? sum([...(bundle?.rows.values() ?? [])])
      : sum(changes.map(({ after }) => after));
  const change = {
    before: sum(changes.map(({ before }) => before)),
    gone: sum(changes.map(({ removed }) => removed)),
    added: sum(changes.map(({ added }) => added)),
  };
  const folder = report === undefined ? '' : basename(dirname(dirname(report)));
  return {
    figures: { rows, leftOut: sum([...exclusions.values()]), ...(difference && { change }) },
    ...(report !== undefined && { report: `${folder}/${settings.name}/${basename(report)}` }),
  };
}

/** Of a good bundle: whether the receiver has it, and in time. */
function arrival(about: string, delivery: Delivered | undefined): Condition {
  if (delivery === undefined || (delivery.state === 'delivered' && !delivery.isLate))
    return { about, state: 'good', codes: [], says: [] };
  if (delivery.state === 'delivered') return { about, state: 'late', codes: ['delivered-late'], says: [] };
  const { error } = delivery;
  const says = error === undefined ? [] : failureOf(about, error).says;
  return { about, state: 'failed', codes: ['delivery'], says };
}
