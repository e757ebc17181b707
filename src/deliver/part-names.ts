/** Temporary names at the receiver: hidden, ours beyond doubt, and never the same twice. */
import { randomBytes } from 'node:crypto';

const DAY_MS = 86_400_000;

export const makePartId = (): string => randomBytes(4).toString('hex');

export function partName(name: string, id: string): string {
  return `.${name}.${id}.part`;
}

interface Listed {
  readonly name: string;
  readonly changedAt: number;
}

/**
 * Parts that an interrupted delivery left behind, a day old or more. The receiver's clock is read off the part that was
 * just written, because its clock and ours may differ.
 */
export function oldParts(listed: readonly Listed[], namesLike: string, fresh: string): readonly string[] {
  const now = listed.find(({ name }) => name === fresh)?.changedAt;
  if (now === undefined) return [];
  const ours = new RegExp(`^\\.(?:${namesLike})\\.[0-9a-f]{8}\\.part$`);
  return listed
    .filter(({ name, changedAt }) => ours.test(name) && now - changedAt > DAY_MS)
    .map(({ name }) => name);
}
