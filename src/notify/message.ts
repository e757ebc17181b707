/** News -> one message: what happened and what to do next, in a subject line, a text and a JSON body. */
import type { ErrorCode } from '../model/errors.js';
import { localTime } from '../model/local-time.js';
import type { ConditionState, Figures, News } from './condition.js';

export type NoticeEvent = 'failure' | 'hold' | 'late' | 'coming' | 'recovery' | 'ended' | 'good' | 'test';

export interface Occasion {
  /** Of this program. */
  readonly version: string;
  readonly host: string;
  readonly asOf: string;
  /** When the refresh began. */
  readonly at: string;
  readonly exitCode: number;
  /** IANA zone in which people read times. */
  readonly timezone: string;
  /** Address of the home folder on a web server. */
  readonly reportUrl?: string;
}

export interface Message {
  readonly event: NoticeEvent;
  readonly subject: string;
  readonly text: string;
  /** The same in parts, for receivers that show them in their own way. */
  readonly items: readonly Item[];
  /** What follows the items: what is bad as before, and the refresh. */
  readonly closing: readonly string[];
  /** The JSON body for a webhook; a promise to other programs. */
  readonly body: object;
}

/** One connection, or the whole refresh. */
export interface Item {
  readonly state: ConditionState;
  readonly title: string;
  readonly codes: readonly string[];
  readonly since: string;
  readonly reasons: readonly string[];
  /** Reasons that are left out. */
  readonly more: number;
  /** What the report begins with. */
  readonly figures: readonly (readonly [name: string, value: string])[];
  readonly bundle?: { readonly sha256: string; readonly rows: number };
  readonly steps: readonly string[];
  readonly link?: string;
}

/** The worst comes first: it names the event and leads the subject. */
const EVENTS: readonly (readonly [ConditionState, NoticeEvent])[] = [
  ['failed', 'failure'],
  ['refused', 'hold'],
  ['held', 'hold'],
  ['late', 'late'],
  ['expected', 'coming'],
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
  expected: {
    happened: 'is expected to be on hold on a coming night',
    next: 'decide before that night',
    steps: (name) => [
      `See who leaves:      oneroster-export forecast ${name}`,
      'If the dates are wrong, fix them in Campus. If they are right, raise the threshold for that night or set blackout.',
      'Tonight is not affected.',
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

function adviceFor({ state, codes, on }: News): Advice {
  if (state === 'failed') return FAILURES[(codes[0] ?? '') as ErrorCode] ?? FAILED;
  const advice = ADVICE[state];
  return on === undefined ? advice : { ...advice, happened: `is expected to be on hold on ${on}` };
}

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
  const items = told.map((each) => itemOf(each, occasion));
  const closing = [
    ...(told === bad || bad.length === 0 ? [] : [`As reported before: ${bad.map(inShort).join('; ')}.`]),
    ...(told.length === 0 ? ['Every connection has its bundle. There is nothing to do.'] : []),
    footer(occasion),
  ];
  const text = [...items.map(paragraph), ...closing.map((line) => `${line}\n`)].join('\n');
  const event = EVENTS.find(([state]) => state === told[0]?.state)?.[1] ?? 'good';
  const message = { event, subject, text, items, closing };
  return { ...message, body: bodyOf(message, ordered, occasion) };
}

export function testMessage(occasion: Occasion): Message {
  const subject = 'oneroster-export: a test, nothing to do';
  const closing = ['This is how a notice arrives. There is nothing to do.', footer(occasion)];
  const text = closing.map((line) => `${line}\n`).join('\n');
  const message = { event: 'test', subject, text, items: [], closing } as const;
  return { ...message, body: bodyOf(message, [], occasion) };
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

function itemOf(news: News, { timezone, reportUrl }: Occasion): Item {
  const { happened, steps } = adviceFor(news);
  const { state, codes, says, bundle, figures, report } = news;
  // Connections are called as the config spells them.
  const name = news.about === '' ? 'The refresh' : news.about;
  const link = linkTo(reportUrl, report);
  return {
    state,
    title: `${name} ${happened}`,
    codes: [...new Set(codes)],
    since: localTime(timezone, news.since),
    reasons: says.slice(0, MOST_REASONS),
    more: Math.max(0, says.length - MOST_REASONS),
    figures: figures === undefined ? [] : figuresInWords(figures),
    ...(bundle && { bundle }),
    steps: steps(news.about),
    ...(link !== undefined && { link }),
  };
}

/** The page of all connections where a connection has no report. */
function linkTo(reportUrl: string | undefined, report = 'index.html'): string | undefined {
  if (reportUrl === undefined) return undefined;
  const home = new URL(reportUrl);
  if (!home.pathname.endsWith('/')) home.pathname += '/';
  return new URL(report, home).href;
}

const number = (value: number): string => value.toLocaleString('en-US');

function figuresInWords({ rows, leftOut, change }: Figures): Item['figures'] {
  return [
    ['Rows in all', number(rows)],
    ...(change === undefined
      ? []
      : ([
          ['Gone since last good', `${number(change.gone)} of ${number(change.before)}`],
          ['New', number(change.added)],
        ] as const)),
    ['Left out', number(leftOut)],
  ];
}

function paragraph({ title, codes, since, reasons, more, figures, bundle, steps, link }: Item): string {
  const all = [
    `${title}${codes.length === 0 ? '' : ` [${codes.join(', ')}]`}, since ${since}.`,
    ...reasons.map((each) => `  ${each}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...figures.map(([name, value]) => `  ${name}: ${value}`),
    ...(bundle ? [`  Bundle of ${bundle.rows} rows, sha256 ${bundle.sha256}`] : []),
    ...(link === undefined ? [] : [`  Report: ${link}`]),
    '',
    ...steps.map((step) => `  ${step}`),
  ];
  return `${all.join('\n')}\n`;
}

function footer({ version, host, asOf, at, exitCode, timezone }: Occasion): string {
  return `Refresh of ${localTime(timezone, at)}, as of ${asOf}, on ${host}; exit code ${exitCode}; oneroster-export ${version}.`;
}

function bodyOf(
  { event, subject, text }: Pick<Message, 'event' | 'subject' | 'text'>,
  news: readonly News[],
  { version, host, asOf, at, exitCode, reportUrl }: Occasion,
): object {
  const refresh = news.find(({ about }) => about === '');
  const [coming, now] = [
    news.filter(({ on }) => on !== undefined),
    news.filter(({ on }) => on === undefined),
  ];
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
    connections: now
      .filter(({ about }) => about !== '')
      .map((each) => ({
        name: each.about,
        ...standing(each),
        ...(reportUrl !== undefined && { report: linkTo(reportUrl, each.report) }),
      })),
    coming: coming.map(({ about, on, codes, says, isChange }) => ({
      ...{ name: about, asOf: on, codes, says, changed: isChange },
    })),
  };
}

function standing({ state, codes, says, isChange, since, bundle }: News): object {
  return { state, codes: [...new Set(codes)], says, changed: isChange, since, bundle: bundle ?? null };
}
