/** A server that answers keepalives but nothing else would be waited for without end: our own deadline, put off by progress. */

export class Stalled extends Error {
  override readonly name = 'Stalled';
}

/** Rejects with Stalled when for so long neither `moved` was called nor the work came to its end. */
export async function untilStalled<T>(limitMs: number, work: (moved: () => void) => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Stalled()), limitMs);
  });
  try {
    return await Promise.race([work(() => timer?.refresh()), stalled]);
  } finally {
    clearTimeout(timer);
  }
}
