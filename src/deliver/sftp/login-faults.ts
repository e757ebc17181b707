/** Faults before the sign-in to an SFTP server is complete, in words for an administrator. */
import type { SftpSettings } from '../../model/settings.js';
import type { DeliveryStep, FaultFacts } from '../fault.js';
import { inWords, type HostKey } from './host-keys.js';
import { AGAIN, sftpFault, stoppedFacts } from './faults.js';
import { Stalled, Stopped } from './stall.js';

const ASK = 'Ask the receiver whether the server is up and accepts connections from this machine.';
const LEGACY = 'until then set delivery.sftp.allowLegacyAlgorithms: true.';

interface LoginError {
  readonly level?: string;
  readonly message?: string;
  readonly code?: unknown;
}

export interface LoginProgress {
  /** How far it came. */
  readonly step: DeliveryStep;
  readonly stallMs: number;
  /** The user's RSA key, where the login had one: `ssh-rsa SHA256:…`. */
  readonly rsaKey?: string | undefined;
}

export function loginFault(error: unknown, { step, stallMs, rsaKey }: LoginProgress): FaultFacts {
  if (error instanceof Stopped) return stoppedFacts(step, error);
  const { level, message = '', code } = error as LoginError;
  const facts = (at: DeliveryStep, kind: FaultFacts['kind'], says: string, hint: string): FaultFacts => ({
    ...{ step: at, kind, says, hint },
    cause: error,
  });
  if (/Cannot parse privateKey|privateKey value does not contain/.test(message)) {
    const says = /passphrase/.test(message)
      ? 'the private key is encrypted, and the passphrase is missing or wrong'
      : 'the private key cannot be read';
    return facts(
      'sign in',
      'lasting',
      says,
      'Check delivery.sftp.privateKey and passphrase; a key begins with BEGIN … PRIVATE KEY.',
    );
  }
  if (level === 'client-authentication') {
    const old =
      rsaKey === undefined
        ? ''
        : ` The key ${rsaKey} was not offered with SHA-1 signatures, the only ones that old servers accept: use an Ed25519 key, or ${LEGACY.replace('until then ', '')}`;
    return facts(
      'sign in',
      'lasting',
      'the server does not accept this user with this key or password',
      `Check delivery.sftp.user, and ask the receiver which key or password it expects.${old}`,
    );
  }
  if (level === 'agent')
    return facts(
      'sign in',
      'lasting',
      'the SSH agent does not answer',
      'Check delivery.sftp.agent, and that the agent runs and has the key.',
    );
  if (level === 'handshake' && /no matching|algorithm/i.test(message))
    return facts(
      'connect',
      'lasting',
      'the server and this program have no encryption method in common',
      'Ask the receiver to update its server, or deliver by openssh with a configFile.',
    );
  if (step === 'start the SFTP session') return sessionFault(error, stallMs);
  if (level === 'client-timeout' || error instanceof Stalled || /Timed out/.test(message))
    return facts(step, 'lost', 'the server does not answer', `Check firewalls. ${ASK}`);
  if (typeof code === 'string' && code.startsWith('E')) {
    const network = sftpFault(step, error, { stallMs });
    if (network.says !== 'the connection broke') return network;
  }
  return facts(step, 'lost', 'the server closed the connection during sign-in', ASK);
}

/** The user is signed in, and the server does not begin to speak SFTP. */
function sessionFault(error: unknown, stallMs: number): FaultFacts {
  const step = 'start the SFTP session';
  if (error instanceof Stalled) {
    const says = `the server accepted the login and did not start SFTP within ${stallMs / 1_000} seconds`;
    return {
      step,
      kind: 'lost',
      says,
      hint: `Ask the receiver to check its server log. ${AGAIN}`,
      cause: error,
    };
  }
  const { message = '' } = error as LoginError;
  if (/Unable to (?:start subsystem|exec)|exit code/.test(message)) {
    const hint = 'Ask the receiver whether this user may use SFTP on that port.';
    return { step, kind: 'lasting', says: 'the server offers no SFTP to this user', hint, cause: error };
  }
  return { step, kind: 'lost', says: 'the connection broke', hint: AGAIN, cause: error };
}

const BY_ANOTHER_CHANNEL =
  'Ask the receiver for its fingerprint by another channel (phone, its help pages), never over this connection';

export function nothingKnown({ host }: SftpSettings, shown: readonly HostKey[]): FaultFacts {
  const where = shown.length === 0 ? '; preflight shows the key of the server' : ` and compare`;
  return keyFacts(
    shown,
    `no host key of ${host} is known${shownKeys(shown)}`,
    `${BY_ANOTHER_CHANNEL}${where}. Then set delivery.sftp.hostKey.`,
  );
}

export function wrongKey(
  { host, hostKeys, knownHosts }: SftpSettings,
  shown: readonly HostKey[],
): FaultFacts {
  const known = knownHosts === undefined ? `the pinned ${hostKeys.join(', ')}` : `those in ${knownHosts}`;
  return keyFacts(
    shown,
    `the host key of ${host} does not match ${known}${shownKeys(shown)}; the key was changed, or another machine answers in its place`,
    `Nothing was sent. ${BY_ANOTHER_CHANNEL}. If it was changed, update delivery.sftp.`,
  );
}

export function revokedKey(shown: HostKey): FaultFacts {
  return keyFacts(
    [shown],
    `the host key is marked as revoked${shownKeys([shown])}`,
    'Nothing was sent. Ask the receiver for its new host key.',
  );
}

/** SHA-1 can be forged with effort; a district decides on that risk, not this program. */
export function legacyKey(shown: HostKey): FaultFacts {
  return keyFacts(
    [shown],
    `the server signs with SHA-1 only (ssh-rsa), for its host key ${inWords(shown)}`,
    `Nothing was sent. Ask the receiver for an Ed25519 host key or RSA with SHA-2; ${LEGACY}`,
  );
}

function keyFacts(shown: readonly HostKey[], says: string, hint: string): FaultFacts {
  return { step: 'check the host key', kind: 'lasting', says, hint, shown: shown.map(inWords) };
}

const shownKeys = (shown: readonly HostKey[]): string =>
  shown.length === 0 ? '' : ` (it shows ${shown.map(inWords).join(', ')})`;
