import { describe, expect, it } from '@jest/globals';
import { EXIT_CODES, ExportError } from '../../src/model/errors.js';
import { Notices } from '../../src/model/notices.js';

describe('notices', () => {
  it('count the same remark, and keep apart what differs', () => {
    const notices = new Notices();
    notices.add('text-cut', 'warning', 'users.givenName', 3);
    notices.add('text-cut', 'warning', 'users.familyName');
    notices.add('text-cut', 'warning', 'users.givenName', 2);
    expect(notices.list()).toEqual([
      { code: 'text-cut', severity: 'warning', message: 'users.givenName', count: 5 },
      { code: 'text-cut', severity: 'warning', message: 'users.familyName', count: 1 },
    ]);
  });
});

describe('errors', () => {
  it.each(Object.entries(EXIT_CODES))('%s ends with exit code %i', (code, exitCode) => {
    const error = new ExportError(code as keyof typeof EXIT_CODES, 'words', [], { cause: 'inner' });
    expect({ exitCode: error.exitCode, message: error.message, cause: error.cause }).toEqual({
      exitCode,
      message: 'words',
      cause: 'inner',
    });
    expect(error.exitCode).toBeGreaterThan(0);
  });
});
