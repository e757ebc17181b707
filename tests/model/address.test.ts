/** Where a delivery leads, in one line; and that what earlier releases recorded still names the same receiver. */
import { describe, expect, it } from '@jest/globals';
import { addressOf, formerAddressOf } from '../../src/model/address.js';
import type { DeliverySettings } from '../../src/model/settings.js';
import { isReceiverOf } from '../../src/home/base.js';
import { PLACE } from '../deliver/parcels.js';
import { aConnection } from '../support/connections.js';

const toFolder = (path: string): DeliverySettings => ({
  target: { kind: 'folder', path, ...PLACE },
  files: 'zip',
  name: 'OneRoster.zip',
  retryMinutes: 0,
  maxMinutes: 5,
});

describe('the address of a folder', () => {
  it('is a URL', () => {
    expect(addressOf(toFolder('/srv/out'))).toBe('file:///srv/out/OneRoster.zip');
    expect(addressOf(toFolder('/srv/The Sch\u00f6ols'))).toBe('file:///srv/The%20Sch%C3%B6ols/OneRoster.zip');
  });

  it('names the same receiver as what earlier releases recorded', () => {
    const delivery = toFolder('/srv/The Schools');
    const settings = aConnection({ delivery });
    expect(formerAddressOf(delivery)).toBe('file:///srv/The Schools/OneRoster.zip');
    expect(isReceiverOf('file:///srv/The Schools/OneRoster.zip', settings)).toBe(true);
    expect(isReceiverOf(addressOf(delivery), settings)).toBe(true);
    expect(isReceiverOf('file:///srv/elsewhere/OneRoster.zip', settings)).toBe(false);
    expect(isReceiverOf(undefined, settings)).toBe(false);
    expect(isReceiverOf('home', aConnection())).toBe(true);
  });

  it('of Windows has a drive letter and forward slashes', () => {
    const asWindows = (path: string): string => `file:///${path.replaceAll('\\', '/')}`;
    expect(addressOf(toFolder('Z:\\out'), asWindows)).toBe('file:///Z:/out/OneRoster.zip');
  });
});
