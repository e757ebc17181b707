/** A notice by email. Takes the mail server as configured; only the code of its answer is reported, because the text repeats addresses. */
import { CONFIG_LIMITS, inMs, NOTICE_LIMITS } from '../model/limits.js';
import { plainFileFault, readPlainFileSync } from '../model/plain-file.js';
import type { EmailSettings } from '../model/settings.js';
import { attempt, NotSent, type Pace } from './attempts.js';
import { htmlMail } from './formats.js';
import type { Message } from './message.js';

/** How many of the addresses the server accepted. */
export interface Mailed {
  readonly accepted: number;
  readonly refused: number;
}

/** A server that does not close its side must not keep the program. */
const CLOSE_MS = inMs(NOTICE_LIMITS.close);

export async function sendEmail(
  settings: EmailSettings,
  message: Message,
  pace: Pace,
  signal: AbortSignal,
): Promise<Mailed> {
  const { createTransport } = await import('nodemailer'); // takes long to load, and most nights need none
  const { host, port, tls, ca, user, password, from, to } = settings;
  return await attempt(
    async (within) => {
      const transport = createTransport({
        host,
        port,
        secure: tls === 'implicit',
        requireTLS: tls === 'starttls',
        ignoreTLS: tls === 'none',
        ...(user !== undefined && password !== undefined && { auth: { user, pass: password } }),
        // Explicitly: an environment variable of Node can switch the default off.
        tls: { rejectUnauthorized: true, ...(ca !== undefined && { ca: readAuthority(ca) }) },
        connectionTimeout: pace.attemptMs,
        greetingTimeout: pace.attemptMs,
        socketTimeout: pace.attemptMs,
        socketCloseTimeout: CLOSE_MS,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      try {
        const { accepted, rejected } = await transport.sendMail({
          signal: within,
          from,
          to: [...to],
          subject: message.subject,
          text: message.text,
          html: htmlMail(message),
          // No out-of-office replies.
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        });
        return { accepted: accepted.length, refused: rejected.length };
      } catch (error) {
        throw faultOf(error, `${host}:${port}`, within);
      } finally {
        transport.close();
      }
    },
    pace,
    signal,
  );
}

function readAuthority(path: string): string {
  try {
    return readPlainFileSync(path, { mostBytes: CONFIG_LIMITS.authorityBytes.most }).bytes.toString('utf8');
  } catch (error) {
    throw new NotSent(`notices.email.ca (${path}) ${plainFileFault(error).message}`, false);
  }
}

/** What the codes of nodemailer mean, for the administrator of the mail server. */
const FAULTS: Readonly<Record<string, { readonly says: string; readonly passing: boolean }>> = {
  EAUTH: { says: 'refused the user and password: check notices.email.user and password', passing: false },
  ENOAUTH: { says: 'requires a user and a password: set notices.email.user and password', passing: false },
  ETLS: { says: 'has no encryption that works: check notices.email.tls and ca', passing: false },
  EDNS: { says: 'has an unknown host name: check notices.email.host', passing: true },
  EENVELOPE: { says: 'refused the sender or every address: check notices.email.from and to', passing: false },
  EMESSAGE: { says: 'refused the message', passing: false },
  ETIMEDOUT: { says: 'did not answer in time: check notices.email.host and port', passing: true },
  ECONNECTION: { says: 'cannot be reached: check notices.email.host and port', passing: true },
  ESOCKET: {
    says: 'closed the connection, or has a certificate that is not trusted: check notices.email.tls and ca',
    passing: true,
  },
};

function faultOf(error: unknown, server: string, signal: AbortSignal): NotSent {
  if (error instanceof NotSent) return error;
  const { code, responseCode, syscall } = error as Readonly<Record<string, unknown>>;
  // One code means both a closed port and an untrusted certificate.
  const kind = syscall === 'connect' ? 'ECONNECTION' : typeof code === 'string' ? code : '';
  const known = FAULTS[kind];
  const answered = typeof responseCode === 'number' ? responseCode : undefined;
  const isPassing = answered === undefined ? (known?.passing ?? true) : answered >= 400 && answered < 500;
  const detail = [kind, String(answered ?? '')].filter((each) => each !== '').join(' ');
  const says = signal.aborted ? 'did not answer in time' : (known?.says ?? 'did not take the message');
  return new NotSent(`${server} ${says}${detail === '' ? '' : ` (${detail})`}`, isPassing);
}
