/** One message as email in HTML, and as what chat services read. All texts are escaped as each of them requires. */
import { escapeHtml } from '../model/escape-html.js';
import type { NoticeFormat } from '../model/settings.js';
import type { ConditionState } from './condition.js';
import type { Item, Message } from './message.js';

/** What is posted. */
export function payloadOf(format: NoticeFormat, message: Message): object {
  return PAYLOADS[format](message);
}

/** Services refuse messages with too many parts or too long ones. */
const MOST_ITEMS = 10;
const LONGEST_PART = 2_500;

const shown = ({ items }: Message): readonly Item[] => items.slice(0, MOST_ITEMS);

const closingOf = ({ items, closing }: Message): readonly string[] =>
  items.length > MOST_ITEMS ? [`And ${items.length - MOST_ITEMS} more connections.`, ...closing] : closing;

const cut = (text: string): string =>
  text.length > LONGEST_PART ? `${text.slice(0, LONGEST_PART - 1)}…` : text;

/** `label:   command` is shown in two ways. */
function stepParts(step: string): { readonly says: string; readonly command?: string } {
  const [, says, command] = /^(.*?:)\s+(oneroster-export .*)$/.exec(step) ?? [];
  return says === undefined || command === undefined ? { says: step } : { says, command };
}

/** The lines of an item but its title. */
function linesOf({ codes, since, reasons, more, figures }: Item): readonly string[] {
  return [
    ...reasons,
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(figures.length > 0 ? [figures.map(([name, value]) => `${name}: ${value}`).join(', ')] : []),
    `Since ${since}${codes.length === 0 ? '' : ` [${codes.join(', ')}]`}`,
  ];
}

const slackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function slack(message: Message): object {
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
  const blocks = shown(message).flatMap((item) => [
    section(
      cut(
        [`*${slackText(item.title)}*`, ...linesOf(item).map(slackText), ...item.steps.map(slackStep)].join(
          '\n',
        ),
      ),
    ),
    ...(item.link === undefined ? [] : [section(`<${slackText(item.link)}|Report>`)]),
  ]);
  return {
    text: slackText(message.subject),
    blocks: [...blocks, ...closingOf(message).map((line) => section(cut(slackText(line))))],
  };
}

function slackStep(step: string): string {
  const { says, command } = stepParts(step);
  return command === undefined ? slackText(says) : `${slackText(says)} \`${slackText(command)}\``;
}

/** Teams reads an adaptive card in the envelope of a message. */
function teams(message: Message): object {
  const block = (text: string, more: object = {}) => ({
    type: 'TextBlock',
    text: cut(plainMarkdown(text)),
    wrap: true,
    ...more,
  });
  const command = (step: string) => {
    const { says, command: typed } = stepParts(step);
    return [block(says), ...(typed === undefined ? [] : [block(typed, { fontType: 'Monospace' })])];
  };
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          fallbackText: message.subject,
          body: [
            ...shown(message).flatMap((item) => [
              block(item.title, { weight: 'Bolder', size: 'Medium', color: TEAMS_COLORS[item.state] }),
              ...linesOf(item).map((line) => block(line)),
              ...item.steps.flatMap(command),
            ]),
            ...closingOf(message).map((line) => block(line, { isSubtle: true })),
          ],
          actions: shown(message).flatMap(({ title, link }) =>
            link === undefined ? [] : [{ type: 'Action.OpenUrl', title: `Report: ${title}`, url: link }],
          ),
        },
      },
    ],
  };
}

const TEAMS_COLORS: Readonly<Record<ConditionState, string>> = {
  good: 'Good',
  held: 'Warning',
  late: 'Warning',
  expected: 'Warning',
  ended: 'Default',
  refused: 'Attention',
  failed: 'Attention',
};

/** Links and emphasis in a text of others would be shown as such. */
const plainMarkdown = (text: string): string => text.replace(/[\\*_[\]]/g, (sign) => `\\${sign}`);

