/** Where a delivery leads, in one line for people and for the history; never with a secret in it. */
import { pathToFileURL } from 'node:url';
import type { DeliverySettings } from './settings.js';

/** Two users of one host have two folders, so the user is part of it. Parts of the name stand there as written. */
export function addressOf(
  { target, files, name }: DeliverySettings,
  fileUrl: (path: string) => string = urlOf,
): string {
  const file = files === 'loose' ? '' : name;
  const path = joinRemote(target.path, file);
  if (target.kind === 'folder') return fileUrl(path);
  const user = target.user === undefined ? '' : `${target.user}@`;
  return `sftp://${user}${target.host}:${target.port ?? 22}${path.startsWith('/') ? '' : '/~/'}${path}`;
}

/** `file:///C:/out/OneRoster.zip` on Windows. */
const urlOf = (path: string): string => pathToFileURL(path).href;

/** As releases up to 0.1.0 wrote it: what they recorded is still compared with. */
export const formerAddressOf = (delivery: DeliverySettings): string =>
  addressOf(delivery, (path) => `file://${path}`);

/** A path at the receiver, whatever this machine's own paths look like. */
export function joinRemote(folder: string, name: string): string {
  return folder === '.' ? name : `${folder.replace(/\/+$/, '')}/${name}`;
}
