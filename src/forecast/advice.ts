/** What to do about a day that would be on hold, in the order in which it helps. */
import { isDoubt } from '../model/coming-up.js';
import type { HoldReason } from '../model/hold-reason.js';
import { allRules } from '../filter/register.js';
import type { DayForecast, Movement } from './model.js';

type Day = Omit<DayForecast, 'advice'>;

const TABLES = ['users', 'classes', 'enrollments'] as const;

export function adviceFor(name: string, day: Day): readonly string[] {
  const doubts = day.holds.filter(isDoubt);
  if (doubts.length === 0) return [];
  const isYearEnd = Object.keys(day.boundaries).some((what) => /^(calendars|school years) end$/.test(what));
  return [
    ...(isYearEnd
      ? [
          `Set blackout from ${day.asOf} to the day before the new school year is scheduled: the receiver keeps what it has.`,
        ]
      : endDates(day)),
    ...limits(day, doubts),
    `Or approve that one night: oneroster-export refresh ${name} --release --reason TEXT`,
  ];
}

/** The rule that drops most, and where its dates are kept. */
function endDates({ moves }: Day): readonly string[] {
  const [worst] = moves.filter(({ kind, table }) => kind === 'leave' && table !== 'courses');
  const rule = allRules.find(({ code }) => code === worst?.rule);
  if (worst === undefined || rule === undefined) return [];
  return [`If these dates are wrong, fix them in Campus: ${rule.fixIn} (${inWords(worst)}).`];
}

const inWords = ({ table, rule, count }: Movement): string => `${count} ${table} leave by ${rule}`;

function limits({ tables }: Day, doubts: readonly HoldReason[]): readonly string[] {
  return TABLES.filter((table) => doubts.some(({ code }) => code === `threshold-${table}`)).map((table) => {
    const { leave, before } = tables[table];
    return `If it is right, set thresholds.${table} to ${Math.ceil((leave / before) * 100)} for that night.`;
  });
}
