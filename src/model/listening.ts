/** `127.0.0.1:8480`: where a server listens. */
import { BlockList, isIP } from 'node:net';

export interface Listening {
  /** An IP address. */
  readonly host: string;
  readonly port: number;
}

/** Undefined for anything but an IP address and a port; IPv6 in brackets. */
export function asListening(written: string): Listening | undefined {
  const [, inBrackets, plain, digits = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(written) ?? [];
  const host = inBrackets ?? plain ?? '';
  const port = Number(digits);
  return isIP(host) !== 0 && port <= 65_535 ? { host, port } : undefined;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether a host name or IP address, with or without brackets, is this machine. */
export function isLoopback(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  return family === 0 ? address === 'localhost' : LOOPBACK.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
