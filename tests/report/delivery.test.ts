/** What a receiver's server confirmed, as sentences. */
import { expect, it } from '@jest/globals';
import type { Receipt } from '../../src/deliver/target.js';
import { receiptLines } from '../../src/report/delivery.js';

it('a receipt is said in sentences', () => {
  const receipt: Receipt = {
    files: [{ path: '/incoming/OneRoster.zip', bytes: 305_000, sha256: 'dd88' }],
    compared: 'hash',
    hostKey: 'SHA256:abc',
    notices: [{ code: 'cannot-list', message: 'It cannot list.' }],
  };
  expect(receiptLines(receipt)).toEqual([
    { name: 'Received', value: 'The server has /incoming/OneRoster.zip, 305,000 bytes, SHA-256 dd88.' },
    { name: 'Compared', value: 'The file was read back from the server and is the same, byte by byte.' },
    { name: 'Host key', value: 'The server showed the host key SHA256:abc.' },
  ]);
  expect(receiptLines({ ...receipt, compared: 'size' })[1]?.value).toMatch(/^The size was compared/);
  expect(receiptLines({ ...receipt, compared: 'none' })[1]?.value).toMatch(/^Nothing was compared/);
});

it('a receipt of another release is listed as it is, and none is nothing', () => {
  expect(receiptLines({ fingerprint: 'abc', nested: {} })).toEqual([{ name: 'fingerprint', value: 'abc' }]);
  expect([receiptLines(null), receiptLines(undefined)]).toEqual([[], []]);
});
