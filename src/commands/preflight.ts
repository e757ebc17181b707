/** `preflight`: is the district ready? Connects, looks, and holds the schema against what the export reads, column by column. */
import { compareSchema } from '../extract/schema.js';
import type { SisSource } from '../extract/source.js';
import { EXIT_CODES } from '../model/errors.js';
import type { Config } from '../model/settings.js';
import { areReady, inspectTargets, targetsJson, targetsPage } from './preflight-targets.js';
import { isInTheWay, preflightPage, type Preflight } from './preflight-page.js';
import type { Terminal } from './terminal.js';

/** Gives the exit code: 5 where a delivery would fail, else 4 where a refresh would. A database that cannot be reached is an error, as in a refresh. */
export async function preflightCommand(
  config: Config,
  source: SisSource,
  options: { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const { facts, schema } = await source.inspect();
  const columns = compareSchema(schema);
  const preflight: Preflight = {
    source: source.label,
    facts,
    columns,
    isReady: !facts.some(({ severity }) => severity === 'error') && !columns.some(isInTheWay),
  };
  const targets = await inspectTargets(config);
  terminal.out(
    options.json === true
      ? `${JSON.stringify({ ...preflightJson(preflight), targets: targetsJson(targets) }, undefined, 2)}\n`
      : preflightPage(preflight) + targetsPage(targets),
  );
  if (!areReady(targets)) return EXIT_CODES.delivery;
  return preflight.isReady ? 0 : EXIT_CODES.source;
}

/** A promise to other programs. */
function preflightJson({ source, facts, columns, isReady }: Preflight): object {
  return {
    source,
    ready: isReady,
    facts,
    columns: columns.map(({ table, column, state, expected, found, remark }) => ({
      table,
      column,
      state,
      expected,
      found: found ?? null,
      remark: remark ?? null,
    })),
  };
}
