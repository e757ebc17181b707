/** Behind a proxy that has checked the person: its headers count only if the connection itself comes from a listed address. */
import { BlockList, isIP } from 'node:net';
import type { TrustedProxySettings } from '../../model/settings.js';
import type { Identity } from '../access.js';
import { addressOf, type Request } from '../desk.js';
import type { SignIn } from './sign-in.js';

const LOGIN = /^[\x21-\x7e]{1,200}$/;

export function trustedProxy({ addresses, userHeader, groupsHeader }: TrustedProxySettings): SignIn {
  const trusted = listOf(addresses);
  return {
    formTargets: [],
    routes: () => undefined,
    identify: (c): Identity | { readonly refused: string } => {
      const address = addressOf(c);
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (isIP(address) === 0 || !trusted.check(address, family))
        return { refused: 'This console is reached through its proxy only.' };
      const [login, ...others] = valuesOf(c, userHeader);
      if (login === undefined || others.length > 0 || !LOGIN.test(login))
        return { refused: 'The proxy has not named one signed-in person.' };
      const groups = valuesOf(c, groupsHeader);
      if (groups.length > 1)
        return { refused: 'The proxy has sent the header with the groups more than once.' };
      return {
        login,
        groups: (groups[0] ?? '')
          .split(',')
          .map((group) => group.trim())
          .filter((group) => group !== ''),
        ...(login.includes('@') && { email: login }),
      };
    },
  };
}

function listOf(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const written of addresses) {
    const [address = '', bits] = written.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** Each value as it was sent: Node joins repeated headers, which would mix a client's own with the proxy's. */
function valuesOf(c: Request, header: string): readonly string[] {
  const { rawHeaders } = c.env.incoming;
  return rawHeaders.flatMap((name, at) =>
    at % 2 === 0 && name.toLowerCase() === header.toLowerCase() ? [rawHeaders[at + 1] ?? ''] : [],
  );
}
