/**
 * HalfSipHash, a keyed hash for short inputs by the authors of SipHash: two rounds for each word, four at the end. Its 128 bits of
 * state begin as secret numbers, and not as half as many and constants.
 */
const ROUNDS = 2;
const FINAL_ROUNDS = 4;

export class HalfSip {
  readonly #key: Int32Array;
  #v0 = 0;
  #v1 = 0;
  #v2 = 0;
  #v3 = 0;

  /** Four numbers. */
  constructor(key: Uint32Array) {
    this.#key = Int32Array.from(key);
  }

  begin(): void {
    this.#v0 = this.#key[0] as number;
    this.#v1 = this.#key[1] as number;
    this.#v2 = this.#key[2] as number;
    this.#v3 = this.#key[3] as number;
  }

  /** A number of 32 bits. */
  add(word: number): void {
    this.#v3 ^= word;
    this.#mix(ROUNDS);
    this.#v0 ^= word;
  }

  /** Depends on all words so far. */
  get sum(): number {
    return this.#v1 ^ this.#v3;
  }

  end(): number {
    this.#v2 ^= 0xff;
    this.#mix(FINAL_ROUNDS);
    return this.sum;
  }

  #mix(rounds: number): void {
    let v0 = this.#v0;
    let v1 = this.#v1;
    let v2 = this.#v2;
    let v3 = this.#v3;
    for (let round = 0; round < rounds; round++) {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    this.#v0 = v0;
    this.#v1 = v1;
    this.#v2 = v2;
    this.#v3 = v3;
  }
}
