/**
 * Reads a known_hosts file as OpenSSH does: names with patterns, hashed names, `[host]:port`, `@revoked`. Lines of
 * `@cert-authority` are passed over: host certificates need the system's own program.
 */
import { createHmac } from 'node:crypto';
import { kindOf, type HostKeys, type KeyKind } from './host-keys.js';

interface KnownKey {
  readonly type: string;
  readonly key: Buffer;
  readonly isRevoked: boolean;
}

/** The keys of one server. */
export function knownHostKeys(text: string, host: string, port: number): HostKeys {
  const keys = text.split(/\r?\n/).flatMap((line) => keyIn(line, nameOf(host, port)));
  const kinds = new Set(keys.filter(({ isRevoked }) => !isRevoked).map(({ type }) => kindOf(type)));
  return {
    kinds: [...kinds].filter((kind): kind is KeyKind => kind !== undefined),
    judge: ({ bytes }) => {
      const same = keys.filter(({ key }) => key.equals(bytes));
      if (same.some(({ isRevoked }) => isRevoked)) return 'revoked';
      return same.length > 0 ? 'known' : 'unknown';
    },
  };
}

function nameOf(host: string, port: number): string {
  const lower = host.toLowerCase();
  return port === 22 ? lower : `[${lower}]:${port}`;
}

function keyIn(line: string, name: string): readonly KnownKey[] {
  const words = line.trim().split(/\s+/);
  const marker = words[0]?.startsWith('@') === true ? words.shift() : undefined;
  const [names = '', type = '', key = ''] = words;
  if (names === '' || names.startsWith('#') || key === '') return [];
  if (marker !== undefined && marker !== '@revoked') return [];
  if (!isNamed(names, name)) return [];
  return [{ type, key: Buffer.from(key, 'base64'), isRevoked: marker === '@revoked' }];
}

/** One pattern has to fit, and none with an exclamation mark. */
function isNamed(names: string, name: string): boolean {
  if (names.startsWith('|')) return isHashOf(names, name);
  const fits = (pattern: string): boolean => wildcard(pattern.toLowerCase()).test(name);
  const patterns = names.split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern));
}

/** `|1|salt|hash`: HMAC-SHA1 of the name. */
function isHashOf(hashed: string, name: string): boolean {
  const [, method, salt = '', hash = ''] = hashed.split('|');
  if (method !== '1') return false;
  const made = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return made.equals(Buffer.from(hash, 'base64'));
}

function wildcard(pattern: string): RegExp {
  const plain = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${plain.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
