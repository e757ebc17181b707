/** `explain` and a refresh must never disagree: they ask the same rules, over a small part and over the whole. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { loadConfig } from '../../src/config/load.js';
import { DEMO_AS_OF } from '../../src/demo/days.js';
import { loadDemoDistrict } from '../../src/demo/load.js';
import { explain, type ExplainedRecord } from '../../src/explain.js';
import type { SubjectKind } from '../../src/extract/find.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import type { Config } from '../../src/model/settings.js';
import { refresh } from '../../src/refresh.js';

const folder = mkdtempSync(join(tmpdir(), 'explain-'));
const filename = join(folder, 'district.sqlite');
const source = sqliteSource({ client: 'better-sqlite3', filename });
let config: Config;

interface Line {
  readonly kind: string;
  readonly id: string;
  readonly rule: string;
  readonly connection: string;
}

/** Which question of `explain` a line of the exclusions list belongs to. */
const QUESTIONS: Readonly<Record<string, SubjectKind>> = {
  student: 'person',
  teacher: 'person',
  aide: 'person',
  guardian: 'person',
  relative: 'person',
  section: 'section',
  course: 'course',
  roster: 'enrollment',
  sectionStaff: 'enrollment',
};

let lines: readonly Line[] = [];

beforeAll(async () => {
  loadDemoDistrict('fixtures/demo', filename);
  config = { ...(await loadConfig('config/demo.yaml', {})), home: join(folder, 'home') };
  const result = await refresh({
    config,
    source,
    only: [],
    asOf: DEMO_AS_OF,
    isAsOfAsked: true,
    startedAt: new Date(),
    program: 'test',
    keepSnapshot: false,
    onProgress: () => undefined,
  });
  lines = result.connections.flatMap(({ bundle, settings }) => {
    const text = readFileSync(bundle?.exclusions ?? '', 'utf8');
    return parse<Line>(text, { columns: true }).map((line) => ({ ...line, connection: settings.name }));
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ask(kind: SubjectKind, key: string): Promise<ReadonlyMap<string, readonly ExplainedRecord[]>> {
  const { connections } = await explain({ config, source, kind, key, asOf: DEMO_AS_OF });
  return new Map(connections.map(({ name, records }) => [name, records]));
}

function keyOf({ kind, id }: Line): string {
  if (kind === 'roster') return `s${id}`;
  return kind === 'sectionStaff' ? `t${id}` : id;
}

describe('explain', () => {
  it('names the rule that the refresh recorded, for every record of the demo that was left out, in both versions', async () => {
    const answers = new Map<string, Awaited<ReturnType<typeof ask>>>();
    const disagreements: string[] = [];
    for (const line of lines) {
      const question = QUESTIONS[line.kind];
      if (question === undefined) continue;
      const key = keyOf(line);
      const answer = answers.get(`${question} ${key}`) ?? (await ask(question, key));
      answers.set(`${question} ${key}`, answer);
      const codes = (answer.get(line.connection) ?? [])
        .filter(({ id }) => String(id) === line.id)
        .flatMap(({ exclusions, record }) => [
          ...exclusions.filter(({ kind }) => kind === line.kind).map(({ code }) => code),
          ...(question === 'enrollment' ? [record?.rulings.find(({ facts }) => facts)?.code] : []),
        ]);
      if (!codes.includes(line.rule)) {
        disagreements.push(`${line.kind} ${line.rule} ${line.id}: ${codes.join(', ') || 'kept'}`);
      }
    }
    expect(disagreements).toEqual([]);
    expect(answers.size).toBeGreaterThan(300);
  });

  it('says that an exported student is exported, with the rows that a refresh would write', async () => {
    const out = new Set(lines.map(({ id }) => id));
    const person = '2001';
    expect(out.has(`student ${person}`)).toBe(false);
    const [record] = (await ask('person', person)).get('library') ?? [];
    expect(record?.roles?.find(({ role }) => role === 'student')?.isExported).toBe(true);
    expect(record?.rows.map(({ table }) => table)).toEqual(
      expect.arrayContaining(['users', 'enrollments', 'demographics']),
    );
  });

  it('shows the chain when somebody fell with somebody else', async () => {
    const line = lines.find(({ rule, kind }) => rule === 'REL_STUDENT_NOT_EXPORTED' && kind === 'guardian');
    const [record] = (await ask('person', line?.id ?? '')).get(line?.connection ?? '') ?? [];
    expect(record?.chain.length).toBeGreaterThan(0);
    expect(record?.chain[0]).toMatchObject({ kind: 'student' });
  });

  it.each([
    ['the 1.1 sourcedId', (person: { personID: number }) => `s${person.personID}`],
    ['the personID', (person: { personID: number }) => String(person.personID)],
  ])('finds a person by %s', async (_what, key) => {
    const [record] = (await ask('person', key({ personID: 2001 }))).get('lms') ?? [];
    expect(record?.id).toBe(2001);
  });

  it('knows nobody by an id that nobody has', async () => {
    const { connections } = await explain({
      config,
      source,
      kind: 'person',
      key: '99999999',
      asOf: DEMO_AS_OF,
    });
    expect(connections.every(({ records }) => records.length === 0)).toBe(true);
  });
});
