/** Posts to a web address: a notice to a webhook, a sign of life to a healthcheck. The address may be a secret; messages name the host alone. */
import { attempt, NotSent, type Pace } from './attempts.js';

export interface Post {
  readonly url: string;
  readonly body: object;
  readonly authorization?: string;
}

export async function post(
  { url, body, authorization }: Post,
  pace: Pace,
  signal: AbortSignal,
): Promise<void> {
  const { host } = new URL(url);
  await attempt(
    async (within) => {
      const response = await answerOf(host, within, () =>
        fetch(url, {
          method: 'POST',
          // Whoever redirects would learn what stands in the header.
          redirect: 'manual',
          headers: {
            'content-type': 'application/json',
            'user-agent': 'oneroster-export',
            ...(authorization !== undefined && { authorization }),
          },
          body: JSON.stringify(body),
          signal: within,
        }),
      );
      await response.body?.cancel();
      if (response.ok) return;
      const isPassing = response.status === 408 || response.status === 429 || response.status >= 500;
      throw new NotSent(`${host} answered ${response.status}`, isPassing);
    },
    pace,
    signal,
  );
}

async function answerOf(host: string, signal: AbortSignal, ask: () => Promise<Response>): Promise<Response> {
  try {
    return await ask();
  } catch (error) {
    if (signal.aborted) throw new NotSent(`${host} did not answer in time`, true);
    const { code } = ((error as { cause?: unknown }).cause ?? {}) as { code?: unknown };
    throw new NotSent(`${host} cannot be reached (${typeof code === 'string' ? code : 'no answer'})`, true);
  }
}
