/** The receiver that has a connection's bundles, as recorded in the state. */
import { addressOf } from './address.js';
import type { ConnectionSettings } from './settings.js';

/** The receiver fetches bundles from the home folder. */
export const HOME_RECEIVER = 'home';

/** `home` where a connection has no delivery. */
export function receiverAddress({ delivery }: ConnectionSettings): string {
  return delivery === undefined ? HOME_RECEIVER : addressOf(delivery);
}
