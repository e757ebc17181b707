/**
 * Notifies people of the current state. Takes the conditions after a refresh and the last notice of each channel; returns, per
 * channel, whether a notice was needed and whether it was sent. Promises to end within its deadline and never to throw.
 */
import type { NoticeSettings } from '../model/settings.js';
import { PACE, reasonOf, type Pace } from './attempts.js';
import { keyOf, newsFor, subjectOf, type Condition, type Told } from './condition.js';
import { sendEmail } from './email.js';
import { payloadOf } from './formats.js';
import { composeMessage, testMessage, type Message, type Occasion } from './message.js';
import { post } from './web.js';

export const CHANNELS = ['email', 'webhook'] as const;
export type Channel = (typeof CHANNELS)[number];

export interface NotifyRequest {
  readonly settings: NoticeSettings;
  readonly conditions: readonly Condition[];
  readonly occasion: Occasion;
  /** By the name of a connection; empty for the whole refresh. */
  readonly told: (channel: Channel) => Promise<ReadonlyMap<string, Told>>;
  readonly signal?: AbortSignal;
  readonly pace?: Pace;
}

export interface Notified {
  readonly channel: Channel;
  /** `nothing`: there was no news for this channel. */
  readonly outcome: 'sent' | 'nothing' | 'failed';
  /** Why it failed, or a remark although it was sent. */
  readonly message?: string;
  /** The notices that this channel has received. */
  readonly told: ReadonlyMap<string, Told>;
}

export async function notify(request: NotifyRequest): Promise<readonly Notified[]> {
  const { settings, conditions, told } = request;
  const { reportUrl } = settings;
  const occasion = { ...request.occasion, ...(reportUrl !== undefined && { reportUrl }) };
  return await Promise.all(
    configured(settings).map(async (channel): Promise<Notified> => {
      const news = newsFor(conditions, await told(channel), occasion.at);
      const message = composeMessage(news, settings.when, occasion);
      if (message === undefined) return { channel, outcome: 'nothing', told: new Map() };
      const now = new Map(
        news.map((each) => [subjectOf(each), { condition: keyOf(each), since: each.since }]),
      );
      return { told: now, ...(await send(channel, message, request)) };
    }),
  );
}

/** Sends a test message. */
export async function notifyTest(
  request: Pick<NotifyRequest, 'settings' | 'occasion' | 'signal' | 'pace'>,
): Promise<readonly Notified[]> {
  const message = testMessage(request.occasion);
  return await Promise.all(
    configured(request.settings).map(async (channel): Promise<Notified> => ({
      told: new Map(),
      ...(await send(channel, message, request)),
    })),
  );
}

const configured = (settings: NoticeSettings): readonly Channel[] =>
  CHANNELS.filter((channel) => settings[channel] !== undefined);

async function send(
  channel: Channel,
  message: Message,
  { settings: { email, webhook }, signal, pace = PACE }: Pick<NotifyRequest, 'settings' | 'signal' | 'pace'>,
): Promise<Pick<Notified, 'channel' | 'outcome' | 'message'>> {
  const deadline = AbortSignal.timeout(pace.deadlineMs);
  const within = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  try {
    if (channel === 'webhook' && webhook !== undefined) {
      const { format, ...address } = webhook;
      await post({ ...address, body: payloadOf(format, message) }, pace, within);
    } else if (channel === 'email' && email !== undefined) {
      const { accepted, refused } = await sendEmail(email, message, pace, within);
      if (refused > 0)
        return {
          channel,
          outcome: 'sent',
          message: `${refused} of ${accepted + refused} addresses were refused`,
        };
    }
    return { channel, outcome: 'sent' };
  } catch (error) {
    return { channel, outcome: 'failed', message: reasonOf(error) };
  }
}
