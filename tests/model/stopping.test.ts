/** Every signal that a system can send to stop has a fault with an exit code. */
import { expect, it } from '@jest/globals';
import { isStop, stopFault } from '../../src/model/stopping.js';
import { stopSignals } from '../../src/platform/signals.js';

it.each(stopSignals({ isWindows: true }))('%s ends the refresh with the exit code of a stop', (signal) => {
  const fault = stopFault(signal);
  expect(isStop(fault)).toBe(true);
  expect([130, 143]).toContain(fault.exitCode);
  expect(fault.message).toContain(`Stopped by ${signal}`);
});
