/** The text that a `varchar` of code page 1252 can hold: SQL Server turns every other character into a question mark. */

const latin1 = (from: number, to: number): string =>
  String.fromCharCode(...Array.from({ length: to - from }, (_, at) => from + at));

/** Each character at the place of its byte. Node's own decoder takes this code page for Latin-1. */
export const CODE_PAGE_1252 = `${latin1(0, 0x80)}€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ${latin1(0xa0, 0x100)}`;

const CHARACTERS: ReadonlySet<string> = new Set(CODE_PAGE_1252);

export function isCodePage1252(text: string): boolean {
  for (const character of text) if (!CHARACTERS.has(character)) return false;
  return true;
}
