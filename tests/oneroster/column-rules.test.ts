/** Every column rule of the reference tables is found broken where it is broken: the rule comes from there, not from our own tables. */
import { describe, expect, it } from '@jest/globals';
import { judge } from '../../src/verify/judge.js';
import {
  asDelta,
  csvLine,
  filesOf,
  goodComplete,
  headerOf,
  mapTables,
  saveContent,
  saveFiles,
  type Cells,
  type Content,
} from '../verify/bundles.js';
import { dataTables, readReference, type ReferenceColumn } from './reference.js';

type Change = (column: ReferenceColumn, table: string) => string | undefined;

describe.each(['1.1', '1.2'] as const)('column rules of %s', (version) => {
  const reference = readReference(version);
  const tables = dataTables(reference);
  const good = goodComplete(version);
  const columns = tables.flatMap(([table, { columns: list }]) => list.map((column) => ({ table, column })));

  /** Spoils the first row of each table, wherever `change` gives a value. */
  const spoil = (content: Content, change: Change): Content => ({
    ...content,
    tables: mapTables(content.tables, (rows, table) =>
      rows.map((row, position) => (position === 0 ? spoilRow(row, table, change) : row)),
    ),
  });
  const spoilRow = (row: Cells, table: string, change: Change): Cells => {
    const changed = (reference.files[table]?.columns ?? []).flatMap((column) => {
      const value = change(column, table);
      return value === undefined ? [] : [[column.name, value]];
    });
    return { ...row, ...(Object.fromEntries(changed) as Cells) };
  };
  const found = async (path: string): Promise<ReadonlySet<string>> =>
    new Set(
      (await judge(path)).findings.map(({ code, file, column }) => `${code} ${file ?? ''} ${column ?? ''}`),
    );
  /** What has to be found, for the columns that a rule is about. */
  const expected = (code: (column: ReferenceColumn) => string | undefined): readonly string[] => {
    const list = columns.flatMap(({ table, column }) => {
      const each = code(column);
      return each === undefined ? [] : [`${each} ${table}.csv ${column.name}`];
    });
    expect(list.length).toBeGreaterThan(0);
    return list;
  };
  const expectFound = async (path: string, list: readonly string[]): Promise<void> => {
    const codes = await found(path);
    expect(list.filter((each) => !codes.has(each))).toEqual([]);
  };

  it('each table has a row in the good bundle', () => {
    expect(Object.keys(good.tables).sort()).toEqual(tables.map(([name]) => name).sort());
  });

  it('a required cell that is empty', async () => {
    const isRequired = (column: ReferenceColumn): boolean => column.required && column.requiredIn === 'both';
    const path = saveContent(spoil(good, (column) => (isRequired(column) ? '' : undefined)));
    await expectFound(
      path,
      expected((column) => (isRequired(column) ? 'cell.required' : undefined)),
    );
  });

  it('a required cell that is empty in a delta', async () => {
    const path = saveContent(spoil(asDelta(good), (column) => (column.required ? '' : undefined)));
    await expectFound(
      path,
      expected((column) =>
        column.required
          ? column.requiredIn === 'delta'
            ? 'lifecycle.blank-in-delta'
            : 'cell.required'
          : undefined,
      ),
    );
  });

  it('a cell that must be empty in bulk', async () => {
    const path = saveContent(
      spoil(good, (column) => (column.mustBeBlankIn === 'bulk' ? 'active' : undefined)),
    );
    await expectFound(
      path,
      expected((column) => (column.mustBeBlankIn === 'bulk' ? 'lifecycle.filled-in-bulk' : undefined)),
    );
  });

  const wrong: Readonly<Record<string, readonly [value: string, code: string]>> = {
    guid: ['a b', 'cell.guid'],
    guidList: ['a b,c', 'cell.guid'],
    enum: ['nothing', 'cell.enum'],
    enumList: ['nothing,student', 'cell.enum'],
    boolean: ['yes', 'cell.boolean'],
    integer: ['1.5', 'cell.integer'],
    float: ['1,5', 'cell.float'],
    date: ['01/02/2026', 'cell.date'],
    dateTime: ['2026-01-02 03:04:05', 'cell.date-time'],
    year: ['2025-2026', 'cell.year'],
    stringList: ['a, b', 'cell.list-blanks'],
    string: ['x'.repeat(256), 'cell.too-long'],
  };

  it('a value that is not of the type', async () => {
    expect(columns.filter(({ column }) => !(column.type in wrong))).toEqual([]);
    const path = saveContent(spoil(asDelta(good), (column) => wrong[column.type]?.[0]));
    await expectFound(
      path,
      expected((column) => (column.name === 'password' ? 'cell.password' : wrong[column.type]?.[1])),
    );
  });

  it('an ext: token where the vocabulary is closed, and none where it is open', async () => {
    const isEnum = (column: ReferenceColumn): boolean => column.type === 'enum' || column.type === 'enumList';
    const codes = await found(
      saveContent(spoil(asDelta(good), (column) => (isEnum(column) ? 'ext:x' : undefined))),
    );
    const closed = expected((column) =>
      isEnum(column) && !column.extensibleEnum ? 'cell.extension-token' : undefined,
    );
    expect([...codes].filter((code) => code.startsWith('cell.')).sort()).toEqual([...closed].sort());
  });

  it('a token in another case', async () => {
    const other = (column: ReferenceColumn): string | undefined =>
      column.type === 'enum' || column.type === 'enumList' ? column.enum?.[0]?.toUpperCase() : undefined;
    const path = saveContent(spoil(asDelta(good), other));
    await expectFound(
      path,
      expected((column) => (other(column) === undefined ? undefined : 'cell.enum-case')),
    );
  });

  it('a reference to a row that is not there', async () => {
    const path = saveContent(spoil(good, (column) => (column.references ? 'nobody' : undefined)));
    await expectFound(
      path,
      expected((column) => (column.references ? 'reference.dangling' : undefined)),
    );
  });

  it('a reference to a row of another kind', async () => {
    // The district, the teacher and a school year are of the wrong kind everywhere; for school years the term is.
    const other = (column: ReferenceColumn): string | undefined => {
      if (!column.referencesWhere) return undefined;
      if (column.references === 'orgs') return 'd1';
      if (column.references === 'users') return 't1';
      return column.referencesWhere.in?.includes('schoolYear') ? 'q1' : 'y1';
    };
    const path = saveContent(spoil(good, other));
    await expectFound(
      path,
      expected(({ referencesWhere }) =>
        referencesWhere
          ? referencesWhere.strength === 'must'
            ? 'reference.wrong-kind'
            : 'reference.unusual-kind'
          : undefined,
      ),
    );
  });

  it('an item of a list without the form of the column', async () => {
    const path = saveContent(spoil(good, (column) => (column.itemPattern ? 'plain' : undefined)));
    await expectFound(
      path,
      expected((column) => (column.itemPattern ? 'cell.item-pattern' : undefined)),
    );
  });

  if (version === '1.2') {
    it('a value without the form that another cell asks for', async () => {
      const change: Change = (column, table) => {
        if (column.patternWhen) return 'plain';
        const asked = reference.files[table]?.columns.find(
          ({ patternWhen }) => patternWhen?.column === column.name,
        );
        return asked?.patternWhen?.equals;
      };
      const path = saveContent(spoil(good, change));
      await expectFound(
        path,
        expected((column) => (column.patternWhen ? 'cell.pattern' : undefined)),
      );
    });
  }

  it('a header without the column, and a header with it in another case', async () => {
    const rename = (to: (name: string) => string | undefined): string =>
      saveFiles(
        Object.fromEntries(
          Object.entries(filesOf(good)).map(([file, text]) => {
            const header = headerOf(version, file.replace('.csv', ''));
            const names = header.map((name) => to(name) ?? name);
            return [file, header.length === 0 ? text : text.replace(/^.*\r\n/, csvLine(names))];
          }),
        ),
      );
    const misspelt = rename((name) => name.toUpperCase());
    await expectFound(
      misspelt,
      expected(() => 'header.spelling'),
    );
    // One column stays, or there would be no header at all.
    const gone = rename((name) => (name === 'sourcedId' ? undefined : `old ${name}`));
    await expectFound(
      gone,
      expected((column) => (column.name === 'sourcedId' ? undefined : 'header.missing-column')),
    );
  });

  it('a file that another one needs in bulk', async () => {
    for (const [name] of tables) {
      const others = Object.fromEntries(Object.entries(good.tables).filter(([each]) => each !== name));
      const { findings } = await judge(saveContent({ ...good, tables: others }));
      const complaining = findings
        .filter(({ code, says }) => code === 'reference.file-missing' && says.startsWith(`${name}.csv `))
        .map(({ file }) => file?.replace('.csv', ''));
      const needing = tables
        .filter(([each, table]) => each !== name && table.bulkDependsOn?.required.includes(name))
        .map(([each]) => each);
      expect(complaining).toEqual(expect.arrayContaining(needing));
    }
  });

  it('a manifest without the row of a property, or with a value that is not permitted', async () => {
    for (const { propertyName, required, permitted } of reference.files['manifest']?.rows ?? []) {
      const lines = (filesOf(good)['manifest.csv'] ?? '').split('\r\n');
      const path = saveFiles({
        ...filesOf(good),
        'manifest.csv': lines.filter((line) => !line.startsWith(`${propertyName},`)).join('\r\n'),
      });
      const codes = [...(await found(path))];
      expect(codes.includes(`manifest.missing-row manifest.csv ${propertyName}`)).toBe(required);
      if (!permitted) continue;
      const { findings } = await judge(
        saveFiles({
          ...filesOf(good),
          'manifest.csv': lines
            .map((line) => (line.startsWith(`${propertyName},`) ? `${propertyName},wrong` : line))
            .join('\r\n'),
        }),
      );
      const kind = propertyName.startsWith('file.')
        ? 'manifest.mode'
        : `manifest.${propertyName.replace('.', '-').replace('manifest-', '')}`;
      expect(findings.map(({ code }) => code)).toContain(kind);
    }
  });
});
