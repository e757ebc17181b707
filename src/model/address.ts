/** Where a delivery leads, in one line for people and for the history; never with a secret in it. */
import type { DeliverySettings } from './settings.js';

/** Two users of one host have two folders, so the user is part of it. Parts of the name stand there as written. */
export function addressOf({ target, files, name }: DeliverySettings): string {
  const path = joinRemote(target.path, files === 'loose' ? '' : name);
  if (target.kind === 'folder') return `file://${path}`;
  const user = target.user === undefined ? '' : `${target.user}@`;
  return `sftp://${user}${target.host}:${target.port ?? 22}${path.startsWith('/') ? '' : '/~/'}${path}`;
}

/** A path at the receiver, whatever this machine's own paths look like. */
export function joinRemote(folder: string, name: string): string {
  return folder === '.' ? name : `${folder.replace(/\/+$/, '')}/${name}`;
}
