/** `values` of a connection: what the stages get of it, and the words for what does not fit. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { VALUE_CELLS } from '../../src/config/value-names.js';
import { versions } from '../../src/oneroster/versions.js';
import { aConnection, makeConfigFolder, type ConfigFolder } from './given-config.js';

let given: ConfigFolder;
beforeAll(async () => {
  given = await makeConfigFolder();
});
afterAll(() => given.remove());

const withValues = (values: string, more = ''): string => aConnection(`${more}values: ${values}`);

describe('values', () => {
  it('become cells with their sources, each name resolved', async () => {
    const { connections, source } = await given.load(
      withValues(
        '{ users: { email: { from: "contact.SecondaryEmail", case: lower, else: default }, username: "{studentNumber}@students.example.org", sms: { from: Contact.workPhone, key: personID, where: { kind: w } } }, ' +
          'classes: { title: { template: "{course.name} ({section.number}) {teacher.lastName}", else: "{title}" } }, orgs: { identifier: "{number}-{District.number}" } }',
      ),
    );
    const [read, ...declared] = source.metadata ?? [];
    expect(connections[0]?.values).toEqual([
      {
        table: 'users',
        column: 'email',
        source: {
          parts: [{ kind: 'sis', table: 'Contact', column: 'secondaryEmail' }],
          says: 'contact.SecondaryEmail',
        },
        otherwise: 'default',
        case: 'lower',
      },
      {
        table: 'users',
        column: 'username',
        source: {
          parts: [
            { kind: 'sis', table: 'Person', column: 'studentNumber' },
            { kind: 'text', text: '@students.example.org' },
          ],
          says: '{studentNumber}@students.example.org',
        },
      },
      {
        table: 'users',
        column: 'sms',
        source: {
          parts: [{ kind: 'read', by: 'personID', read: read?.id, column: 'workPhone' }],
          says: 'Contact.workPhone',
        },
      },
      {
        table: 'classes',
        column: 'title',
        source: {
          parts: [
            { kind: 'sis', table: 'Course', column: 'name' },
            { kind: 'text', text: ' (' },
            { kind: 'sis', table: 'Section', column: 'number' },
            { kind: 'text', text: ') ' },
            { kind: 'teacher', table: 'Identity', column: 'lastName' },
          ],
          says: '{course.name} ({section.number}) {teacher.lastName}',
        },
        otherwise: { parts: [{ kind: 'cell', column: 'title' }], says: '{title}' },
      },
      {
        table: 'orgs',
        column: 'identifier',
        source: {
          parts: [
            { kind: 'sis', table: '', column: 'number' },
            { kind: 'text', text: '-' },
            { kind: 'sis', table: 'District', column: 'number' },
          ],
          says: '{number}-{District.number}',
        },
      },
    ]);
    expect(read).toEqual({
      id: read?.id,
      table: 'Contact',
      key: 'personID',
      by: 'personID',
      columns: ['workPhone'],
      where: { kind: 'w' },
      usedFor: ['values.users.sms of library'],
    });
    expect(declared.every(({ isDeclared }) => isDeclared === true)).toBe(true);
    expect(declared.map(({ table, columns }) => `${table} ${columns.join()}`)).toEqual([
      'Contact secondaryEmail',
      'Person studentNumber',
      'Course name',
      'Section number',
      'Identity lastName',
      'School number',
      'District number',
    ]);
  });

  it('may be read from mapped tables', async () => {
    const config = withValues('{ users: { email: { from: Logins.mail, key: personID } } }').replace(
      'connections:',
      '  tables: { Logins: { table: v_Logins, columns: { mail: m, personID: p } } }\nconnections:',
    );
    const { source } = await given.load(config);
    expect(source.metadata).toMatchObject([{ table: 'Logins', key: 'personID', columns: ['mail'] }]);
    expect(await given.problems(config.replace('mail: m', 'male: m'))).toEqual([
      '5:51 source.tables.Logins.columns.male: is not a column that metadata or values read from Logins',
    ]);
  });

  it.each([
    [
      '{ user: { email: "{email}" } }',
      /values\.user: has no cell that can have another source; did you mean `users`\?$/,
    ],
    ['{ roles: { role: "{x}" } }', /possible are orgs\.identifier, users\.username, /],
    [
      '{ users: { emal: "{email}" } }',
      /values\.users\.emal: cannot have another source; did you mean `email`\?$/,
    ],
    ['{ users: { sourcedId: "{email}" } }', /cannot have another source; possible are orgs\.identifier, /],
    ['{ users: { email: "x@example.org" } }', /has no \{name\}, so all records would have the same value$/],
    ['{ users: { email: "{email" } }', /has a brace without its partner/],
    ['{ users: { email: "{{email}}" } }', /has a brace without its partner/],
    [
      '{ users: { email: "{studentNumbr}@x.org" } }',
      /names \{studentNumbr\}, which is not a column that is read; did you mean `studentNumber`\?$/,
    ],
    [
      '{ users: { email: "{nothing like it}" } }',
      /is not a column that is read; write a column of Person, Identity, Contact, UserAccount, School, or a cell of users\.csv$/,
    ],
    [
      '{ users: { email: { from: Contact.secondaryEmial } } }',
      /email\.from: names \{Contact\.secondaryEmial\}, .+; did you mean `Contact\.secondaryEmail`\?; for any other column set key, such as key: personID$/,
    ],
    [
      '{ users: { email: { from: Contct.email } } }',
      /but Contct cannot be used for users; did you mean `Contact`\?; for any/,
    ],
    [
      '{ users: { email: { from: Roster.rosterID } } }',
      /but Roster cannot be used for users; possible are Person, Identity, Contact, UserAccount, School; for any/,
    ],
    ['{ users: { email: "{teacher.lastName}" } }', /but teacher cannot be used for users/],
    [
      '{ users: { email: "{Person.currentIdentityID}" } }',
      /is not a column that is read; Person has personID, personGUID, /,
    ],
    [
      '{ classes: { title: "{number}" } }',
      /names \{number\}, which several tables have: write \{Section\.number\} or \{Course\.number\}$/,
    ],
    ['{ classes: { title: "{teacher.lastNam}" } }', /did you mean `teacher\.lastName`\?$/],
    ['{ classes: { title: "{teacher.studentNumber}" } }', /is not a column that is read/],
    [
      '{ classes: { title: "{Teachr.lastName}" } }',
      /but Teachr cannot be used for classes; did you mean `teacher`\?$/,
    ],
    [
      '{ classes: { title: { from: Course.title, key: termID } } }',
      /title\.key: cannot find rows of classes: possible keys are sectionID, courseID, schoolID$/,
    ],
    [
      '{ users: { email: { from: mail, key: personID } } }',
      /email\.from: must be a table and a column, such as Contact\.workEmail$/,
    ],
    ['{ users: { email: { from: dbo.v.mail, key: personID } } }', /must have no schema: SQLite has none$/],
    [
      '{ users: { email: { from: Identity.ssn, key: personID } } }',
      /is never read: passwords and social security numbers are not sent$/,
    ],
    [
      '{ users: { email: { from: Contact.email, template: "{email}" } } }',
      /email\.template: and from cannot be combined: remove one$/,
    ],
    ['{ users: { email: {} } }', /changes nothing: set from, template or case$/],
    ['{ users: { email: { case: lower, key: personID } } }', /email\.key: is for from only$/],
    [
      '{ users: { email: { from: Contact.email, where: { a: 1 } } } }',
      /where: requires key: the column that finds the row$/,
    ],
    [
      '{ users: { email: { case: lower, else: x } } }',
      /else: requires from or template, whose empty values it replaces$/,
    ],
    [
      '{ users: { email: { template: "{email}", else: "{emal}" } } }',
      /email\.else: names \{emal\}, .+did you mean `email`\?$/,
    ],
    ['{ users: { email: { case: Lower } } }', /case: must be lower or upper$/],
    ['{ users: { email: { fron: Contact.email, case: lower } } }', /did you mean `from`\?$/],
    ['{ users: { email: "a\\n{email}" } }', /must be one line of at most 255 characters$/],
    [
      '{ users: { email: "{legalFirstName}" } }',
      /uses a legal name: these are sent only on 1\.2 connections with legalNames: send$/,
    ],
    ['[]', /values: /],
  ])('%s is refused in words', async (values, problem) => {
    const problems = await given.problems(withValues(values));
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems[0]).toMatch(/^8:\d+ /);
  });

  it.each([
    [
      'users: { email: drop }',
      '{ users: { email: "{username}" } }',
      /values\.users\.email: is never sent: fields\.users\.email is drop; remove one of the two$/,
    ],
    [
      'users: { email: mask }',
      '{ users: { username: "{email}" } }',
      /username: would bring back what fields\.users\.email hides from this receiver/,
    ],
    [
      'users: { email: mask }',
      '{ users: { username: { from: Contact.secondaryEmail } } }',
      /would bring back what fields\.users\.email/,
    ],
    [
      'users: { identifier: drop }',
      '{ users: { email: { template: "{username}", else: "{studentNumber}" } } }',
      /email\.else: would bring back what fields\.users\.identifier/,
    ],
    [
      'users: { familyName: mask }',
      '{ classes: { title: "{title} {teacher.lastName}" } }',
      /would bring back what fields\.users\.familyName/,
    ],
    [
      'users: { phone: drop }',
      '{ users: { sms: { from: contact.HomePhone, key: personID } } }',
      /sms\.from: would bring back what fields\.users\.phone/,
    ],
    [
      'demographics: { birthDate: mask }',
      '{ users: { sms: "{birthdate}" } }',
      /would bring back what fields\.demographics\.birthDate/,
    ],
  ])('fields: %s is not undone by %s', async (fields, values, problem) => {
    expect(await given.problems(withValues(values, `fields: { ${fields} }\n`))).toEqual([
      expect.stringMatching(problem),
    ]);
  });

  it('do not undo what other settings or the receiver leave out', async () => {
    const birthdate = '{ users: { sms: "{birthdate}" } }';
    const none = [expect.stringMatching(/uses birthdate, and this connection sends no demographics$/)];
    expect(await given.problems(withValues(birthdate, 'include: { demographics: false }\n'))).toEqual(none);
    expect(await given.problems(withValues(birthdate, 'profile: moodle\n'))).toEqual(none);
    expect(await given.problems(withValues('{ courses: { title: "{name}" } }', 'profile: moodle\n'))).toEqual(
      [expect.stringMatching(/values\.courses: is not sent: .+ accepts /)],
    );
    const mapped = withValues(
      '{ users: { email: { from: v_Login.login, key: personID } } }',
      'fields: { users: { username: mask } }\n',
    ).replace(
      'connections:',
      '  tables: { UserAccount: { table: v_Login, columns: { username: login } } }\nconnections:',
    );
    expect(await given.problems(mapped)).toEqual([
      expect.stringMatching(/would bring back what fields\.users\.username/),
    ]);
  });
});

it('every cell that may have another source is a column of both versions', () => {
  for (const { tables } of Object.values(versions))
    for (const [table, cells] of Object.entries(VALUE_CELLS))
      expect(tables.find(({ name }) => name === table)?.columns.map(({ name }) => name)).toEqual(
        expect.arrayContaining([...cells]),
      );
});
