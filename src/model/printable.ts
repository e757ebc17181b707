/**
 * Text from outside on its way to a person: control characters, marks that turn the direction of writing and invisible ones
 * become escapes, so that no text can steer a terminal or look like another one.
 */
const STEERING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const STEERING_BUT_LINES = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const LONGEST = 80;

/** The escapes of JSON, so that a JSON document keeps its meaning. Line breaks and tabs stay. */
export function escapeSteering(text: string): string {
  return text.replace(STEERING_BUT_LINES, escaped);
}

/** One line of at most 80 characters, for a value, a name or an id from a file. */
export function printable(text: string): string {
  let shown = '';
  let cut = '';
  for (const character of text) {
    shown += character.replace(STEERING, escaped);
    if (shown.length > LONGEST) return `${cut}…`;
    if (shown.length < LONGEST) cut = shown;
  }
  return shown;
}

/** Form of an id in the standard. */
const ID = /^[A-Za-z0-9.\-_/@]{1,255}$/;

/** An id as it is; undefined for other text, which may be a person's data in the place of an id. */
export function shownId(text: string): string | undefined {
  return ID.test(text) ? text : undefined;
}

function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
  ).join('');
}
