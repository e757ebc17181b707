/**
 * Why one record is in or out: the rules of a refresh, applied to a small snapshot of all that the record depends on, read
 * live from the SIS. Nothing is written and no lock is taken.
 */
import type { ExplainedRecord } from './answer.js';
import { matchesOf, type PersonMatch } from './matches.js';
import { explainRecords } from './records.js';
import { extract } from '../extract/extract.js';
import { search, type Search } from './search/search.js';
import type { AskedKind } from './search/subject.js';
import type { SisSource } from '../extract/source.js';
import { Notices } from '../model/notices.js';
import { connectionsNamed } from '../model/connections.js';
import type { Config, ConnectionSettings } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';
import { receiverOf } from '../profiles/receiver.js';
import { dropsClasses } from '../profiles/shape.js';
import { UNNAMED } from '../snapshot/snapshot.js';

export interface ExplainRequest {
  readonly config: Config;
  readonly source: SisSource;
  readonly kind: AskedKind;
  readonly key: string;
  /** Of people, instead of the key: the answer has `matches`. */
  readonly name?: string;
  /** Only this connection. */
  readonly connection?: string;
  /** Only sections and courses of the school with this number. */
  readonly school?: string;
  readonly asOf: LocalDate;
  /** Also include people's names. */
  readonly withNames?: boolean;
}

export interface Explanation {
  /** Of the records; where none matches, as it was asked. */
  readonly kind: AskedKind;
  readonly asOf: LocalDate;
  /** Numbers similar to the key, if no record matches. */
  readonly near: readonly string[];
  /** How many more records match the key. */
  readonly more: number;
  /** Of a search by name. */
  readonly matches?: readonly PersonMatch[];
  readonly connections: readonly {
    readonly name: string;
    readonly version: string;
    readonly records: readonly ExplainedRecord[];
  }[];
}

export async function explain(request: ExplainRequest): Promise<Explanation> {
  const { config, source, kind, key, name, connection, school, asOf } = request;
  const connections = connectionsNamed(config, connection === undefined ? [] : [connection]);
  const wholeClasses = connections.some(hangsOnWholeClasses);
  let searched: Search | undefined;
  const { snapshot } = await extract(source, UNNAMED, {
    notices: new Notices(),
    focus: async (view, names) => {
      searched = await search(view, names, {
        kind,
        key,
        wholeClasses,
        idsByGuid: connections.some(({ ids }) => ids === 'guid'),
        ...(name !== undefined && { name }),
        ...(school !== undefined && { school }),
      });
      // An empty focus is the whole district.
      return connections.some(dependsOnOthers) ? {} : searched.focus;
    },
  });
  try {
    const found = searched?.found;
    const answers = connections.map((settings) => ({
      name: settings.name,
      version: settings.version,
      records: found === undefined ? [] : explainRecords({ ...request, settings, found, snapshot }),
    }));
    const records = answers.flatMap((answer) => answer.records);
    return {
      kind: found !== undefined && records.length > 0 ? found.kind : kind,
      asOf,
      near: searched?.near ?? [],
      more: searched?.more ?? 0,
      ...(name !== undefined && { matches: matchesOf(snapshot, found?.people ?? [], records) }),
      connections: answers,
    };
  } finally {
    snapshot.close();
  }
}

/** Filters that select a record by who else is kept. */
function dependsOnOthers({ only }: ConnectionSettings): boolean {
  return (
    only?.students?.withClasses === true ||
    only?.sections?.teachers !== undefined ||
    only?.contacts?.max !== undefined ||
    only?.pilot !== undefined
  );
}

/** Whether a class can be out because of who is, or is not, in it. */
function hangsOnWholeClasses(settings: ConnectionSettings): boolean {
  const drops = settings.emptyClasses === 'drop' || settings.unusedCourses === 'drop';
  return drops || dropsClasses(receiverOf(settings).shape);
}
