import { describe, expect, it } from '@jest/globals';
import { auditSentence, receiptSentence } from '../../src/commands/audit-sentence.js';

describe('an entry of the audit trail', () => {
  it.each([
    [
      'released',
      { name: 'B1', sha256: 'a'.repeat(64), reason: 'a program closed' },
      'released the held bundle B1; because: a program closed; sha256 aaaaaaaaaaaa…',
    ],
    ['failed', { refreshId: 4, code: 'home' }, 'failed with home'],
    ['interrupted', {}, 'was stopped before it finished'],
    ['of-a-later-release', { x: 1 }, 'of-a-later-release'],
    [
      'published',
      { name: 'B2', passed: ['threshold-users'] },
      'published the bundle B2; past threshold-users',
    ],
  ])('%s is a sentence', (what, detail, says) => {
    expect(auditSentence(what, detail)).toBe(says);
  });
});

it.each([
  [null, 'the receiver confirmed the delivery'],
  [
    { files: [{ path: '/in/OneRoster.zip', bytes: 2_465 }], compared: 'hash', hostKey: 'SHA256:x' },
    'the receiver has /in/OneRoster.zip (2,465 bytes); read back and compared; host key SHA256:x',
  ],
])('the receipt %j is a sentence', (receipt, says) => {
  expect(receiptSentence(receipt)).toBe(says);
});
