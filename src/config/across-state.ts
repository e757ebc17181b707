/** Problems between the settings of `state`. */
import { isLoopback } from '../model/listening.js';
import type { Finding, Places } from './places.js';

/** What the history says about a district, and the password, must not be readable on a network. */
export const unfitState = (places: Places): readonly Finding[] => unfitServer(places, 'state.connection');

/** `at`: the setting that has the address of the server. */
export function unfitServer(places: Places, at: string): readonly Finding[] {
  const [host, encrypt] = [places.get(`${at}.host`)?.value, places.get(`${at}.encrypt`)];
  if (encrypt?.value !== false || typeof host !== 'string' || isHere(host)) return [];
  const message = 'must be true for a server on another machine';
  return [{ path: `${at}.encrypt`, offset: encrypt.valueAt, message }];
}

/** On this machine, by loopback or by a socket. */
const isHere = (host: string): boolean => host.startsWith('/') || isLoopback(host);
