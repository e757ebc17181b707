/** Answers to the questions of `init`: flags first, then the user at the terminal, then defaults. */
import { createInterface } from 'node:readline/promises';
import { ExportError, type Problem } from '../model/errors.js';
import {
  choiceOf,
  problemOf,
  questions as all,
  wordOf,
  type Answers,
  type Question,
} from './init-questions.js';
import type { Terminal } from './terminal.js';

/** Repeats one question until the answer is valid; an empty answer takes the default. */
export type Ask = (question: Question, known: Answers) => Promise<string>;

export interface Gathered {
  readonly answers: Answers;
  /** Defaults that were taken without being given; none at a terminal, which shows each of them. */
  readonly assumed: Assumed;
}

/** Asks at a terminal for what the flags do not give. */
export async function answersFrom(
  given: Answers,
  input: NodeJS.ReadStream,
  terminal: Terminal,
  questions: readonly Question[] = all,
): Promise<Gathered> {
  const asker = input.isTTY && terminal.isWatched ? askAt(input, terminal) : undefined;
  const answers = await gatherAnswers(given, asker?.ask, questions).finally(() => asker?.close());
  return { answers, assumed: asker === undefined ? assumedBy(given, answers, questions) : [] };
}

/** Without a terminal, everything that is missing or wrong is reported at once. */
export async function gatherAnswers(
  given: Answers,
  ask: Ask | undefined,
  questions: readonly Question[] = all,
): Promise<Answers> {
  const known: Record<string, string> = { ...given };
  const problems: Problem[] = [];
  for (const question of questions) {
    const { key, when, standard } = question;
    if (when?.(known) === false) continue;
    const written = given[key] === undefined ? undefined : choiceOf(question, given[key]);
    const answer = written ?? (ask ? await ask(question, known) : standard?.(known));
    if (answer === undefined) problems.push({ path: `--${key}`, message: `missing: ${question.asks}` });
    else {
      const problem = problemOf(question, answer, known);
      if (problem !== undefined) problems.push({ path: `--${key}`, message: problem });
      known[key] = answer;
    }
  }
  problems.push(...needless(given, known, questions));
  if (problems.length > 0) throw new ExportError('usage', 'The config is not complete yet.', problems);
  return known;
}

type Assumed = readonly (readonly [flag: string, answer: string])[];

/** What was not given and not asked, in the words of the flags. */
function assumedBy(given: Answers, known: Answers, questions: readonly Question[]): Assumed {
  return questions.flatMap((question) => {
    const answer = known[question.key];
    const isOpen = given[question.key] === undefined && answer !== undefined && answer !== '';
    return isOpen ? [[`--${question.key}`, wordOf(question, answer)] as const] : [];
  });
}

/** A flag that belongs to another choice would be ignored silently. */
function needless(given: Answers, known: Answers, questions: readonly Question[]): readonly Problem[] {
  const others = all.filter(({ key }) => !questions.some((question) => question.key === key));
  return [
    ...others
      .filter(({ key }) => given[key] !== undefined)
      .map(({ key }) => ({ path: `--${key}`, message: 'does not apply with --add-connection' })),
    ...questions
      .filter(({ key, when }) => given[key] !== undefined && when?.(known) === false)
      .map(({ key }) => ({ path: `--${key}`, message: 'does not apply with this client or delivery' })),
  ];
}

/** Prompts on stderr, because stdout is for the result. */
export function askAt(input: NodeJS.ReadStream, { err }: Terminal): { ask: Ask; close(): void } {
  const lines = createInterface({ input, output: process.stderr, terminal: true });
  const ended = new AbortController();
  lines.on('close', () => ended.abort());
  lines.on('SIGINT', () => lines.close());
  return {
    ask: async (question, known) => {
      const standard = question.standard?.(known);
      const choices = (question.choices?.(known) ?? []).map((choice) => wordOf(question, choice));
      if (choices.length > 2) err(`  ${choices.join(', ')}\n`);
      for (;;) {
        const shown = standard === undefined || standard === '' ? '' : ` [${wordOf(question, standard)}]`;
        const answer = (await answerTo(lines, `${question.asks}${shown}: `, ended.signal)).trim();
        const chosen = answer === '' ? (standard ?? '') : choiceOf(question, answer);
        const problem = problemOf(question, chosen, known);
        if (problem === undefined) return chosen;
        err(`  It ${problem}.\n`);
      }
    },
    close: () => lines.close(),
  };
}

async function answerTo(
  lines: ReturnType<typeof createInterface>,
  text: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await lines.question(text, { signal });
  } catch {
    throw new ExportError('usage', 'Canceled: no config was written.');
  }
}
