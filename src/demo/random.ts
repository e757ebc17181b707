/** Chance that can be repeated: the same seed and part give the same numbers on every machine. */
export interface Random {
  /** A whole number from 0 up to, not including, `limit`. */
  readonly below: (limit: number) => number;
  readonly chance: (share: number) => boolean;
  readonly pick: <T>(list: readonly T[]) => T;
  /** The place of a share among `weights`. */
  readonly weighted: (weights: readonly number[]) => number;
  /** As SQL Server prints it, upper case. */
  readonly guid: () => string;
}

/** Each part of a district has a stream of its own, so that one part can change without stirring the others. */
export function randomFor(seed: number, part: number): Random {
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(part + 1, 0xc2b2ae35)) | 0;
  // A Weyl sequence with a 32-bit finalizer: plenty for a demo, and only integer arithmetic. Each part takes steps of its own:
  // with the same ones two long parts would meet, and give the same GUIDs from there on.
  const step = 0x9e3779b9 ^ (part << 1);
  const bits = (): number => {
    state = (state + step) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const below = (limit: number): number => Math.floor((bits() / 0x1_0000_0000) * limit);
  const hex = (): string => bits().toString(16).padStart(8, '0');
  return {
    below,
    chance: (share) => bits() < share * 0x1_0000_0000,
    pick: <T>(list: readonly T[]): T => {
      const found = list[below(list.length)];
      if (found === undefined) throw new RangeError('nothing to pick from');
      return found;
    },
    weighted: (weights) => {
      let left = below(weights.reduce((sum, weight) => sum + weight, 0));
      return weights.findIndex((weight) => (left -= weight) < 0);
    },
    guid: () => {
      const text = (hex() + hex() + hex() + hex()).toUpperCase();
      const variant = '89AB'.charAt(below(4));
      return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-${variant}${text.slice(17, 20)}-${text.slice(20)}`;
    },
  };
}
