/** Error messages of the `sftp` program, in words for an administrator. */
import type { DeliveryStep, FaultFacts, FaultKind } from '../fault.js';
import { ProgramEnded } from './program.js';
import { cleanServerText } from '../server-text.js';
import { AGAIN, stoppedFacts } from '../sftp/faults.js';
import { Stopped } from '../sftp/stall.js';

interface Words {
  readonly complaint: RegExp;
  readonly kind: FaultKind;
  /** Where it is not the step that was being taken. */
  readonly step?: DeliveryStep;
  readonly says: string;
  readonly hint: string;
  /** Complaints at other steps mean something else. */
  readonly only?: DeliveryStep;
}

const UPLOAD_DIRECT = 'set delivery.openssh.upload: direct (a reader may then see a partial file)';

/** Before the session; the first that fits counts. */
const CONNECTING: readonly Words[] = [
  {
    complaint: /HOST IDENTIFICATION HAS CHANGED|host key for .* has changed/i,
    kind: 'lasting',
    step: 'check the host key',
    says: 'the host key of the server does not match the known key; the key was changed, or another machine answers in its place',
    hint: 'Nothing was sent. Ask the receiver for its fingerprint by another channel, then change the known_hosts file.',
  },
  {
    complaint: /revoked host key|REVOKED HOST KEY/,
    kind: 'lasting',
    step: 'check the host key',
    says: 'the host key of the server is marked as revoked',
    hint: 'Nothing was sent. Ask the receiver for its new host key.',
  },
  {
    complaint: /no matching host key type found/i,
    kind: 'lasting',
    step: 'check the host key',
    says: 'the server offers no host key signature that is accepted',
    hint: 'Nothing was sent. Ask the receiver for an Ed25519 host key or RSA with SHA-2. If it offers ssh-rsa only, set delivery.openssh.allowLegacyAlgorithms: true until then.',
  },
  {
    complaint: /Host key verification failed|host key is known for/,
    kind: 'lasting',
    step: 'check the host key',
    says: 'no host key of the server is known',
    hint: 'Ask the receiver for its fingerprint by another channel, compare it with the one that preflight shows, and put the key into the known_hosts file.',
  },
  {
    complaint: /Permission denied \(|Too many authentication failures|No more authentication methods/,
    kind: 'lasting',
    step: 'sign in',
    says: 'the server does not accept this user with these keys',
    hint: 'Check user and identityFile; a passphrase cannot be typed without a terminal, so an agent must have the key.',
  },
  {
    complaint:
      /Could not resolve hostname|Connection refused|Connection timed out|No route to host|unreachable/i,
    kind: 'lost',
    step: 'connect',
    says: 'the server cannot be reached',
    hint: 'Check host, port, jump and firewalls, and ask the receiver whether the server is up.',
  },
  {
    complaint: /Bad configuration option|Bad owner or permissions|terminating|unknown option|usage: sftp/i,
    kind: 'lasting',
    step: 'connect',
    says: 'the sftp program does not accept its configuration',
    hint: 'Check configFile with `ssh -G -F FILE HOST`.',
  },
  {
    complaint: /subsystem request failed/i,
    kind: 'lasting',
    step: 'start the SFTP session',
    says: 'the server offers no SFTP to this user',
    hint: 'Ask the receiver whether this user may use SFTP on that port.',
  },
];

/** In the session; the first that fits counts. */
const WORKING: readonly Words[] = [
  {
    complaint: /./,
    only: 'set the permissions',
    kind: 'lasting',
    says: 'the server does not allow changing permissions',
    hint: 'Remove mode from delivery.openssh.',
  },
  {
    complaint: /unsupported/i,
    only: 'rename',
    kind: 'lasting',
    says: 'the server cannot do this',
    hint: `This server cannot rename: ${UPLOAD_DIRECT}.`,
  },
  {
    complaint: /Permission denied|Failure|unsupported/i,
    only: 'rename',
    kind: 'lasting',
    says: 'the server does not allow it',
    hint: `Ask the receiver for permission to rename files in that folder, or ${UPLOAD_DIRECT}.`,
  },
  {
    complaint: /Permission denied|unsupported/i,
    only: 'remove',
    kind: 'lasting',
    says: 'the server does not allow it',
    hint: 'Ask the receiver for permission to remove files in that folder.',
  },
  {
    complaint: /\bopen\b.*: (?:Permission denied|Operation unsupported)/i,
    only: 'upload',
    kind: 'lasting',
    says: 'the server does not allow it',
    hint: `Ask the receiver for permission to write in that folder. If the server refuses temporary names, set delivery.openssh.temporaryName: "{name}.part", or ${UPLOAD_DIRECT}.`,
  },
  {
    complaint: /\bopen\b.*: /i,
    only: 'upload',
    kind: 'passing',
    says: 'the server refuses without giving a reason',
    hint: `Ask the receiver to check its server log. If the server refuses temporary names, set delivery.openssh.temporaryName: "{name}.part", or ${UPLOAD_DIRECT}.`,
  },
  {
    complaint: /No such file/i,
    kind: 'lasting',
    says: 'the server has no such file or folder',
    hint: 'Check delivery.openssh.path; a path without a leading slash starts in the home folder of the user.',
  },
  {
    complaint: /Permission denied/i,
    kind: 'lasting',
    says: 'the server does not allow it',
    hint: 'Ask the receiver for permission to write, rename and remove files in that folder.',
  },
  {
    complaint: /Failure|No space/i,
    kind: 'passing',
    says: 'the server refuses without giving a reason',
    hint: 'Ask the receiver whether its disk or a quota is full. If the server limits the size of a packet, set delivery.openssh.chunkBytes: 4096.',
  },
];

export const isAbsent = (complaint: string): boolean => /No such file/i.test(complaint);

/** Of a file that cannot be listed or read. */
export const isRefusal = (complaint: string): boolean =>
  /Permission denied|Failure|not found|No such file|unsupported|not a regular file/i.test(complaint);

export interface KeysSeen {
  /** Of the server. */
  readonly shown: string | undefined;
  /** The user's, if the server accepts it with SHA-1 only. */
  readonly rsaKey: string | undefined;
}

/** The program ended, or stopped answering. */
export function opensshFault(step: DeliveryStep, error: unknown, { shown, rsaKey }: KeysSeen): FaultFacts {
  if (error instanceof Stopped) return stoppedFacts(step, error);
  const keys = shown === undefined ? {} : { shown: [shown] };
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
    const hint = 'Install the OpenSSH client, or deliver by sftp.';
    return { step: 'connect', kind: 'lasting', says: 'there is no sftp program', hint, cause: error };
  }
  const complaint = error instanceof ProgramEnded ? error.stderr : '';
  const [, silence] = /no answer within ([\d.]+ seconds)/.exec(complaint) ?? [];
  if (silence !== undefined)
    return { step, kind: 'lost', says: silenceAt(step, silence), hint: AGAIN, cause: error, ...keys };
  const words = CONNECTING.find((each) => each.complaint.test(complaint));
  if (words === undefined) {
    const says = `the connection broke${quoteProgram(complaint)}`;
    return { step, kind: 'lost', says, hint: AGAIN, cause: error, ...keys };
  }
  const isKey = words.step === 'check the host key';
  const key = isKey && shown !== undefined ? ` (it shows ${shown})` : '';
  const says = `${words.says}${key}${isKey && key !== '' ? '' : quoteProgram(complaint)}`;
  const old =
    rsaKey === undefined || words.step !== 'sign in'
      ? ''
      : ` The server takes the key ssh-rsa ${rsaKey} with SHA-1 signatures only: use an Ed25519 key, or set delivery.openssh.allowLegacyAlgorithms: true.`;
  const hint = words.hint + old;
  return { step: words.step ?? step, kind: words.kind, says, hint, cause: error, ...keys };
}

const silenceAt = (step: DeliveryStep, silence: string): string =>
  step === 'start the SFTP session'
    ? `the server accepted the login and did not start SFTP within ${silence}`
    : `no progress for ${silence}`;

/** The program goes on, and the command was refused. */
export function complaintFault(step: DeliveryStep, complaint: string): FaultFacts {
  const words = WORKING.find(
    (each) => (each.only === undefined || each.only === step) && each.complaint.test(complaint),
  );
  if (words !== undefined) {
    return { step, kind: words.kind, says: `${words.says}${quoteProgram(complaint)}`, hint: words.hint };
  }
  const says = `the sftp program could not do it${quoteProgram(complaint)}`;
  return { step, kind: 'passing', says, hint: AGAIN };
}

function quoteProgram(text: string): string {
  const plain = cleanServerText(text);
  return plain === '' ? '' : ` (the sftp program reports: ${plain})`;
}
