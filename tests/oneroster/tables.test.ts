import { describe, expect, it } from '@jest/globals';
import { CEDS_GRADES, type Column } from '../../src/oneroster/table.js';
import { versions } from '../../src/oneroster/versions.js';
import { dataTables, readReference, type ReferenceColumn } from './reference.js';

/** A declared column in the words of the reference. */
function inReferenceWords(column: Column): Partial<ReferenceColumn> {
  const where = column.refersWhere;
  return {
    name: column.name,
    type: column.type,
    required: column.required !== undefined,
    ...(column.required === undefined ? {} : { requiredIn: column.required === 'always' ? 'both' : 'delta' }),
    ...(column.required === 'delta' ? { mustBeBlankIn: 'bulk' } : {}),
    ...(column.of ? { enum: column.of, extensibleEnum: column.extensible ?? false } : {}),
    ...(column.refers === undefined ? {} : { references: column.refers }),
    ...(where === undefined
      ? {}
      : {
          referencesWhere:
            where.column === 'roles.role'
              ? { rolesFileRole: where.in, strength: where.strength }
              : { column: where.column, in: where.in, strength: where.strength },
        }),
    ...(column.itemPattern === undefined ? {} : { itemPattern: column.itemPattern }),
    ...(column.patternWhen === undefined ? {} : { patternWhen: column.patternWhen }),
  };
}

/** The parts of a reference column that are rules; booleans are enumerations there. */
function rulesOf(column: ReferenceColumn): Partial<ReferenceColumn> {
  const { name, type, required, requiredIn, mustBeBlankIn, references, itemPattern, patternWhen } = column;
  const where = column.referencesWhere;
  const rules = {
    name,
    type,
    required,
    requiredIn,
    mustBeBlankIn,
    references,
    itemPattern,
    patternWhen,
    ...(column.enum && type !== 'boolean'
      ? { enum: column.enum, extensibleEnum: column.extensibleEnum }
      : {}),
    ...(where === undefined
      ? {}
      : {
          referencesWhere: where.rolesFileRole
            ? { rolesFileRole: where.rolesFileRole, strength: where.strength }
            : { column: where.column, in: where.in, strength: where.strength },
        }),
  };
  return JSON.parse(JSON.stringify(rules)) as Partial<ReferenceColumn>;
}

describe.each(['1.1', '1.2'] as const)('the tables of %s', (version) => {
  const reference = readReference(version);
  const declared = versions[version];

  it('are those of the reference, in the order of the manifest', () => {
    const named = (reference.files['manifest']?.rows ?? []).map(({ propertyName }) => propertyName);
    expect(declared.tables.map(({ name }) => `file.${name}`)).toEqual(
      named.filter((name) => name.startsWith('file.')),
    );
    expect(new Set(declared.tables.map(({ name }) => name))).toEqual(
      new Set(dataTables(reference).map(([name]) => name)),
    );
    expect(reference.manifestValue).toBe(declared.version);
    expect(declared.manifestVersion).toBe('1.0');
    expect(['manifest', ...declared.coreRoster].sort()).toEqual([...reference.coreRosteringSet].sort());
  });

  it.each(dataTables(reference))('%s has its columns, in order, with their rules', (name, expected) => {
    const table = declared.tables.find((each) => each.name === name);
    expect(table?.file).toBe(expected.file);
    expect(table?.service).toBe(expected.service);
    expect(table?.columns.map((column) => column.name)).toEqual(expected.headers);
    expect(table?.columns.map(inReferenceWords)).toEqual(expected.columns.map(rulesOf));
    expect(table?.needs).toEqual(expected.bulkDependsOn?.required);
  });

  it('names the grade codes of 1.1 and leaves those of 1.2 open', () => {
    expect(CEDS_GRADES).toEqual(reference.vocabularies.gradesCEDS);
    const bound = dataTables(reference).flatMap(([name, { columns }]) =>
      columns
        .filter(({ vocabulary }) => vocabulary?.startsWith('CEDS Entry Grade Level'))
        .map((column) => `${name}.${column.name}`),
    );
    const ours = declared.tables.flatMap(({ name, columns }) =>
      columns
        .filter((column: Column) => column.vocabulary === 'grades-ceds')
        .map((column) => `${name}.${column.name}`),
    );
    expect(ours.sort()).toEqual(version === '1.1' ? bound.sort() : []);
  });
});
