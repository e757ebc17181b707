/** A notice in the form of each receiver: texts of others stay text, and nothing is longer than a service takes. */
import { describe, expect, it } from '@jest/globals';
import { newsFor, type Condition } from '../../src/notify/condition.js';
import { htmlMail, payloadOf } from '../../src/notify/formats.js';
import { composeMessage, testMessage, type Message } from '../../src/notify/message.js';

const AT = '2026-10-16T08:15:00.000Z';
const occasion = {
  version: '9.9.9',
  host: 'exporter',
  asOf: '2026-10-16',
  at: AT,
  exitCode: 3,
  timezone: 'America/Chicago',
  reportUrl: 'https://reports.example/sis/',
};
const HOSTILE = `<img src=x> & "A*B_C [link](https://evil.example)"`;
const REPORT = 'https://reports.example/sis/withheld/library/x-report.html';

const held: Condition = {
  about: 'library',
  state: 'held',
  codes: ['threshold-school'],
  says: [`300 of 800 users of school ${HOSTILE} vanished`],
  figures: { rows: 12_345, leftOut: 67, change: { before: 13_000, gone: 700, added: 45 } },
  report: 'withheld/library/x-report.html',
};

function messageOf(conditions: readonly Condition[]): Message {
  const message = composeMessage(newsFor(conditions, new Map(), AT), 'change', occasion);
  if (message === undefined) throw new Error('there is news');
  return message;
}

describe('email in HTML', () => {
  const page = htmlMail(messageOf([held]));

  it('has what the report begins with: outcome, reasons, figures, what to do, and the link', () => {
    const text = page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(text).toContain('library is on hold Since 2026-10-16 03:15 -05:00 [threshold-school]');
    expect(text).toContain('Rows in all 12,345 Gone since last good 700 of 13,000 New 45 Left out 67');
    expect(text).toContain('To publish it: oneroster-export release library --reason TEXT');
    expect(page).toContain(`<a href="${REPORT}">Read the report</a>`);
  });

  it('loads nothing, and shows texts of others as they are', () => {
    expect(page).toContain('&lt;img src=x&gt; &amp; &quot;A*B_C');
    expect(page.match(/<(img|script|link|iframe|style)/g)).toBeNull();
    expect(page.match(/(src|href)="/g)).toEqual(['href="']);
  });

  it('is there for a test, too', () => {
    expect(htmlMail(testMessage(occasion))).toContain('This is how a notice arrives.');
  });
});

describe('a payload', () => {
  it('of json is the body that programs rely on', () => {
    const message = messageOf([held]);
    expect(payloadOf('json', message)).toBe(message.body);
  });

  it('of slack has a text and blocks, with its three signs escaped', () => {
    const payload = payloadOf('slack', messageOf([held])) as {
      readonly text: string;
      readonly blocks: readonly { readonly type: string; readonly text: { readonly text: string } }[];
    };
    expect(payload.text).toBe('oneroster-export: library is on hold (release or discard it)');
    const [first, link] = payload.blocks.map(({ text }) => text.text);
    expect(first).toMatch(/^\*library is on hold\*\n300 of 800 users of school &lt;img src=x&gt; &amp; /);
    expect(first).toContain('`oneroster-export release library --reason TEXT`');
    expect(link).toBe(`<${REPORT}|Report>`);
  });

  it('of teams is an adaptive card in a message', () => {
    const payload = payloadOf('teams', messageOf([held])) as {
      readonly type: string;
      readonly attachments: readonly {
        readonly contentType: string;
        readonly content: {
          readonly type: string;
          readonly version: string;
          readonly body: readonly { readonly type: string; readonly text: string }[];
          readonly actions: readonly object[];
        };
      }[];
    };
    const [{ contentType, content } = { contentType: '', content: undefined }] = payload.attachments;
    expect([payload.type, contentType, content?.type, content?.version]).toEqual([
      'message',
      'application/vnd.microsoft.card.adaptive',
      'AdaptiveCard',
      '1.4',
    ]);
    expect(content?.body[0]?.text).toBe('library is on hold');
    expect(content?.body[1]?.text).toContain('\\[link\\](https://evil.example)');
    expect(content?.actions).toEqual([
      { type: 'Action.OpenUrl', title: 'Report: library is on hold', url: REPORT },
    ]);
  });

  it('of google-chat has a text and a card with a button', () => {
    const payload = payloadOf('google-chat', messageOf([held]));
    expect(payload).toMatchObject({
      text: 'oneroster-export: library is on hold (release or discard it)',
      cardsV2: [
        {
          card: {
            sections: [
              {
                header: 'library is on hold',
                widgets: [
                  { textParagraph: { text: expect.stringContaining('&lt;img src=x&gt;') as unknown } },
                  { buttonList: { buttons: [{ onClick: { openLink: { url: REPORT } } }] } },
                ],
              },
              { widgets: [{ textParagraph: {} }] },
            ],
          },
        },
      ],
    });
  });

  it.each(['slack', 'teams', 'google-chat'] as const)(
    'of %s stays within what the service takes',
    (format) => {
      const many = Array.from({ length: 60 }, (_, at) => ({
        ...held,
        about: `connection-${at}`,
        says: ['x'.repeat(9_000)],
      }));
      const text = JSON.stringify(payloadOf(format, messageOf(many)));
      expect(text).toContain('And 50 more connections.');
      expect(Math.max(...(text.match(/x+/g) ?? []).map(({ length }) => length))).toBeLessThan(3_000);
      expect(JSON.stringify(payloadOf(format, testMessage(occasion)))).toContain(
        'This is how a notice arrives.',
      );
    },
  );
});
