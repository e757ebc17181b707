/**
 * Connects to an SFTP server and signs in. Promises: credentials reach only a server whose host key is known; without any
 * known key there is no connection; signatures with SHA-1 are accepted only if the settings allow them. The library is loaded
 * late, because it takes long.
 */
import { CONFIG_LIMITS } from '../../model/limits.js';
import { PlainFileFault, readPlainFile } from '../../model/plain-file.js';
import type { SftpSettings } from '../../model/settings.js';
import { DeliveryFault, type FaultFacts } from '../fault.js';
import {
  ALGORITHMS,
  ALL_KINDS,
  inWords,
  kindOf,
  LEGACY_ALGORITHM,
  pinnedKeys,
  readHostKey,
  type HostKey,
  type HostKeys,
  type KeyKind,
} from './host-keys.js';
import { knownHostKeys } from './known-hosts.js';
import { legacyKey, loginFault, nothingKnown, revokedKey, wrongKey } from './login-faults.js';
import { openSession, type Login, type SessionEnd } from './session.js';

export type { Login } from './session.js';

export interface SignInOptions {
  readonly address: string;
  readonly settings: SftpSettings;
  /** Connects up to the host key even if none is known, to show it. */
  readonly isInspection: boolean;
  readonly signal?: AbortSignal | undefined;
}

export async function signIn(options: SignInOptions): Promise<Login> {
  const { address, settings, isInspection } = options;
  const fail = (facts: FaultFacts): never => {
    throw new DeliveryFault(address, facts);
  };
  const known = await knownKeys(address, settings);
  if (known.kinds.length === 0 && !isInspection) return fail(nothingKnown(settings, []));
  let kinds = known.kinds.length === 0 ? ALL_KINDS : known.kinds;
  const shown: HostKey[] = [];
  for (;;) {
    const end = await openWith(options, known, kinds);
    if ('login' in end) return end.login;
    if (end.refused === undefined) {
      if (!isNoSuchKind(end.error))
        return fail(loginFault(end.error, { ...end, rsaKey: await rsaKeyOf(settings) }));
      const legacy = await keyBySha1(options);
      if (legacy !== undefined && known.judge(legacy) === 'known') return fail(legacyKey(legacy));
      if (legacy !== undefined) shown.push(legacy);
      if (shown.length === 0) return fail(loginFault(end.error, end));
      return fail(known.kinds.length === 0 ? nothingKnown(settings, shown) : wrongKey(settings, shown));
    }
    shown.push(end.refused);
    if (known.judge(end.refused) === 'revoked') return fail(revokedKey(end.refused));
    // A server shows one key at a time; the pinned one may be of another kind.
    const { type } = end.refused;
    kinds = kinds.filter((kind) => kind !== kindOf(type));
    if (kinds.length === 0)
      return fail(known.kinds.length === 0 ? nothingKnown(settings, shown) : wrongKey(settings, shown));
  }
}

/** First without SHA-1 for the user's key, then, where it is allowed, with it: so it is known what was used. */
async function openWith(
  { settings, signal }: SignInOptions,
  known: HostKeys,
  kinds: readonly KeyKind[],
): Promise<SessionEnd> {
  const allows = settings.allowLegacyAlgorithms;
  const request = {
    ...{ settings, signal },
    algorithms: [
      ...kinds.flatMap((kind) => ALGORITHMS[kind]),
      ...(allows && kinds.includes('rsa') ? [LEGACY_ALGORITHM] : []),
    ],
    isKnown: (key: HostKey) => known.judge(key) === 'known',
  };
  const strict = await openSession({ ...request, allowsSha1User: false });
  if (!allows || 'login' in strict || strict.refused !== undefined || !isAuthentication(strict.error))
    return strict;
  const old = await openSession({ ...request, allowsSha1User: true });
  return 'login' in old ? { login: { ...old.login, isLegacy: true } } : strict;
}

/** The key of a server that has no better signature for it; nothing but the key is exchanged. */
async function keyBySha1({ settings, signal }: SignInOptions): Promise<HostKey | undefined> {
  const request = { settings, signal, algorithms: [LEGACY_ALGORITHM], allowsSha1User: false };
  const end = await openSession({ ...request, isKnown: () => false });
  return 'refused' in end ? end.refused : undefined;
}

async function knownKeys(address: string, settings: SftpSettings): Promise<HostKeys> {
  const { hostKeys, knownHosts, host, port } = settings;
  if (knownHosts === undefined)
    return hostKeys.length > 0 ? pinnedKeys(hostKeys) : { ...pinnedKeys([]), kinds: [] };
  try {
    const { bytes } = await readPlainFile(knownHosts, { mostBytes: CONFIG_LIMITS.knownHostsBytes.most });
    return knownHostKeys(bytes.toString('utf8'), host, port);
  } catch (cause) {
    if (!(cause instanceof PlainFileFault)) throw cause;
    const says = `the file ${knownHosts} ${cause.message}`;
    const hint = 'Check delivery.sftp.knownHosts.';
    throw new DeliveryFault(address, { step: 'check the host key', kind: 'lasting', says, hint, cause });
  }
}

/** `ssh-rsa SHA256:…` of the user's private key, where it is one of that kind. */
async function rsaKeyOf({
  privateKey,
  passphrase,
  allowLegacyAlgorithms,
}: SftpSettings): Promise<string | undefined> {
  if (privateKey === undefined || allowLegacyAlgorithms) return undefined;
  const { default: ssh2 } = await import('ssh2');
  const parsed = ssh2.utils.parseKey(privateKey, passphrase);
  const [key] = [parsed].flat();
  if (key === undefined || key instanceof Error || key.type !== 'ssh-rsa') return undefined;
  return inWords(readHostKey(key.getPublicSSH()));
}

const isNoSuchKind = (error: unknown): boolean =>
  /no matching host key format/.test((error as { message?: string }).message ?? '');

const isAuthentication = (error: unknown): boolean =>
  (error as { level?: string }).level === 'client-authentication';
