/** The errors of the SSH library and of SFTP servers, in words for an administrator. */
import type { DeliveryStep, FaultFacts, FaultKind } from './fault.js';
import { Stalled } from './stall.js';

type Words = readonly [kind: FaultKind, says: string, cure: string];

const AGAIN = 'It will be sent with the next refresh, or by deliver.';
const ASK = 'Ask the receiver whether the server is up and lets this machine in.';

/** Of the network; the codes are those of Node. */
const NETWORK: Readonly<Record<string, Words>> = {
  ECONNREFUSED: ['lost', 'the server refuses connections on this port', `Check host and port. ${ASK}`],
  ENOTFOUND: ['lost', 'there is no host of this name', 'Check delivery.sftp.host and the name service.'],
  EAI_AGAIN: ['lost', 'the name service does not answer', 'Check the network of this machine.'],
  ETIMEDOUT: ['lost', 'the server does not answer', `Check firewalls. ${ASK}`],
  EHOSTUNREACH: ['lost', 'there is no way to the server', `Check the network of this machine. ${ASK}`],
  ENETUNREACH: ['lost', 'there is no way to the server', 'Check the network of this machine.'],
  ECONNRESET: ['lost', 'the connection broke', AGAIN],
  EPIPE: ['lost', 'the connection broke', AGAIN],
};

/** Status codes of SFTP. */
const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;
const FAILURE = 4;
const UNSUPPORTED = 8;

const STATUS: Readonly<Record<number, Words>> = {
  [NO_SUCH_FILE]: [
    'lasting',
    'the server knows no such file or folder',
    'Check delivery.sftp.path; a path without a slash in front begins where the user arrives.',
  ],
  [PERMISSION_DENIED]: [
    'lasting',
    'the server does not allow it',
    'Ask the receiver for the right to write, rename and remove files in that folder.',
  ],
  [FAILURE]: ['passing', 'the server refuses without a reason', 'Ask the receiver what its log says.'],
  [UNSUPPORTED]: ['lasting', 'the server cannot do this', 'Ask the receiver which server it runs.'],
};

export function sftpFault(step: DeliveryStep, error: unknown, stalledAfterSeconds: number): FaultFacts {
  if (error instanceof Stalled) {
    const says = `nothing moved for ${stalledAfterSeconds} seconds`;
    return { step, kind: 'lost', says, cure: AGAIN, cause: error };
  }
  const { code, message = '' } = error as { code?: unknown; message?: string };
  const words =
    (typeof code === 'number' ? STATUS[code] : undefined) ??
    (typeof code === 'string' ? NETWORK[code] : undefined) ??
    (/does not support/.test(message) ? STATUS[UNSUPPORTED] : undefined);
  const [kind, says, cure] = words ?? ['lost', 'the connection broke', AGAIN];
  return { step, kind, says, cure, cause: error };
}

const hasStatus = (error: unknown, ...codes: readonly unknown[]): boolean =>
  codes.includes((error as { code?: unknown }).code);

export const isStatus = {
  absent: (error: unknown): boolean => hasStatus(error, NO_SUCH_FILE),
  denied: (error: unknown): boolean => hasStatus(error, PERMISSION_DENIED),
  failure: (error: unknown): boolean => hasStatus(error, FAILURE),
  /** The server answered, and the answer was no. */
  refused: (error: unknown): boolean => hasStatus(error, PERMISSION_DENIED, FAILURE, UNSUPPORTED),
};

/** Before the server let us in. */
export function loginFault(error: unknown): FaultFacts {
  const { level, message = '', code } = error as { level?: string; message?: string; code?: unknown };
  if (/Cannot parse privateKey|privateKey value does not contain/.test(message)) {
    const says = /passphrase/.test(message)
      ? 'the private key is encrypted, and the passphrase is missing or wrong'
      : 'the private key cannot be read';
    const cure = 'Check delivery.sftp.privateKey and passphrase; a key begins with BEGIN … PRIVATE KEY.';
    return { step: 'sign in', kind: 'lasting', says, cure, cause: error };
  }
  if (level === 'client-authentication') {
    const says = 'the server does not accept this user with this key or password';
    const cure = 'Check delivery.sftp.user, and with the receiver which key or password it expects.';
    return { step: 'sign in', kind: 'lasting', says, cure, cause: error };
  }
  if (level === 'agent') {
    const cure = 'Check delivery.sftp.agent, and that the agent runs and holds the key.';
    return { step: 'sign in', kind: 'lasting', says: 'the SSH agent does not answer', cure, cause: error };
  }
  if (level === 'handshake' && /no matching|algorithm/i.test(message)) {
    const says = 'the server and this program have no way to encrypt in common';
    const cure = 'Ask the receiver to update its server, or deliver by openssh with a configFile.';
    return { step: 'connect', kind: 'lasting', says, cure, cause: error };
  }
  if (level === 'client-timeout' || /Timed out/.test(message)) {
    const says = 'the server does not answer';
    return { step: 'connect', kind: 'lost', says, cure: `Check firewalls. ${ASK}`, cause: error };
  }
  const [kind, says, cure] = (typeof code === 'string' ? NETWORK[code] : undefined) ?? [
    'lost',
    'the server closed the connection before it let us in',
    ASK,
  ];
  return { step: 'connect', kind, says, cure, cause: error };
}
