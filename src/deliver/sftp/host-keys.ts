/** Which host keys are known of a server: pinned fingerprints, or a known_hosts file. No key is ever trusted at first sight. */
import { createHash } from 'node:crypto';

export interface HostKey {
  /** `ssh-ed25519` … */
  readonly type: string;
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  readonly bytes: Buffer;
}

export interface HostKeys {
  /** Kinds of key to request from the server. */
  readonly kinds: readonly KeyKind[];
  readonly judge: (key: HostKey) => 'known' | 'unknown' | 'revoked';
}

export type KeyKind = 'ed25519' | 'ecdsa' | 'rsa';

/** By the name under which a handshake asks for them. A server shows one key only, so the other kinds are requested in turn. */
export const ALGORITHMS = {
  ed25519: ['ssh-ed25519'],
  ecdsa: ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  rsa: ['rsa-sha2-512', 'rsa-sha2-256'],
} as const satisfies Readonly<Record<KeyKind, readonly string[]>>;

/** RSA signed with SHA-1: only where a district allows it. */
export const LEGACY_ALGORITHM = 'ssh-rsa';

export const ALL_KINDS: readonly KeyKind[] = ['ed25519', 'ecdsa', 'rsa'];

export function kindOf(type: string): KeyKind | undefined {
  if (type === 'ssh-ed25519') return 'ed25519';
  return type.startsWith('ecdsa-') ? 'ecdsa' : type === 'ssh-rsa' ? 'rsa' : undefined;
}

/** From the bytes of a public key, which begin with the length and the name of its type. */
export function readHostKey(bytes: Buffer): HostKey {
  const length = bytes.length < 4 ? 0 : bytes.readUInt32BE(0);
  const hash = createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '');
  return { type: bytes.toString('latin1', 4, 4 + length), fingerprint: `SHA256:${hash}`, bytes };
}

/** `ssh-ed25519 SHA256:…`, for people to compare. */
export const inWords = ({ type, fingerprint }: HostKey): string => `${type} ${fingerprint}`;

/** A fingerprint does not include its kind, so every kind is requested. */
export function pinnedKeys(pins: readonly string[]): HostKeys {
  return {
    kinds: ALL_KINDS,
    judge: ({ fingerprint }) => (pins.includes(fingerprint) ? 'known' : 'unknown'),
  };
}
