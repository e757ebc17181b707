/** News -> one message: what happened and what to do next, in a subject line, a text and a JSON body. */
import type { ErrorCode } from '../model/errors.js';
import type { ConditionState, News } from './condition.js';

export type NoticeEvent = 'failure' | 'hold' | 'late' | 'recovery' | 'ended' | 'good' | 'test';

export interface Occasion {
  /** Of this program. */
  readonly version: string;
  readonly host: string;
  readonly asOf: string;
  /** When the refresh began. */
  readonly at: string;
  readonly exitCode: number;
}

export interface Message {
  readonly event: NoticeEvent;
  readonly subject: string;
  readonly text: string;
  /** The JSON body for a webhook; a promise to other programs. */
  readonly body: object;
}

/** The worst comes first: it names the event and leads the subject. */
const EVENTS: readonly (readonly [ConditionState, NoticeEvent])[] = [
  ['failed', 'failure'],
  ['refused', 'hold'],
  ['held', 'hold'],
  ['late', 'late'],
  ['ended', 'ended'],
  ['good', 'recovery'],
];

interface Advice {
  /** Goes on from the name. */
  readonly happened: string;
  /** In three words, for the subject. */
  readonly next: string;
  readonly steps: (name: string) => readonly string[];
}

const ADVICE: Readonly<Record<Exclude<ConditionState, 'failed'>, Advice>> = {
  held: {
    happened: 'is on hold',
    next: 'release or discard it',
    steps: (name) => [
      `See why:             oneroster-export status`,
      `To publish it:       oneroster-export release ${name} --reason TEXT`,
      `To drop it:          oneroster-export discard ${name} --reason TEXT`,
      'Until then the receiver keeps the last good bundle.',
    ],
  },
  refused: {
    happened: 'did not pass verification',
    next: 'fix what was found',
    steps: (name) => [
      `What was found:      oneroster-export history ${name}`,
      'Fix it in the SIS or in the config, then run: oneroster-export refresh ' + name,
      'Until then the receiver keeps the last good bundle.',
    ],
  },
  late: {
    happened: 'reached its receiver late',
    next: 'see whether that was in time',
    steps: (name) => [
      'It has arrived; nothing needs to be sent. Check with the receiver whether it was in time for the import.',
      `What was tried:      oneroster-export history ${name}`,
    ],
  },
  ended: {
    happened: 'gets no more data: its sharing has ended',
    next: 'take it out of the config',
    steps: () => ['Take the connection out of the config, or set a later sharingEnds.'],
  },
  good: { happened: 'works again', next: 'nothing to do', steps: () => ['There is nothing to do.'] },
};

const FAILURES: Readonly<Partial<Record<ErrorCode, Advice>>> = {
  source: {
    happened: 'could not read the SIS',
    next: 'run preflight',
    steps: () => [
      'Find out why:        oneroster-export preflight',
      'Then:                oneroster-export refresh',
    ],
  },
  delivery: {
    happened: 'could not be delivered',
    next: 'send it again',
    steps: (name) => [
      'The bundle is published and kept.',
      `Send it again:       oneroster-export deliver ${name}`,
    ],
  },
  home: {
    happened: 'cannot use the home folder',
    next: 'check the disk and its permissions',
    steps: () => ['Fix what the message reports, then run: oneroster-export refresh'],
  },
  'already-running': {
    happened: 'found another refresh still running',
    next: 'check whether it hangs',
    steps: () => [
      'If it was started twice, there is nothing to do.',
      'If it hangs, end the process that the message names and run: oneroster-export refresh',
    ],
  },
};

const FAILED: Advice = {
  happened: 'failed',
  next: 'see the message',
  steps: () => ['Run it by hand and read the output: oneroster-export refresh'],
};

const adviceFor = ({ state, codes }: News): Advice =>
  state === 'failed' ? (FAILURES[(codes[0] ?? '') as ErrorCode] ?? FAILED) : ADVICE[state];

const nameOf = ({ about }: News): string => (about === '' ? 'the refresh' : about);

