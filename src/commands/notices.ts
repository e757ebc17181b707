/** `notices`: the recipients and the last notices; `--test` sends a test message. */
import type { Call } from './call.js';
import { hostname } from 'node:os';
import { ExportError } from '../model/errors.js';
import { localTime } from '../model/local-time.js';
import type { Config, NoticeSettings } from '../model/settings.js';
import { dayIn } from '../model/values.js';
import { CHANNELS, notifyTest, type Notified } from '../notify/notify.js';
import { homeAt } from '../home/home.js';
import { lookAtState } from '../state/open.js';
import type { State } from '../state/state.js';
import { columns, type Terminal } from './terminal.js';

export interface NoticesOptions {
  readonly test?: boolean;
  readonly json?: boolean;
}

export async function noticesCommand(
  { config, terminal, now, program }: Call,
  options: NoticesOptions,
): Promise<void> {
  const { notices } = config;
  if (options.test === true) {
    if (notices?.email === undefined && notices?.webhook === undefined)
      throw new ExportError(
        'usage',
        'No notice can be sent: the config has no notices.email and no notices.webhook.',
      );
    const at = now.toISOString();
    const occasion = {
      version: program,
      host: hostname(),
      asOf: dayIn(config.timezone, now),
      at,
      exitCode: 0,
      timezone: config.timezone,
    };
    showTest(await notifyTest({ settings: notices, occasion }), options, terminal);
    return;
  }
  await showStanding(config, options, terminal);
}

function showTest(notified: readonly Notified[], { json }: NoticesOptions, { out }: Terminal): void {
  const tried = notified.map(({ channel, outcome, message }) => ({
    channel,
    outcome,
    message: message ?? null,
  }));
  if (json === true) out(`${JSON.stringify({ tried }, undefined, 2)}\n`);
  else out(columns(tried.map(({ channel, outcome, message }) => [channel, outcome, message ?? ''])));
  const failed = tried.filter(({ outcome }) => outcome === 'failed');
  if (failed.length === 0) return;
  const reasons = failed.map(({ channel, message }) => `by ${channel}: ${message ?? ''}`).join('; ');
  throw new ExportError('notice', `A notice could not be sent ${reasons}.`);
}

async function showStanding(
  { notices, home, timezone, state: settings }: Config,
  { json }: NoticesOptions,
  { out }: Terminal,
): Promise<void> {
  const state = await lookAtState({ settings, file: homeAt(home).state });
  try {
    const told = state === undefined ? [] : await toldBy(state);
    if (json === true) {
      out(`${JSON.stringify({ configured: notices ? channelsOf(notices) : null, told }, undefined, 2)}\n`);
      return;
    }
    out(notices ? configuredInWords(notices) : 'No notices are sent: the config has no notices.\n');
    if (told.length === 0) return;
    out('\nLast notices\n');
    out(
      columns(
        told.map(({ channel, about, condition, since }) => [
          channel,
          about === '' ? '(the refresh)' : about,
          condition,
          `since ${localTime(timezone, since)}`,
        ]),
        '  ',
      ),
    );
  } finally {
    await state?.close();
  }
}

async function toldBy(state: State) {
  const told = await Promise.all(
    CHANNELS.map(async (channel) =>
      [...(await state.told(channel))].map(([about, record]) => ({ channel, about, ...record })),
    ),
  );
  return told.flat();
}

/** Without addresses that may contain a secret. */
function channelsOf({ when, email, webhook, healthcheck }: NoticeSettings) {
  return {
    when,
    email: email
      ? { server: `${email.host}:${email.port}`, tls: email.tls, addresses: email.to.length }
      : null,
    webhook: webhook ? { host: new URL(webhook.url).host } : null,
    healthcheck: healthcheck ? { host: new URL(healthcheck.url).host } : null,
  };
}

function configuredInWords(notices: NoticeSettings): string {
  const { when, email, webhook, healthcheck } = channelsOf(notices);
  const lines = [
    ['when', when === 'change' ? 'the state of a connection changes' : 'after every refresh'],
    ...(email ? [['email', `${email.addresses} addresses by ${email.server} (${email.tls})`]] : []),
    ...(webhook ? [['webhook', webhook.host]] : []),
    ...(healthcheck ? [['healthcheck', healthcheck.host]] : []),
  ];
  return columns(lines);
}
