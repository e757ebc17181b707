/** Problems between the settings of `notices`. */
import type { Finding, Places } from './places.js';

export function unfitNotices(places: Places): readonly Finding[] {
  const email = 'notices.email';
  const at = (key: string) => places.get(`${email}.${key}`);
  const [user, password] = [at('user'), at('password')];
  const findings: Finding[] = [];
  if (user !== undefined && password === undefined)
    findings.push({ path: `${email}.user`, offset: user.keyAt, message: 'needs a password beside it' });
  if (password !== undefined && user === undefined)
    findings.push({ path: `${email}.password`, offset: password.keyAt, message: 'needs a user beside it' });
  if (password !== undefined && at('tls')?.value === 'none')
    findings.push({
      path: `${email}.tls`,
      offset: at('tls')?.valueAt ?? 0,
      message: 'none would send the password in the clear: use starttls or implicit',
    });
  const group = places.get('notices');
  const channels = ['email', 'webhook', 'healthcheck'];
  if (group !== undefined && channels.every((channel) => !places.has(`notices.${channel}`)))
    findings.push({
      path: 'notices',
      offset: group.keyAt,
      message: `tells nobody: give at least one of ${channels.join(', ')}`,
    });
  return findings;
}
