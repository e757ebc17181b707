/** Rows on their way out, without the columns that a connection leaves out or masks. */
import type { Notices } from '../model/notices.js';
import type { ConnectionSettings } from '../model/settings.js';
import { fieldHider } from '../oneroster/masks.js';
import { versionSent } from '../oneroster/extensions.js';
import { versions } from '../oneroster/versions.js';
import type { PutRow } from './columns.js';

export function hideFields(settings: ConnectionSettings, notices: Notices, put: PutRow): PutRow {
  const { version, fields } = settings;
  if (fields === undefined) return put;
  const hide = fieldHider(versionSent(settings), fields);
  const tell = emailAsUsername({ version, fields }, notices);
  return (table, cells) => {
    if (table === 'users') tell?.(cells);
    put(table, hide(table, cells));
  };
}

/** Whether a user without a username may have the email address in its place. */
export function hidesEmail({ fields }: Pick<ConnectionSettings, 'fields'>): boolean {
  return fields?.['users']?.['email'] !== undefined;
}

/** Where people sign in with their address, leaving out the address alone would hide nothing. */
function emailAsUsername(
  settings: Pick<ConnectionSettings, 'version' | 'fields'>,
  notices: Notices,
): ((cells: readonly string[]) => void) | undefined {
  if (!hidesEmail(settings) || settings.fields?.['users']?.['username'] !== undefined) return undefined;
  const columns = versions[settings.version].tables.find(({ name }) => name === 'users')?.columns ?? [];
  const at = (column: string): number => columns.findIndex(({ name }) => name === column);
  const [email, username] = [at('email'), at('username')];
  return (cells) => {
    const address = cells[email] ?? '';
    if (address === '' || address.toLowerCase() !== cells[username]?.toLowerCase()) return;
    notices.add(
      'email-is-username',
      'warning',
      'This connection hides the email address, but the username of some users is that address. Also mask users.username (fields).',
    );
  };
}
