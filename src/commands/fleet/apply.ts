/** `fleet apply`: the districts of the folder become those of the database, after a look at what that changes. */
import { createInterface } from 'node:readline/promises';
import { apply, isNothing, planToApply, type ApplyPlan, type SettingChange } from '../../fleet/apply.js';
import type { FleetDatabase } from '../../fleet/database.js';
import { readFleet, type ReadFleet } from '../../fleet/folder.js';
import { Queue } from '../../fleet/queue.js';
import { EXIT_CODES } from '../../model/errors.js';
import { counted } from '../amounts.js';
import { errorJson, placedProblems } from '../error-json.js';
import { columns } from '../terminal.js';
import { asJson, withOpened, type FleetCall } from './call.js';

export interface FleetApplyOptions {
  /** Without a question. */
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** The terminal on which a person answers. */
export interface Input {
  readonly stream: NodeJS.ReadStream;
}

/** Returns the exit code: 2 if the config of a district has problems; the others are applied. */
export async function fleetApplyCommand(
  call: FleetCall & Partial<Input>,
  { yes, json }: FleetApplyOptions,
): Promise<number> {
  const { folder, env, terminal } = call;
  const fleet = await readFleet(folder, env);
  return await withOpened(fleet.database, async (database) => {
    const plan = await planToApply(database.knex, fleet);
    if (json !== true) terminal.out(planInWords(plan));
    const isApplied = !isNothing(plan) && (yes === true || (json !== true && (await isWanted(call))));
    if (isApplied) await applyTo(database, fleet, call.now);
    if (json === true) terminal.out(asJson({ ...planJson(plan), applied: isApplied }));
    else terminal.out(outcomeOf(plan, isApplied));
    return fleet.unfit.length > 0 ? EXIT_CODES.config : 0;
  });
}

async function applyTo({ knex, transaction }: FleetDatabase, fleet: ReadFleet, now: Date): Promise<void> {
  await Queue.within(knex, async (queue) => {
    await queue.create(await transaction((trx) => apply(trx, fleet, now)));
  });
}

/** Without a terminal no one can answer, and nothing is applied. */
async function isWanted({ stream, terminal }: FleetCall & Partial<Input>): Promise<boolean> {
  if (stream?.isTTY !== true || !terminal.isWatched) return false;
  const lines = createInterface({ input: stream });
  try {
    terminal.err('Apply this? [y/N] ');
    return /^y(es)?$/i.test((await lines.question('')).trim());
  } finally {
    lines.close();
  }
}

function planInWords({ added, changed, removed, unchanged, hosts, skipped }: ApplyPlan): string {
  const placed = added.map((district) => [
    district.name,
    `on ${district.host}, from ${district.start} ${district.timezone}`,
  ]);
  const parts = [
    titled(`Added (${added.length})`, columns(placed, '  ')),
    ...changed.map(({ name, changes }) => titled(`Changed: ${name}`, changeLines(changes))),
    titled(`Removed (${removed.length}); the history stays`, removed.map((name) => `  ${name}\n`).join('')),
    titled('Refreshes at once, by SQL host', changeLines(hosts)),
    ...skipped.map(({ name, error }) =>
      titled(`Skipped: ${name}. ${error.message}`, placedProblems(error.problems), ''),
    ),
  ];
  return `${parts.join('')}Unchanged: ${counted(unchanged, 'district')}.\n`;
}

const changeLines = (changes: readonly SettingChange[]): string =>
  columns(
    changes.map(({ setting, before, after }) => [setting, `${before} -> ${after}`]),
    '  ',
  );

const titled = (title: string, lines: string, end = ':'): string =>
  lines === '' && end === ':' ? '' : `${title}${end}\n${lines}`;

function outcomeOf(plan: ApplyPlan, isApplied: boolean): string {
  const skipped =
    plan.skipped.length === 0
      ? ''
      : `${counted(plan.skipped.length, 'district')} skipped: correct the problems above and apply again.\n`;
  if (isApplied) return `Applied.\n${skipped}`;
  return isNothing(plan)
    ? `Nothing to apply.\n${skipped}`
    : `Nothing was applied. To apply this: --yes\n${skipped}`;
}

/** A promise to other programs. */
function planJson({ added, changed, removed, unchanged, hosts, skipped }: ApplyPlan): object {
  return {
    added: added.map(({ name, host, labels, start, timezone, deliverBy }) => ({
      ...{ name, host, labels, start, timezone },
      deliverBy: deliverBy ?? null,
    })),
    changed,
    removed,
    unchanged,
    hosts,
    skipped: skipped.map(({ name, error }) => ({ name, ...errorJson(error) })),
  };
}
