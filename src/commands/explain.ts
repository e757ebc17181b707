/** `explain`: every rule applied to one person, section, course, enrollment or school. */
import { publishedJson } from '../model/published-json.js';
import type { Call } from './call.js';
import { explain, type Explanation } from '../explain/explain.js';
import { SUBJECT_WORDS, subjectKindOf, type AskedKind } from '../explain/search/subject.js';
import type { SisSource } from '../extract/source.js';
import { ExportError } from '../model/errors.js';
import { connectionNamed } from '../model/connections.js';
import { asOfDay } from './as-of.js';
import type { PersonMatch } from '../explain/matches.js';
import { explainPage, matchesPage } from './explain-page.js';
import { PLAIN } from './look.js';
import type { Terminal } from './terminal.js';

export interface ExplainOptions {
  readonly connection?: string;
  readonly school?: string;
  readonly asOf?: string;
  readonly full?: boolean;
  readonly rows?: boolean;
  readonly showValues?: boolean;
  /** Of a person, instead of an id. */
  readonly name?: string;
  readonly json?: boolean;
}

/** Returns the exit code: 1 if no record matches the id. */
export async function explainCommand(
  { config, terminal, now }: Call,
  source: SisSource,
  { kind: written, key }: { readonly kind: string; readonly key?: string },
  options: ExplainOptions,
): Promise<number> {
  const { connection, school, showValues = false } = options;
  const kind = subjectKind(written);
  requireKey(kind, key, options);
  if (connection !== undefined) connectionNamed(config, connection);
  const explanation = await explain({
    config,
    source,
    kind,
    key: key ?? '',
    ...(options.name !== undefined && { name: options.name }),
    ...(connection !== undefined && { connection }),
    ...(school !== undefined && { school }),
    asOf: asOfDay(options.asOf, config.timezone, now),
    withNames: showValues,
  });
  const { matches } = explanation;
  if (matches !== undefined)
    return showMatches(matches, explanation.more, { kind, json: options.json === true }, terminal);
  const found = explanation.connections.some(({ records }) => records.length > 0);
  const shown = withRows(explanation, options.rows === true, showValues);
  const { kind: foundAs, ...content } = shown;
  if (options.json === true) terminal.out(`${publishedJson({ kind: foundAs, found, ...content })}\n`);
  else
    terminal.out(
      found
        ? explainPage(shown, { isFull: options.full === true, look: terminal.look ?? PLAIN })
        : notFound(kind, explanation.near),
    );
  return found ? 0 : 1;
}

function subjectKind(written: string): AskedKind {
  const kind = subjectKindOf(written);
  if (kind !== undefined) return kind;
  throw new ExportError(
    'usage',
    `There is no kind ${written}. It must be one of ${SUBJECT_WORDS.join(', ')}.`,
  );
}

/** A name is a child's data as much as its result is, so a search by name means that the user has decided to see names. */
function requireKey(kind: AskedKind, key: string | undefined, { name, showValues }: ExplainOptions): void {
  const fault = keyFault(kind, key, name, showValues === true);
  if (fault !== undefined) throw new ExportError('usage', fault);
}

function keyFault(
  kind: AskedKind,
  key: string | undefined,
  name: string | undefined,
  showValues: boolean,
): string | undefined {
  if (name === undefined)
    return key === undefined ? 'Give an id, or --name TEXT with --show-values.' : undefined;
  if (key !== undefined) return 'Give an id or --name, not both.';
  if (kind !== 'person') return `--name searches people, and ${kind} is not a kind of person.`;
  if (name.trim() === '') return '--name must not be empty.';
  return showValues ? undefined : '--name requires --show-values: the answer has names of people.';
}

/** Returns the exit code. */
function showMatches(
  matches: readonly PersonMatch[],
  more: number,
  { kind, json }: { readonly kind: AskedKind; readonly json: boolean },
  { out, look = PLAIN }: Terminal,
): number {
  if (json) out(`${publishedJson({ kind, found: matches.length > 0, matches, more })}\n`);
  else out(matchesPage(matches, more, look));
  return matches.length > 0 ? 0 : 1;
}

/** Names, addresses and numbers stay hidden unless requested. */
function withRows(explanation: Explanation, rows: boolean, showValues: boolean): Explanation {
  // Which data a cell has whose source the config names is not known.
  const hide = (column: string, cell: string, hasOrigin: boolean): string =>
    showValues || cell === '' || (IDS.test(column) && !hasOrigin) ? cell : '(hidden)';
  return {
    ...explanation,
    connections: explanation.connections.map((connection) => ({
      ...connection,
      records: connection.records.map((record) => ({
        ...record,
        rows: rows
          ? record.rows.map((row) => ({
              ...row,
              cells: row.cells.map((cell, at) => {
                const column = row.columns[at] ?? '';
                return hide(column, cell, row.origins?.[column] !== undefined);
              }),
            }))
          : [],
      })),
    })),
  };
}

/** Columns with ids, codes, flags and the dates that rules use. */
const IDS =
  /sourcedIds?$|^(status|type|role|roleType|primary|enabledUser|classType|grades|beginDate|endDate|startDate|schoolYear|classCode|courseCode|periods)$/i;

function notFound(kind: AskedKind, near: readonly string[]): string {
  const hint = near.length === 0 ? '' : ` Near it: ${near.join(', ')}.`;
  return `No ${kind === 'any' ? 'record' : kind} has that id in the SIS.${hint}\n`;
}
