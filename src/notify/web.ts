/** Posts to a web address: a notice to a webhook, a ping to a healthcheck. The address may be a secret; messages have only the host. */
import { request as requestPlain } from 'node:http';
import { request as requestEncrypted } from 'node:https';
import { attempt, NotSent, type Pace } from './attempts.js';

export interface Post {
  readonly url: string;
  readonly body: object;
  readonly authorization?: string;
}

export async function post(sent: Post, pace: Pace, signal: AbortSignal): Promise<void> {
  const { host } = new URL(sent.url);
  await attempt(
    async (within) => {
      const status = await statusOf(sent, within).catch((error: unknown) => {
        throw unanswered(host, error, within);
      });
      if (status >= 200 && status < 300) return;
      const isPassing = status === 408 || status === 429 || status >= 500;
      throw new NotSent(`${host} answered ${status}`, isPassing);
    },
    pace,
    signal,
  );
}

/** Nothing follows a redirect, whose target would get what the header holds; the body of the answer is not read. */
function statusOf({ url, body, authorization }: Post, signal: AbortSignal): Promise<number> {
  const text = JSON.stringify(body);
  const options = {
    method: 'POST',
    agent: false,
    signal,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      'user-agent': 'oneroster-export',
      ...(authorization !== undefined && { authorization }),
    },
  };
  return new Promise((resolve, reject) => {
    const request =
      new URL(url).protocol === 'https:'
        ? // Explicitly: an environment variable of Node can switch the default off.
          requestEncrypted(url, { ...options, rejectUnauthorized: true })
        : requestPlain(url, options);
    request.on('error', reject);
    request.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    request.end(text);
  });
}

function unanswered(host: string, error: unknown, signal: AbortSignal): NotSent {
  if (signal.aborted) return new NotSent(`${host} did not answer in time`, true);
  const { code } = error as { readonly code?: unknown };
  return new NotSent(`${host} cannot be reached (${typeof code === 'string' ? code : 'no answer'})`, true);
}
