/** `notices`: who is notified of a refresh, and by which channel. */
import { z } from 'zod';
import { facts, port, secret, text } from './fields.js';

/** One plain address: a list or a display name would be read in more than one way. */
const mailAddress = (says: string) =>
  z
    .string()
    .regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, 'must be a plain email address, such as data@district.example')
    .register(facts, { type: 'address' })
    .describe(says);

const url = (says: string) =>
  text(says).refine(
    (address) => /^https?:$/.test(URL.canParse(address) ? new URL(address).protocol : ''),
    'must be an address that starts with https:// or http://',
  );

const email = z
  .strictObject({
    host: text('Host name of the mail server.'),
    port: port(587),
    tls: z
      .enum(['starttls', 'implicit', 'none'])
      .default('starttls')
      .describe(
        'Encryption: negotiated after connecting (starttls, usually port 587), from the first byte (implicit, usually port 465), or none.',
      ),
    ca: text("PEM file of the authority that signed the mail server's certificate.").optional(),
    user: text('User on the mail server, if it requires one.').optional(),
    password: secret('Password of that user.').optional(),
    from: mailAddress('Sender of the notices.'),
    to: z
      .array(mailAddress('Recipients of the notices.'))
      .min(1)
      .register(facts, { type: 'list of addresses' })
      .describe('Recipients of the notices.'),
  })
  .describe('Notices by email.');

const webhook = z
  .strictObject({
    url: url('Address to which notices are posted; a full reference if it contains a secret.'),
    authorization: secret('Value of the Authorization header, if the receiver requires one.').optional(),
    format: z
      .enum(['json', 'slack', 'teams', 'google-chat'])
      .default('json')
      .describe(
        'What is posted: the JSON of this program, or a message for Slack, for Teams (an adaptive card), or for Google Chat.',
      ),
  })
  .describe('Notices by webhook.');

export const notices = z
  .strictObject({
    when: z
      .enum(['change', 'always'])
      .default('change')
      .describe('Notify when the state of a connection changes, or after every refresh.'),
    reportUrl: url(
      'Address under which a web server or file share shows the home folder; notices link to the reports below it.',
    ).optional(),
    email: email.optional(),
    webhook: webhook.optional(),
    healthcheck: z
      .strictObject({
        url: url(
          'Address that is pinged for each refresh: with `/start` at the start, unchanged after success, with `/fail` after a failure.',
        ),
      })
      .describe('A service that raises an alarm when refreshes fail or do not run.')
      .optional(),
  })
  .optional()
  .describe('Who is notified when a refresh fails, puts a bundle on hold, is late or works again.');
