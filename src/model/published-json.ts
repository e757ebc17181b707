/** JSON that other programs read: a key keeps the name under which it was published, whatever the code calls it today. */

/** Today's name -> the published one. */
const PUBLISHED: Readonly<Record<string, string>> = { fixIn: 'mend' };
const TODAY = Object.fromEntries(Object.entries(PUBLISHED).map(([today, published]) => [published, today]));

/** Objects keep the order of their keys. */
export const publishedJson = (value: unknown, indent = 2): string =>
  JSON.stringify(value, (_key, each: unknown) => renamed(each, PUBLISHED), indent);

/** What `publishedJson` wrote, in this version or an earlier one. Throws SyntaxError for any other text. */
export const readPublishedJson = (text: string): unknown =>
  JSON.parse(text, (_key, each: unknown) => renamed(each, TODAY));

function renamed(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if (!Object.keys(names).some((name) => name in value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [names[key] ?? key, each]));
}
