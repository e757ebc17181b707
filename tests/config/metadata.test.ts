/** `metadata` of a connection: what the stages get of it, and the words for what does not fit. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXTENSION_NAME, rowIds } from '../../src/oneroster/extensions.js';
import { versions } from '../../src/oneroster/versions.js';
import { aConnection, makeConfigFolder, type ConfigFolder } from './given-config.js';

let given: ConfigFolder;
beforeAll(async () => {
  given = await makeConfigFolder();
});
afterAll(() => given.remove());

const BUS = '{ table: BusRider, key: personID, column: routeName }';
const withMetadata = (metadata: string, more = ''): string => aConnection(`${more}metadata: ${metadata}`);

describe('metadata', () => {
  it('becomes reads of the SIS, those of one table, key and condition together, and columns in the order of the config', async () => {
    const config = await given.load(
      withMetadata(
        '{ users: { bus: { table: BusRider, key: personid, column: routeName, where: { Active: true }, map: { " N ": " North ", default: "" } }, ' +
          'stop: { table: BusRider, key: personid, column: stopName, where: { Active: true } } }, classes: { bus.x: { table: dbo, key: id, holds: SectionID, column: x } } }',
      ),
    );
    expect(config.source.metadata?.map((read) => ({ ...read, id: '' }))).toEqual([
      {
        id: '',
        table: 'BusRider',
        key: 'personid',
        by: 'personID',
        columns: ['routeName', 'stopName'],
        where: { Active: 'true' },
        usedFor: ['users.metadata.bus of library', 'users.metadata.stop of library'],
      },
      {
        id: '',
        table: 'dbo',
        key: 'id',
        by: 'sectionID',
        columns: ['x'],
        where: {},
        usedFor: ['classes.metadata.bus.x of library'],
      },
    ]);
    const [riders, other] = config.source.metadata ?? [];
    expect(config.connections[0]?.metadata).toEqual([
      {
        table: 'users',
        name: 'bus',
        by: 'personID',
        read: riders?.id,
        column: 'routeName',
        map: { n: 'North' },
        otherwise: '',
      },
      { table: 'users', name: 'stop', by: 'personID', read: riders?.id, column: 'stopName' },
      { table: 'classes', name: 'bus.x', by: 'sectionID', read: other?.id, column: 'x' },
    ]);
  });

  it('may be masked, dropped, and read from mapped tables', async () => {
    const fields = 'fields: { users: { metadata.bus: mask, metadata.stop: drop } }\n';
    const config = await given.load(withMetadata(`{ users: { bus: ${BUS}, stop: ${BUS} } }`, fields));
    expect(config.connections[0]?.fields).toEqual({
      users: { 'metadata.bus': 'mask', 'metadata.stop': 'drop' },
    });
    const mapped = withMetadata(`{ users: { bus: ${BUS} } }`).replace(
      'connections:',
      '  tables: { BusRider: { table: v_Bus, columns: { routeName: r, personID: p } } }\nconnections:',
    );
    expect((await given.load(mapped)).source.tables).toEqual({
      BusRider: { table: 'v_Bus', columns: { routeName: 'r', personID: 'p' } },
    });
    expect(await given.problems(mapped.replace('routeName: r', 'route: r'))).toEqual([
      '5:50 source.tables.BusRider.columns.route: is not a column that metadata or values read from BusRider',
    ]);
  });

  it.each([
    [
      '{ user: { x: B } }',
      /metadata\.user: is not a table that is sent in OneRoster 1\.1; did you mean `users`\?$/,
    ],
    ['{ roles: { x: B } }', /metadata\.roles: is not a table that is sent in OneRoster 1\.1; tables are /],
    ['{ users: { metadata.x: B } }', /metadata\.users\["metadata\.x"\]: must be without `metadata\.`/],
    [
      '{ users: { "x,y": B } }',
      /must begin with a letter and have only letters, digits, _, - and dots, at most 60 in all$/,
    ],
    ['{ users: { "x\\ny": B } }', /must begin with a letter/],
    ['{ users: { "=cmd": B } }', /must begin with a letter/],
    ['{ users: { "1": B } }', /must begin with a letter/],
    [`{ users: { ${'x'.repeat(61)}: B } }`, /must begin with a letter/],
    ['{ users: { bus: B, Bus: B } }', /metadata\.users\.Bus: differs from `bus` only in case/],
    [
      '{ users: { x: { table: T, key: sectionID, column: c } } }',
      /metadata\.users\.x\.key: cannot find rows of users: possible keys are personID or enrollmentID$/,
    ],
    [
      '{ classes: { x: { table: T, key: personID, column: c } } }',
      /possible keys are sectionID, courseID, schoolID$/,
    ],
    [
      '{ users: { x: { table: T, key: riderID, column: c } } }',
      /users\.x\.key: does not show which id it holds: rows of users are found by personID or enrollmentID; if the column has another name, set holds to the id$/,
    ],
    [
      '{ users: { x: { table: T, key: riderID, holds: rider, column: c } } }',
      /users\.x\.holds: does not show which id it holds: rows of users are found by personID or enrollmentID$/,
    ],
    ['{ users: { x: { table: T, key: personID } } }', /metadata\.users\.x\.column: is missing/],
    [
      '{ users: { x: { table: dbo.T, key: personID, column: c } } }',
      /users\.x\.table: must have no schema: SQLite has none$/,
    ],
    [
      '{ users: { x: { table: "T; drop", key: personID, column: c } } }',
      /users\.x\.table: must be the name of a table or view/,
    ],
    [
      '{ users: { x: { table: T, key: personID, column: "a]b" } } }',
      /users\.x\.column: must be the name of a column/,
    ],
    [
      '{ users: { x: { table: Identity, key: personID, column: SSN } } }',
      /users\.x\.column: is never read: passwords and social security numbers are not sent$/,
    ],
    [
      '{ users: { x: { table: T, key: personID, column: c, where: { a: { gt: 1 } } } } }',
      /users\.x\.where\.a: /,
    ],
    [
      '{ users: { x: { table: T, key: personID, column: c, map: { a: "x\\ny" } } } }',
      /users\.x\.map\.a: must be one line of at most 255 characters$/,
    ],
    [
      '{ users: { x: { table: T, key: personID, column: c, map: { A: x, "a ": y } } } }',
      /is the same value as `A`: case is ignored$/,
    ],
    ['{ users: { x: { table: T, key: personID, column: c, wher: { a: 1 } } } }', /did you mean `where`\?$/],
    ['[]', /metadata: /],
  ])('%s is refused in words', async (metadata, problem) => {
    const problems = await given.problems(withMetadata(metadata.replaceAll(/: B\b/g, `: ${BUS}`)));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
    expect(problems[0]).toMatch(/^8:\d+ /);
  });

  it('is refused for a receiver that accepts no extension columns, or not the table', async () => {
    const metadata = `{ users: { bus: ${BUS} }, demographics: { bus: ${BUS} } }`;
    expect(await given.problems(withMetadata(metadata, 'profile: explore-learning\n'))).toEqual([
      expect.stringMatching(
        /^9:\d+ connections\[0\]\.metadata: cannot be sent: ExploreLearning accepts no extension columns \(.+\)$/,
      ),
    ]);
    expect(await given.problems(withMetadata(metadata, 'include: { demographics: false }\n'))).toEqual([
      expect.stringMatching(/metadata\.demographics: is not sent: include\.demographics is false$/),
    ]);
    expect(
      await given.problems(withMetadata(metadata, 'fields: { users: { metadata.lunch: drop } }\n')),
    ).toEqual(
      expect.arrayContaining([expect.stringMatching(/is not a column of users\.csv in OneRoster 1\.1/)]),
    );
  });
});

it('every table that is sent has ids, and the names that fit are those that later readers show', () => {
  const sent = Object.values(versions).flatMap(({ tables }) =>
    tables.filter(({ service }) => service === 'rostering'),
  );
  // The exporter never writes userProfiles.
  expect(Object.keys(rowIds).sort()).toEqual(
    [...new Set(sent.map(({ name }) => name))].filter((name) => name !== 'userProfiles').sort(),
  );
  for (const name of ['x', 'gm.additionalroles', 'a-b_c.1']) expect(name).toMatch(EXTENSION_NAME);
});
