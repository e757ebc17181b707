import { describe, expect, it, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { pinnedKeys, readHostKey } from '../../../src/deliver/sftp/host-keys.js';
import { knownHostKeys } from '../../../src/deliver/sftp/known-hosts.js';

/** The bytes of a public key: its type, then whatever tells it from others. */
function publicKey(type: string, rest: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(rest)]);
}

const KEY = publicKey('ssh-ed25519', 'one');
const OTHER = publicKey('ssh-ed25519', 'two');
const RSA = publicKey('ssh-rsa', 'three');
const line = (names: string, key = KEY): string =>
  `${names} ${readHostKey(key).type} ${key.toString('base64')} a comment`;
const hashed = (name: string): string => {
  const salt = Buffer.from('0123456789abcdefghij');
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
};

describe('a known_hosts file', () => {
  test.each<[string, string, string, number, string]>([
    ['the host', line('sftp.example.org'), 'sftp.example.org', 22, 'known'],
    ['in capitals', line('SFTP.Example.org'), 'sftp.EXAMPLE.org', 22, 'known'],
    ['another host', line('sftp.example.org'), 'example.org', 22, 'unknown'],
    ['one of several', line('a,sftp.example.org,1.2.3.4'), '1.2.3.4', 22, 'known'],
    ['a pattern', line('*.example.org'), 'sftp.example.org', 22, 'known'],
    ['a dot is no wildcard', line('sftp.example.org'), 'sftpxexample.org', 22, 'unknown'],
    ['an exception', line('*.example.org,!sftp.example.org'), 'sftp.example.org', 22, 'unknown'],
    ['a port', line('[sftp.example.org]:2222'), 'sftp.example.org', 2222, 'known'],
    ['another port', line('[sftp.example.org]:2222'), 'sftp.example.org', 22, 'unknown'],
    ['a host without its port', line('sftp.example.org'), 'sftp.example.org', 2222, 'unknown'],
    ['a hashed name', line(hashed('sftp.example.org')), 'sftp.example.org', 22, 'known'],
    ['a hashed name with a port', line(hashed('[h]:2222')), 'h', 2222, 'known'],
    ['another hashed name', line(hashed('h')), 'g', 22, 'unknown'],
    ['another key', line('h', OTHER), 'h', 22, 'unknown'],
    ['revoked', `${line('h')}\n@revoked ${line('*')}`, 'h', 22, 'revoked'],
    ['an authority is no host key', `@cert-authority ${line('h')}`, 'h', 22, 'unknown'],
    ['a comment', `# ${line('h')}`, 'h', 22, 'unknown'],
    ['half a line', 'h ssh-ed25519', 'h', 22, 'unknown'],
    ['Windows line ends', `x y z\r\n${line('h')}\r\n`, 'h', 22, 'known'],
  ])('%s', (_what, text, host, port, verdict) => {
    expect(knownHostKeys(text, host, port).judge(readHostKey(KEY))).toBe(verdict);
  });

  it('asks only for the kinds of key that are known', () => {
    expect(knownHostKeys(line('h'), 'h', 22).kinds).toEqual(['ed25519']);
    expect(knownHostKeys(`${line('h')}\n${line('h', RSA)}`, 'h', 22).kinds).toEqual(['ed25519', 'rsa']);
    expect(knownHostKeys(`@revoked ${line('h')}`, 'h', 22).kinds).toEqual([]);
  });
});

it('pins are fingerprints as ssh-keygen prints them', () => {
  const key = readHostKey(KEY);
  expect(key.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  expect(pinnedKeys([key.fingerprint]).judge(key)).toBe('known');
  expect(pinnedKeys([readHostKey(OTHER).fingerprint]).judge(key)).toBe('unknown');
});
