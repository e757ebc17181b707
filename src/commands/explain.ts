/** `explain`: every rule applied to one person, section, course, enrollment or school. */
import { publishedJson } from '../model/published-json.js';
import type { Call } from './call.js';
import { explain, type Explanation } from '../explain/explain.js';
import { SUBJECT_KINDS, type SubjectKind } from '../explain/search/subject.js';
import type { SisSource } from '../extract/source.js';
import { ExportError } from '../model/errors.js';
import { connectionNamed } from '../model/connections.js';
import { asOfDay } from './as-of.js';
import { explainPage } from './explain-page.js';

export interface ExplainOptions {
  readonly connection?: string;
  readonly school?: string;
  readonly asOf?: string;
  readonly full?: boolean;
  readonly rows?: boolean;
  readonly showValues?: boolean;
  readonly json?: boolean;
}

/** Returns the exit code: 1 if no record matches the id. */
export async function explainCommand(
  { config, terminal, now }: Call,
  source: SisSource,
  { kind: written, key }: { readonly kind: string; readonly key: string },
  options: ExplainOptions,
): Promise<number> {
  const { connection, school, showValues = false } = options;
  const kind = subjectKind(written);
  if (connection !== undefined) connectionNamed(config, connection);
  const explanation = await explain({
    config,
    source,
    kind,
    key,
    ...(connection !== undefined && { connection }),
    ...(school !== undefined && { school }),
    asOf: asOfDay(options.asOf, config.timezone, now),
    withNames: showValues,
  });
  const found = explanation.connections.some(({ records }) => records.length > 0);
  const shown = withRows(explanation, options.rows === true, showValues);
  if (options.json === true) terminal.out(`${publishedJson({ kind, found, ...shown })}\n`);
  else terminal.out(found ? explainPage(shown, options.full === true) : notFound(kind, explanation.near));
  return found ? 0 : 1;
}

function subjectKind(written: string): SubjectKind {
  const kind = SUBJECT_KINDS.find((each) => each === written);
  if (kind !== undefined) return kind;
  throw new ExportError(
    'usage',
    `There is no kind ${written}. It must be one of ${SUBJECT_KINDS.join(', ')}.`,
  );
}

/** Names, addresses and numbers stay hidden unless requested. */
function withRows(explanation: Explanation, rows: boolean, showValues: boolean): Explanation {
  const hide = (column: string, cell: string): string =>
    showValues || cell === '' || IDS.test(column) ? cell : '(hidden)';
  return {
    ...explanation,
    connections: explanation.connections.map((connection) => ({
      ...connection,
      records: connection.records.map((record) => ({
        ...record,
        rows: rows
          ? record.rows.map((row) => ({
              ...row,
              cells: row.cells.map((cell, at) => hide(row.columns[at] ?? '', cell)),
            }))
          : [],
      })),
    })),
  };
}

/** Columns with ids, codes, flags and the dates that rules use. */
const IDS =
  /sourcedIds?$|^(status|type|role|roleType|primary|enabledUser|classType|grades|beginDate|endDate|startDate|schoolYear|classCode|courseCode|periods)$/i;

function notFound(kind: SubjectKind, near: readonly string[]): string {
  const hint = near.length === 0 ? '' : ` Near it: ${near.join(', ')}.`;
  return `No ${kind} has that id in the SIS.${hint}\n`;
}
