/** How output looks: how wide the terminal is, and whether it has colors. Decided once, from the arguments, the environment and the stream. */

export interface Look {
  /** Columns; 80 where the output is not a terminal. */
  readonly width: number;
  readonly hasColor: boolean;
}

export const USUAL_WIDTH = 80;
export const PLAIN: Look = { width: USUAL_WIDTH, hasColor: false };

export const COLOR_CHOICES = ['auto', 'always', 'never'] as const;

interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The option decides first, then `NO_COLOR`, then `FORCE_COLOR`, then whether the stream is a terminal with colors. */
export function lookOf(args: readonly string[], env: NodeJS.ProcessEnv, screen: Screen): Look {
  const isTerminal = screen.isTTY === true;
  const width = isTerminal && (screen.columns ?? 0) > 0 ? (screen.columns ?? USUAL_WIDTH) : USUAL_WIDTH;
  return { width, hasColor: hasColor(optionIn(args, '--color'), env, isTerminal) };
}

function hasColor(option: string | undefined, env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (option === 'always') return true;
  if (option === 'never') return false;
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'] ?? '';
  if (forced !== '') return forced !== '0' && forced !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}

/** The value of an option that must be known before the command line is parsed: `--name value` or `--name=value`. */
export function optionIn(args: readonly string[], name: string): string | undefined {
  const end = args.indexOf('--');
  const before = end < 0 ? args : args.slice(0, end);
  const at = before.findLastIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  const found = before[at];
  return found === name ? before[at + 1] : found?.slice(name.length + 1);
}

/**
 * Marks around a text that the terminal turns into colors after it has escaped everything else, and removes where there are none.
 * They are of the private use area: text of a district has no meaning for them, and could at most color a word.
 */
const MARKS = { bold: '\ue0b1', green: '\ue0b2', yellow: '\ue0b3', red: '\ue0b4', dim: '\ue0b5' } as const;
const END = '\ue0b0';
const CODES: ReadonlyMap<string, number> = new Map([
  [MARKS.bold, 1],
  [MARKS.dim, 2],
  [MARKS.red, 31],
  [MARKS.green, 32],
  [MARKS.yellow, 33],
  [END, 0],
]);
const ANY_MARK = /[\ue0b0-\ue0b5]/g;

export type Tone = keyof typeof MARKS;

export const paint = (tone: Tone, text: string): string => `${MARKS[tone]}${text}${END}`;

/** Without the marks. */
export const bare = (text: string): string => text.replace(ANY_MARK, '');

export const inColor = (text: string, { hasColor: isColored }: Look): string =>
  isColored ? text.replace(ANY_MARK, (mark) => `\u001b[${CODES.get(mark) ?? 0}m`) : bare(text);
