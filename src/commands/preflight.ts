/**
 * `preflight`: is the district ready? Connects and compares the schema with what the export reads, column by
 * column; then checks the data of each connection for what should be fixed before the next refresh.
 */
import { publishedJson } from '../model/published-json.js';
import type { Call } from './call.js';
import { retrying } from '../extract/retrying.js';
import { compareMetadata } from '../extract/metadata-schema.js';
import { compareSchema } from '../extract/schema.js';
import type { SisSource } from '../extract/source.js';
import { adviseMapping } from '../extract/suggest.js';
import { EXIT_CODES } from '../model/errors.js';
import { connectionNamed } from '../model/connections.js';
import { SEVERITIES } from '../preflight/register.js';
import type { FindingSeverity } from '../preflight/findings/finding.js';
import { homeAt } from '../home/home.js';
import type { Config } from '../model/settings.js';
import type { ActiveTrials } from '../model/trials.js';
import { lookAtState } from '../state/open.js';
import { surveyDistrict, type SurveyResult } from '../preflight/survey.js';
import { asOfDay } from './as-of.js';
import { findingsJson, findingsPage } from './findings-page.js';
import { areReady, inspectTargets, targetsJson, targetsPage } from './preflight-targets.js';
import { privateFiles, privateFilesJson, privateFilesPage } from './private-files.js';
import { isInTheWay, preflightPage, type Preflight } from './preflight-page.js';
import { progressLine } from './terminal.js';

export interface PreflightOptions {
  /** Path of the config file. */
  readonly config?: string;
  readonly json?: boolean;
  readonly schemaOnly?: boolean;
  readonly connection?: string;
  readonly asOf?: string;
  readonly csv?: string;
  readonly showValues?: boolean;
  readonly failOn?: FindingSeverity;
  /** Called before the wait for other servers begins. */
  readonly onTargets?: () => void;
}

/**
 * Returns the exit code: 5 if a delivery would fail, 4 if a refresh would, 3 if a finding is as severe as `failOn`. A database that cannot be
 * reached is an error, as in a refresh.
 */
export async function preflightCommand(
  call: Call,
  source: SisSource,
  options: PreflightOptions,
): Promise<number> {
  const { config, terminal, now } = call;
  const { connection, failOn } = options;
  if (connection !== undefined) connectionNamed(config, connection);
  const asOf = asOfDay(options.asOf, config.timezone, now);
  const { facts, schema, existing } = await retrying(() => source.inspect());
  const declared = compareSchema(schema, source.filters);
  const columns = [...declared, ...compareMetadata(schema, source.metadata, source.tables)];
  const usual = config.source.client === 'mssql' ? { usual: config.source.schema } : {};
  const isMissing = declared.some(({ state }) => state === 'missing');
  const preflight: Preflight = {
    source: source.label,
    facts,
    columns,
    isReady: !facts.some(({ severity }) => severity === 'error') && !columns.some(isInTheWay),
    advice: isMissing
      ? adviseMapping({ schema, existing, mapping: source.tables, filters: source.filters, ...usual })
      : undefined,
  };
  if (options.json !== true) terminal.out(preflightPage(preflight));
  const survey =
    preflight.isReady && options.schemaOnly !== true
      ? await surveyInView(call, source, asOf, options)
      : undefined;
  options.onTargets?.();
  const targets = await inspectTargets(config, now, options.connection);
  const files = options.config === undefined ? [] : await privateFiles(options.config, config.home);
  if (options.json === true)
    terminal.out(
      asJson(preflight, survey, { targets: targetsJson(targets), rights: privateFilesJson(files) }),
    );
  else {
    const data = survey ? `\n${findingsPage(survey, options.csv)}` : '';
    terminal.out(data + targetsPage(targets) + privateFilesPage(files));
  }
  if (!areReady(targets)) return EXIT_CODES.delivery;
  if (!preflight.isReady || (survey && survey.year === undefined)) return EXIT_CODES.source;
  return survey && failOn !== undefined && isAsSevere(survey, failOn) ? EXIT_CODES.withheld : 0;
}

async function surveyInView(
  { config, terminal }: Call,
  source: SisSource,
  asOf: SurveyResult['asOf'],
  { csv, connection, showValues = false }: PreflightOptions,
): Promise<SurveyResult> {
  const progress = progressLine(terminal);
  const trials = await lastTrialsOf(config);
  try {
    return await surveyDistrict({
      config,
      source,
      asOf,
      lastTrials: (name) => trials.get(name),
      ...(connection !== undefined && { connection }),
      ...(csv !== undefined && { lists: { folder: csv, withNames: showValues } }),
      onStep: (step) => progress.show(step),
    });
  } finally {
    progress.clear();
  }
}

/** Of the last good bundle of each connection. */
async function lastTrialsOf({
  home,
  connections,
  state: settings,
}: Config): Promise<ReadonlyMap<string, ActiveTrials>> {
  const state = await lookAtState({ settings, file: homeAt(home).state });
  const found = new Map<string, ActiveTrials>();
  try {
    for (const { name } of connections) {
      const trials = (await state?.newestBundle(name, 'published'))?.trials;
      if (trials) found.set(name, trials);
    }
    return found;
  } finally {
    await state?.close();
  }
}

function isAsSevere({ district, connections }: SurveyResult, failOn: FindingSeverity): boolean {
  const limit = SEVERITIES.indexOf(failOn);
  return [...district, ...connections.flatMap(({ findings }) => findings)].some(
    ({ finding }) => SEVERITIES.indexOf(finding.severity) <= limit,
  );
}

/** A promise to other programs. */
function asJson(
  { source, facts, columns, isReady, advice }: Preflight,
  survey: SurveyResult | undefined,
  around: { readonly targets: readonly object[]; readonly rights: readonly object[] },
): string {
  const document = {
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
    mapping: advice === undefined ? null : { suggestions: advice.suggestions, tables: advice.mapping },
    ...(survey && { data: findingsJson(survey) }),
    ...around,
  };
  return `${publishedJson(document)}\n`;
}
