/** The demo district refreshed by four connections, and every line of their exclusions lists. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { loadConfig } from '../../src/config/load.js';
import { DEMO_AS_OF } from '../../src/demo/days.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import type { Config, ConnectionSettings } from '../../src/model/settings.js';
import { refreshHere } from '../support/in-process.js';
import { askerOf, questionsOf, type Asker, type Line } from './asking.js';
import { demoDistrict } from '../support/demo-district.js';

/** Every choice that makes a connection leave out more. */
const PICKY: Partial<ConnectionSettings> = {
  include: { guardians: false, relatives: false, aides: false, demographics: false },
  endedRosters: 'drop',
  emptyClasses: 'drop',
  unusedCourses: 'drop',
};

export interface DemoLines {
  readonly config: Config;
  readonly filename: string;
  readonly asker: Asker;
  readonly lines: readonly Line[];
}

/** In the folder, which must exist. */
export async function refreshDemo(folder: string): Promise<DemoLines> {
  const filename = join(folder, 'district.sqlite');
  demoDistrict(filename);
  const demo = await loadConfig('config/demo.yaml', {});
  const [library, lms] = demo.connections;
  if (library === undefined || lms === undefined) throw new Error('the demo has two connections');
  const config: Config = {
    ...demo,
    home: join(folder, 'home'),
    connections: [
      library,
      lms,
      { ...library, name: 'picky', ...PICKY },
      { ...lms, name: 'one-school', schools: ['0010'] },
    ],
  };
  const asker = askerOf(config, filename, DEMO_AS_OF);
  return { config, filename, asker, lines: await excluded(config, filename) };
}

/** All lines of the exclusions lists of a refresh. */
export async function excluded(settings: Config, file: string): Promise<readonly Line[]> {
  const { connections } = await refreshHere({
    config: settings,
    source: sqliteSource({ client: 'better-sqlite3', filename: file }),
    asOf: DEMO_AS_OF,
  });
  return connections.flatMap(({ bundle, settings: { name } }) => {
    const text = readFileSync(bundle?.exclusions ?? '', 'utf8');
    return parse<Line>(text, { columns: true }).map((line) => ({ ...line, connection: name }));
  });
}

/** Lines whose rule `explain` does not name first. */
export async function disagreements(
  among: readonly Line[],
  on: Asker,
  file: string,
): Promise<readonly string[]> {
  const questionOf = questionsOf(file);
  const wrong: string[] = [];
  for (const line of among) {
    const { kind, key, codes } = questionOf(line);
    const records = (await on.ask(kind, key)).get(line.connection) ?? [];
    const named = records.flatMap((record) => codes(record));
    if (!named.includes(line.rule))
      wrong.push(`${line.connection} ${line.kind} ${line.id} ${line.rule}: ${named.join()}`);
  }
  return wrong;
}

/** All of the two plain connections; of the others one of each rule and kind, which is what they are there for. */
export function asked(lines: readonly Line[]): readonly Line[] {
  const plain = ['library', 'lms'];
  const seen = new Set<string>();
  return lines.filter(({ connection, rule, kind }) => {
    const key = `${connection} ${rule} ${kind}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return plain.includes(connection) || isNew;
  });
}