const rankOf = ({ state }: News): number => EVENTS.findIndex(([each]) => each === state);

/** Undefined if no notice is needed. */
export function composeMessage(
  news: readonly News[],
  when: 'change' | 'always',
  occasion: Occasion,
): Message | undefined {
  const ordered = news.toSorted((a, b) => rankOf(a) - rankOf(b));
  const changed = ordered.filter(({ isChange }) => isChange);
  const bad = ordered.filter(({ state, isChange }) => state !== 'good' && !isChange);
  const told = when === 'always' && changed.length === 0 ? bad : changed;
  if (told.length === 0 && when === 'change') return undefined;
  const subject = `oneroster-export: ${headline(told)}`;
  const text = [
    ...told.map(paragraph),
    ...(told === bad || bad.length === 0 ? [] : [`As reported before: ${bad.map(inShort).join('; ')}.\n`]),
    ...(told.length === 0 ? ['Every connection has its bundle. There is nothing to do.\n'] : []),
    footer(occasion),
  ].join('\n');
  const event = EVENTS.find(([state]) => state === told[0]?.state)?.[1] ?? 'good';
  return { event, subject, text, body: bodyOf({ event, subject, text }, ordered, occasion) };
}

export function testMessage(occasion: Occasion): Message {
  const subject = 'oneroster-export: a test, nothing to do';
  const text = `This is how a notice arrives. There is nothing to do.\n\n${footer(occasion)}`;
  return { event: 'test', subject, text, body: bodyOf({ event: 'test', subject, text }, [], occasion) };
}

function headline(told: readonly News[]): string {
  if (told.length === 0) return 'all is well, nothing to do';
  const [first, second] = told;
  const shown = [first, ...(told.length === 2 ? [second] : [])].flatMap((each) =>
    each === undefined ? [] : [inShort(each)],
  );
  const more = told.length > 2 ? `; and ${told.length - 1} more` : '';
  return shown.join('; ') + more;
}

function inShort(news: News): string {
  const { happened, next } = adviceFor(news);
  return `${nameOf(news)} ${happened} (${next})`;
}

/** Long lists of schools and findings are for the screen, not for a mail. */
const MOST_REASONS = 10;

function paragraph(news: News): string {
  const { happened, steps } = adviceFor(news);
  const codes = news.codes.length === 0 ? '' : ` [${[...new Set(news.codes)].join(', ')}]`;
  const reasons = news.says.slice(0, MOST_REASONS).map((each) => `  ${each}\n`);
  const more = news.says.length > MOST_REASONS ? `  and ${news.says.length - MOST_REASONS} more\n` : '';
  const bundle = news.bundle ? `  Bundle of ${news.bundle.rows} rows, sha256 ${news.bundle.sha256}\n` : '';
  const todo = steps(news.about).map((step) => `  ${step}\n`);
  const name = nameOf(news);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} ${happened}${codes}, since ${news.since}.\n${reasons.join('')}${more}${bundle}\n${todo.join('')}`;
}

function footer({ version, host, asOf, at, exitCode }: Occasion): string {
  return `Refresh of ${at}, as of ${asOf}, on ${host}; exit code ${exitCode}; oneroster-export ${version}.\n`;
}

function bodyOf(
  { event, subject, text }: Pick<Message, 'event' | 'subject' | 'text'>,
  news: readonly News[],
  { version, host, asOf, at, exitCode }: Occasion,
): object {
  const refresh = news.find(({ about }) => about === '');
  return {
    program: 'oneroster-export',
    version,
    event,
    subject,
    text,
    host,
    at,
    asOf,
    exitCode,
    refresh: refresh ? standing(refresh) : null,
    connections: news
      .filter(({ about }) => about !== '')
      .map((each) => ({ name: each.about, ...standing(each) })),
  };
}

function standing({ state, codes, says, isChange, since, bundle }: News): object {
  return { state, codes: [...new Set(codes)], says, changed: isChange, since, bundle: bundle ?? null };
}
