/** What a receiver's patterns make of the cells that are written: lower case, or empty with a notice. */
import { describe, expect, it } from '@jest/globals';
import { shapedPut } from '../../src/map/shaped-put.js';
import { Notices } from '../../src/model/notices.js';
import { versions, type VersionName } from '../../src/oneroster/versions.js';
import { profileNamed } from '../../src/profiles/index.js';
import { shapeOf } from '../../src/profiles/shape.js';

type Cells = Readonly<Record<string, string>>;

/** The row as the receiver gets it, by column, with the notices; undefined where the receiver gets no such table. */
function sent(profile: string, version: VersionName, table: string, given: Cells) {
  const columns = versions[version].tables.find(({ name }) => name === table)?.columns ?? [];
  const notices = new Notices();
  let row: Cells | undefined;
  const put = shapedPut(
    { settings: { version }, shape: shapeOf(profileNamed(profile), version), notices },
    (_table, cells) => {
      const filled = columns.map(({ name }, at) => [name, cells[at] ?? ''] as const);
      row = Object.fromEntries(filled.filter(([name]) => name in given));
    },
  );
  put(
    table,
    columns.map(({ name }) => given[name] ?? ''),
  );
  return { row, notices: notices.list() };
}

describe('a row on its way to a receiver', () => {
  it('loses for Moodle the optional values that its importer refuses, and says how many', () => {
    const { row, notices } = sent('moodle', '1.1', 'users', {
      givenName: "O'Brien",
      middleName: "D'Arcy",
      phone: '(555) 010-0100',
      identifier: '李 1',
      email: 'jane@example.org',
      userIds: '{stateID:1},{staffStateID:2-3}',
    });
    expect(row).toEqual({
      givenName: "O'Brien", // required: the user is left out or the bundle withheld
      middleName: '',
      phone: '',
      identifier: '李 1',
      email: 'jane@example.org',
      userIds: '',
    });
    expect(notices).toEqual(
      ['middleName', 'phone', 'userIds'].map((column) => ({
        code: 'profile-cell-emptied',
        severity: 'info',
        message: `Values of users.${column} that the receiver does not accept are sent as empty cells.`,
        count: 1,
      })),
    );
  });

  it('keeps a list for Moodle only when each item fits', () => {
    expect(sent('moodle', '1.1', 'classes', { periods: '1,12' }).row).toEqual({ periods: '1,12' });
    expect(sent('moodle', '1.1', 'classes', { periods: '1,AB' }).row).toEqual({ periods: '' });
  });

  it('is not sent when the receiver refuses its table', () => {
    expect(sent('moodle', '1.1', 'courses', { title: 'Algebra' })).toEqual({ row: undefined, notices: [] });
  });

  it('has email addresses in lower case for Microsoft', () => {
    const { row, notices } = sent('microsoft-sds', '1.2', 'users', { email: 'Jane@Example.ORG' });
    expect(row).toEqual({ email: 'jane@example.org' });
    expect(notices).toEqual([]);
  });
});
