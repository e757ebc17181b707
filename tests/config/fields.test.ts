/** `connections[].fields`: what may be left out or masked, and the words for what may not. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aConnection, HEAD, makeConfigFolder, type ConfigFolder } from './given-config.js';

let given: ConfigFolder;
beforeAll(async () => {
  given = await makeConfigFolder();
});
afterAll(() => given.remove());

const on12 = (more: string): string => `${HEAD}  - name: lms\n    version: 1.2\n    ${more}\n`;
const problems = async (text: string): Promise<readonly string[]> =>
  (await given.problems(text)).map((line) => line.replace(/^\S+ connections\[0\]\.fields/, ''));

describe('fields of a connection', () => {
  it('are taken as they are written', async () => {
    const { connections } = await given.load(
      aConnection('fields: { users: { phone: drop, email: mask }, demographics: { birthDate: mask } }'),
    );
    expect(connections[0]?.fields).toEqual({
      users: { phone: 'drop', email: 'mask' },
      demographics: { birthDate: 'mask' },
    });
  });

  it('are nothing by default', async () => {
    expect((await given.load(aConnection())).connections[0]).not.toHaveProperty('fields');
  });

  it.each([
    ['an unknown table', '{ user: { phone: drop } }', /^\.user: is not a table .* did you mean `users`\?$/],
    [
      'a table of 1.2',
      '{ roles: { endDate: drop } }',
      /^\.roles: is not a table .*1\.1; tables are academicSessions, /,
    ],
    [
      'a table that is never sent',
      '{ results: { comment: drop } }',
      /^\.results: is not a table that is sent/,
    ],
    [
      'an unknown column',
      '{ users: { Phone: drop } }',
      /^\.users\.Phone: is not a column of users\.csv in OneRoster 1\.1; did you mean `phone`\?$/,
    ],
    ['a column of 1.2', '{ users: { pronouns: drop } }', /^\.users\.pronouns: is not a column/],
    ['another word', '{ users: { phone: hide } }', /^\.users\.phone: must be drop or mask$/],
    [
      'an id',
      '{ users: { sourcedId: drop } }',
      /^\.users\.sourcedId: cannot be dropped: other rows refer to it$/,
    ],
    [
      'a required column',
      '{ classes: { title: drop } }',
      /^\.classes\.title: cannot be dropped: OneRoster 1\.1 requires it$/,
    ],
    ['a required column with a mask', '{ users: { givenName: drop } }', /requires it; it can be masked$/],
    [
      'a reference',
      '{ orgs: { parentSourcedId: drop } }',
      /^\.orgs\.parentSourcedId: cannot be dropped: it links rows$/,
    ],
    [
      'the agents',
      '{ users: { agentSourcedIds: drop } }',
      /links rows; to exclude those people, set include\.guardians and include\.relatives/,
    ],
    ['what deltas need', '{ users: { status: drop } }', /every delta$/],
    [
      'one list of a pair',
      '{ courses: { subjects: drop } }',
      /^\.courses\.subjects: belongs together with subjectCodes: drop both, or neither$/,
    ],
    [
      'a column without a mask',
      '{ users: { grades: mask } }',
      /^\.users\.grades: has no mask \(givenName, middleName, familyName, username, email, phone, sms have one\)/,
    ],
    ['a table without masks', '{ enrollments: { beginDate: mask } }', /no column of this table has one/],
    ['a table that is no group', '{ users: drop }', /^\.users: must be a group of settings/],
  ])('refuse %s', async (_what, fields, says) => {
    const found = await problems(aConnection(`fields: ${fields}`));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(says);
  });

  it('refuse what the profile of the receiver requires, and tell all problems at once', async () => {
    const found = await problems(
      aConnection('profile: google-classroom\nfields: { users: { email: drop, grade: drop, phone: drop } }'),
    );
    expect(found).toEqual([
      expect.stringMatching(
        /^\.users\.email: cannot be dropped: the profile google-classroom requires it .*; it can be masked$/,
      ),
      expect.stringMatching(/^\.users\.grade: is not a column .* did you mean `grades`\?$/),
    ]);
  });

  it('know the columns of 1.2', async () => {
    const fields =
      'fields: { users: { pronouns: drop, preferredGivenName: mask }, roles: { endDate: drop } }';
    expect((await given.load(on12(fields))).connections[0]?.fields).toMatchObject({
      roles: { endDate: 'drop' },
    });
    expect(await problems(on12('fields: { roles: { orgSourcedId: drop } }'))).toHaveLength(1);
  });

  it('take both lists of a pair', async () => {
    const fields = 'fields: { classes: { subjects: drop, subjectCodes: drop } }';
    expect((await given.load(aConnection(fields))).connections).toHaveLength(1);
  });
});

describe('sharingEnds', () => {
  it('is a day', async () => {
    const { connections } = await given.load(aConnection('sharingEnds: 2027-06-30'));
    expect(connections[0]?.sharingEnds).toBe('2027-06-30');
    expect(await given.problems(aConnection('sharingEnds: 2027-06-31'))).toEqual([
      expect.stringMatching(/connections\[0\]\.sharingEnds: must be a valid date/),
    ]);
  });
});
