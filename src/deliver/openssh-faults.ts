/** What the `sftp` program complains of, in words for an administrator. */
import type { DeliveryStep, FaultFacts, FaultKind } from './fault.js';
import { ProgramEnded } from './openssh-program.js';

interface Words {
  readonly complaint: RegExp;
  readonly kind: FaultKind;
  /** Where it is not the step that was being taken. */
  readonly step?: DeliveryStep;
  readonly says: string;
  readonly cure: string;
}

const AGAIN = 'It will be sent with the next refresh, or by deliver.';

/** The first that fits counts. */
const WORDS: readonly Words[] = [
  {
    complaint: /HOST IDENTIFICATION HAS CHANGED|host key for .* has changed/i,
    kind: 'lasting',
    step: 'check the host key',
    says: 'the host key of the server is not the known one; it was changed, or somebody stands between',
    cure: 'Nothing was sent. Ask the receiver for its fingerprint by another channel, then change the known_hosts file.',
  },
  {
    complaint: /revoked host key|REVOKED HOST KEY/,
    kind: 'lasting',
    step: 'check the host key',
    says: 'the host key of the server is marked as revoked',
    cure: 'Nothing was sent. Ask the receiver for its new host key.',
  },
  {
    complaint: /Host key verification failed|host key is known for/,
    kind: 'lasting',
    step: 'check the host key',
    says: 'no host key of the server is known',
    cure: 'Ask the receiver for its fingerprint by another channel, compare it with the one that preflight shows, and put the key into the known_hosts file.',
  },
  {
    complaint: /Permission denied \(|Too many authentication failures|No more authentication methods/,
    kind: 'lasting',
    step: 'sign in',
    says: 'the server does not accept this user with these keys',
    cure: 'Check user and identityFile; without a terminal nobody can type a passphrase, so an agent has to hold the key.',
  },
  {
    complaint:
      /Could not resolve hostname|Connection refused|Connection timed out|No route to host|unreachable/i,
    kind: 'lost',
    step: 'connect',
    says: 'the server cannot be reached',
    cure: 'Check host, port, jump and firewalls, and ask the receiver whether the server is up.',
  },
  {
    complaint: /Bad configuration option|Bad owner or permissions|terminating|unknown option|usage: sftp/i,
    kind: 'lasting',
    step: 'connect',
    says: 'the sftp program does not take its configuration',
    cure: 'Check configFile with `ssh -G -F FILE HOST`.',
  },
  {
    complaint: /No such file/i,
    kind: 'lasting',
    says: 'the server knows no such file or folder',
    cure: 'Check delivery.openssh.path; a path without a slash in front begins where the user arrives.',
  },
  {
    complaint: /Permission denied/i,
    kind: 'lasting',
    says: 'the server does not allow it',
    cure: 'Ask the receiver for the right to write, rename and remove files in that folder.',
  },
  {
    complaint: /no answer within/,
    kind: 'lost',
    says: 'the server stopped answering',
    cure: AGAIN,
  },
  {
    complaint: /Failure|No space/i,
    kind: 'passing',
    says: 'the server refuses without a reason',
    cure: 'Ask the receiver whether its disk or a quota is full.',
  },
];

export function opensshFault(step: DeliveryStep, error: unknown, shown: string | undefined): FaultFacts {
  const keys = shown === undefined ? {} : { shown: [shown] };
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
    const cure = 'Install the OpenSSH client, or deliver by sftp.';
    return { step: 'connect', kind: 'lasting', says: 'there is no sftp program', cure, cause: error };
  }
  const complaint = error instanceof ProgramEnded ? error.stderr : '';
  const words = WORDS.find((each) => each.complaint.test(complaint));
  if (words === undefined) {
    return { step, kind: 'lost', says: 'the connection broke', cure: AGAIN, cause: error, ...keys };
  }
  const { kind, says, cure } = words;
  const told = words.step === 'check the host key' && shown !== undefined ? ` (it shows ${shown})` : '';
  return { step: words.step ?? step, kind, says: `${says}${told}`, cure, cause: error, ...keys };
}
