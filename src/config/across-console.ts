/** Problems between the settings of `console`: it must never be open by accident. */
import { BlockList, isIP } from 'node:net';
import { asListening, isLoopback } from '../model/listening.js';
import { nearest } from '../model/nearest.js';
import type { Finding, Place, Places } from './places.js';

/** What is checked again where `--listen` replaces the address in the config. */
export interface Exposure {
  readonly listen: string;
  readonly hasAuth: boolean;
  readonly isEncrypted: boolean;
}

/** Why it is not safe to listen there; undefined where it is. */
export function unsafeListening({ listen, hasAuth, isEncrypted }: Exposure): string | undefined {
  const at = asListening(listen);
  if (at === undefined) return 'must be an IP address and a port, such as 127.0.0.1:8480';
  if (isLoopback(at.host)) return undefined;
  if (!hasAuth) return 'is reachable from other machines: set console.auth, or listen on 127.0.0.1';
  return isEncrypted
    ? undefined
    : 'is reachable from other machines without encryption: set console.tls, or behindProxy: true if a proxy in front ends TLS';
}

export function unfitConsole(places: Places): readonly Finding[] {
  const group = places.get('console');
  if (group === undefined) return [];
  return [
    ...openDoors(places),
    ...unfitAuth(places),
    ...unfitAddress(places),
    ...unfitRanges(places),
    ...unfitGrants(places),
  ];
}

const AUTH = 'console.auth';
const hasAuth = (places: Places): boolean => places.has(`${AUTH}.oidc`) || places.has(`${AUTH}.proxy`);

function openDoors(places: Places): readonly Finding[] {
  const listen = places.get('console.listen');
  if (typeof listen?.value !== 'string' || asListening(listen.value) === undefined) return [];
  const isEncrypted = places.has('console.tls') || places.get('console.behindProxy')?.value === true;
  const message = unsafeListening({ listen: listen.value, hasAuth: hasAuth(places), isEncrypted });
  return message === undefined ? [] : [{ path: 'console.listen', offset: listen.valueAt, message }];
}

function unfitAuth(places: Places): readonly Finding[] {
  const auth = places.get(AUTH);
  const access = places.get('console.access');
  if (auth === undefined) {
    const message = 'also requires console.auth: the one-time link gives all roles';
    return access === undefined ? [] : [{ path: 'console.access', offset: access.keyAt, message }];
  }
  const isBoth = places.has(`${AUTH}.oidc`) && places.has(`${AUTH}.proxy`);
  const problems = [
    (isBoth || !hasAuth(places)) && 'must have either oidc or proxy',
    !places.has('console.access[0]') && 'also requires console.access: without it every person is refused',
    !places.has('console.publicUrl') && 'also requires console.publicUrl, the address that people open',
  ];
  return problems.flatMap((message) =>
    message === false ? [] : [{ path: AUTH, offset: auth.keyAt, message }],
  );
}

/** Sessions are kept in cookies that browsers store for https and for this machine only. */
function unfitAddress(places: Places): readonly Finding[] {
  return ['console.publicUrl', `${AUTH}.oidc.issuer`].flatMap((path) => {
    const place = places.get(path);
    if (typeof place?.value !== 'string' || !URL.canParse(place.value)) return [];
    const url = new URL(place.value);
    if (url.protocol === 'http:' && !isLoopback(url.hostname))
      return [{ path, offset: place.valueAt, message: 'must start with https:// unless it is this machine' }];
    const isBare = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
    return path === 'console.publicUrl' && !isBare
      ? [
          {
            path,
            offset: place.valueAt,
            message: 'must have no path: the console needs a host name of its own',
          },
        ]
      : [];
  });
}

function unfitRanges(places: Places): readonly Finding[] {
  return [...places].flatMap(([path, { value, valueAt }]) =>
    /^console\.auth\.proxy\.addresses\[\d+\]$/.test(path) && typeof value === 'string' && !isRange(value)
      ? [{ path, offset: valueAt, message: 'must be an IP address, or a range such as 10.0.0.0/24' }]
      : [],
  );
}

function isRange(written: string): boolean {
  const [address = '', bits] = written.split('/');
  const family = isIP(address);
  if (family === 0 || bits === undefined) return family !== 0;
  try {
    new BlockList().addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
    return /^\d+$/.test(bits);
  } catch {
    return false;
  }
}

function unfitGrants(places: Places): readonly Finding[] {
  const known = [...places].flatMap(([path, { value }]) =>
    /^connections\[\d+\]\.name$/.test(path) && typeof value === 'string' ? [value] : [],
  );
  return [...grantsToNoOne(places), ...unknownIn(places, 'connections', known, 'connection')];
}

const grantsToNoOne = (places: Places): readonly Finding[] =>
  matching(places, /^console\.access\[\d+\]$/)
    .filter(({ path }) => !['groups', 'users', 'emailDomains'].some((key) => places.has(`${path}.${key}[0]`)))
    .map(({ path, place }) => ({
      path,
      offset: place.valueAt,
      message: 'must name at least one of groups, users, emailDomains',
    }));

/** Of a list of names in each grant. */
function unknownIn(
  places: Places,
  key: 'connections' | 'districts',
  known: readonly string[],
  one: string,
): readonly Finding[] {
  return matching(places, new RegExp(String.raw`^console\.access\[\d+\]\.${key}\[\d+\]$`)).flatMap(
    ({ path, place: { value, valueAt } }) => {
      if (typeof value !== 'string' || known.includes(value)) return [];
      const meant = nearest(value, known);
      const hint = meant === undefined ? `the ${one}s are ${known.join(', ')}` : `did you mean ${meant}?`;
      return [{ path, offset: valueAt, message: `is not the name of a ${one}: ${hint}` }];
    },
  );
}

const matching = (
  places: Places,
  pattern: RegExp,
): readonly { readonly path: string; readonly place: Place }[] =>
  [...places].filter(([path]) => pattern.test(path)).map(([path, place]) => ({ path, place }));

/** Of the console of a fleet; which connections its districts have is not known there. */
export function unfitFleetConsole(places: Places): readonly Finding[] {
  if (!places.has('console')) return [];
  return [
    ...openDoors(places),
    ...unfitAuth(places),
    ...unfitAddress(places),
    ...unfitRanges(places),
    ...grantsToNoOne(places),
  ];
}

export const unknownDistrictsInGrants = (places: Places, known: readonly string[]): readonly Finding[] =>
  unknownIn(places, 'districts', known, 'district');
