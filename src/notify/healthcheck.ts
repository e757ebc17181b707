/**
 * Pings for a service that raises an alarm when they are missing, like healthchecks.io: `/start` when a
 * refresh begins, the address itself when it succeeded, `/fail` when it did not. A stopped or killed refresh sends none.
 */
import { inMs, NOTICE_LIMITS } from '../model/limits.js';
import { reasonOf, type Pace } from './attempts.js';
import { post } from './web.js';

export type Sign = 'start' | 'success' | 'fail';

const PATHS: Readonly<Record<Sign, string>> = { start: '/start', success: '', fail: '/fail' };

/** Two quick attempts: the sign is about now. */
const SOON: Pace = {
  attempts: 2,
  firstWaitMs: 1_000,
  longestWaitMs: 1_000,
  attemptMs: inMs(NOTICE_LIMITS.signAttempt),
  deadlineMs: inMs(NOTICE_LIMITS.signWhole),
};

/** Returns why the ping could not be sent, or undefined if it was. */
export async function ping(
  url: string,
  { sign, body }: { readonly sign: Sign; readonly body: object },
  signal?: AbortSignal,
  pace: Pace = SOON,
): Promise<string | undefined> {
  const deadline = AbortSignal.timeout(pace.deadlineMs);
  try {
    await post(
      { url: addressOf(url, sign), body },
      pace,
      signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    );
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** The sign goes behind the path, also where a query follows. */
export function addressOf(url: string, sign: Sign): string {
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/$/, '')}${PATHS[sign]}`;
  return address.href;
}