function googleChat(message: Message): object {
  const paragraph = (text: string) => ({ textParagraph: { text } });
  const widgets = (item: Item) => [
    paragraph(cut([...linesOf(item), ...item.steps].map(escapeHtml).join('<br>'))),
    ...(item.link === undefined
      ? []
      : [{ buttonList: { buttons: [{ text: 'Report', onClick: { openLink: { url: item.link } } }] } }]),
  ];
  return {
    text: message.subject,
    cardsV2: [
      {
        cardId: 'oneroster-export',
        card: {
          header: { title: 'oneroster-export', subtitle: message.subject },
          sections: [
            ...shown(message).map((item) => ({ header: escapeHtml(item.title), widgets: widgets(item) })),
            { widgets: closingOf(message).map((line) => paragraph(cut(escapeHtml(line)))) },
          ],
        },
      },
    ],
  };
}

const PAYLOADS: Readonly<Record<NoticeFormat, (message: Message) => object>> = {
  json: ({ body }) => body,
  slack,
  teams,
  'google-chat': googleChat,
};

/** Mail programs read styles only where they stand in the element. */
const STYLES = {
  body: 'margin:0;padding:16px;background:#f4f6f8;color:#1a2129;font:16px/1.5 Arial,sans-serif',
  quiet: 'color:#56616d;font-size:14px',
  code: 'font-family:Consolas,Menlo,monospace;font-size:14px;background:#eef1f4;padding:2px 6px',
  cell: 'padding:8px 16px 8px 0;vertical-align:top',
} as const;

const COLORS: Readonly<Record<ConditionState, string>> = {
  good: '#176a3a',
  held: '#7d4d00',
  late: '#7d4d00',
  expected: '#7d4d00',
  ended: '#56616d',
  refused: '#a8231c',
  failed: '#a8231c',
};

/** What the report begins with, per connection: the outcome, why, the figures, and what to do. */
export function htmlMail(message: Message): string {
  const items = message.items.map(panel).join('\n');
  const closing = message.closing
    .map((line) => `<p style="${STYLES.quiet}">${escapeHtml(line)}</p>`)
    .join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(message.subject)}</title></head>
<body style="${STYLES.body}">
${items}
${closing}
</body></html>
`;
}

function panel(item: Item): string {
  const { state, title, codes, since, reasons, more, figures, steps, link } = item;
  const color = COLORS[state];
  const left = more > 0 ? [`and ${more} more`] : [];
  const why = [...reasons, ...left].map((each) => `<li>${escapeHtml(each)}</li>`).join('');
  const cells = figures.map(
    ([name, value]) =>
      `<td style="${STYLES.cell}"><span style="${STYLES.quiet}">${escapeHtml(name)}</span><br><b>${escapeHtml(value)}</b></td>`,
  );
  return `<div style="background:#ffffff;border:1px solid ${color};border-left:6px solid ${color};padding:12px 16px;margin:0 0 16px">
<h1 style="font-size:20px;margin:0;color:${color}">${escapeHtml(title)}</h1>
<p style="${STYLES.quiet}">Since ${escapeHtml(since)}${codes.length === 0 ? '' : ` [${escapeHtml(codes.join(', '))}]`}</p>
${why === '' ? '' : `<ul>${why}</ul>`}
${cells.length === 0 ? '' : `<table role="presentation" cellspacing="0"><tr>${cells.join('')}</tr></table>`}
${link === undefined ? '' : `<p><a href="${escapeHtml(link)}">Read the report</a></p>`}
${steps.map(stepHtml).join('\n')}
</div>`;
}

function stepHtml(step: string): string {
  const { says, command } = stepParts(step);
  const code = command === undefined ? '' : ` <code style="${STYLES.code}">${escapeHtml(command)}</code>`;
  return `<p>${escapeHtml(says)}${code}</p>`;
}
