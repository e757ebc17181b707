/** The server's text about a refusal, made safe to print. */

const LONGEST = 200;

/** Texts that repeat the status code. */
const BARE =
  /^(?:ok|eof|end of file|no such file(?: or directory)?|file not found|permission denied|failure|failed|bad message|no connection|connection lost|operation (?:un|not )supported|success|unsupported operation|unknown status)\.?$/i;

/** Without control characters and direction marks, at most 200 characters; empty if it only repeats its code. */
export function cleanServerText(text: string): string {
  const plain = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (BARE.test(plain)) return '';
  const letters = Array.from(plain);
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : plain;
}

/** As a part of a message: ` (the server reports: …)`, or nothing. */
export function quoteServer(text: string): string {
  const plain = cleanServerText(text);
  return plain === '' ? '' : ` (the server reports: ${plain})`;
}
