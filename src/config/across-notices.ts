/** Problems between the settings of `notices`. */
import { isLoopback } from '../model/listening.js';
import type { Finding, Place, Places } from './places.js';

export function unfitNotices(places: Places): readonly Finding[] {
  const email = 'notices.email';
  const at = (key: string) => places.get(`${email}.${key}`);
  const [user, password] = [at('user'), at('password')];
  const findings: Finding[] = [];
  if (user !== undefined && password === undefined)
    findings.push({ path: `${email}.user`, offset: user.keyAt, message: 'also requires a password' });
  if (password !== undefined && user === undefined)
    findings.push({ path: `${email}.password`, offset: password.keyAt, message: 'also requires a user' });
  if (password !== undefined && at('tls')?.value === 'none')
    findings.push({
      path: `${email}.tls`,
      offset: at('tls')?.valueAt ?? 0,
      message: 'none would send the password unencrypted: use starttls or implicit',
    });
  findings.push(...openSecrets(places));
  const group = places.get('notices');
  const channels = ['email', 'webhook', 'healthcheck'];
  if (group !== undefined && channels.every((channel) => !places.has(`notices.${channel}`)))
    findings.push({
      path: 'notices',
      offset: group.keyAt,
      message: `has no recipient: set at least one of ${channels.join(', ')}`,
    });
  return findings;
}

/** A token or password that would be sent over plain http, readable by anyone on the way. */
function openSecrets(places: Places): readonly Finding[] {
  return ['notices.webhook', 'notices.healthcheck'].flatMap((group) => {
    const path = `${group}.url`;
    const place = places.get(path);
    const url = place && plainAddress(place);
    if (place === undefined || url === undefined) return [];
    const isSecret =
      place.isReferred || url.username !== '' || url.password !== '' || places.has(`${group}.authorization`);
    const message = 'would send a token or a password over plain http: use an https:// address';
    return isSecret ? [{ path, offset: place.valueAt, message }] : [];
  });
}

/** The address where it is one of plain http, and not of this machine. */
function plainAddress({ value }: Place): URL | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  return url.protocol === 'http:' && !isLoopback(url.hostname) ? url : undefined;
}
