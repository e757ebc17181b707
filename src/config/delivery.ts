/** A connection's `delivery`: problems between its settings and with the profile, and its normalized form. */
import { resolve } from 'node:path';
import { fillName, nameProblem } from '../model/remote-name.js';
import { TEMPORARY_NAME, temporaryNameProblem } from '../model/temporary-name.js';
import type { ConnectionSettings, DeliverySettings } from '../model/settings.js';
import { profileNamed } from '../profiles/index.js';
import { demandsFor, demandsOf, type Demand } from '../profiles/profile.js';
import type { WrittenConnection } from './config.js';
import type { Finding, Place, Places } from './places.js';

const TARGETS = ['sftp', 'openssh', 'folder'] as const;
export const DEFAULT_NAME = 'OneRoster.zip';

type Written = NonNullable<WrittenConnection['delivery']>;
type Receiver = Pick<ConnectionSettings, 'profile' | 'version'>;

export function deliveryOf(written: Written, receiver: Receiver, folder: string): DeliverySettings {
  const { sftp, openssh, folder: local, files, deliverBy, retryMinutes, maxMinutes } = written;
  const demands = demandsFor(profileNamed(receiver.profile), receiver.version);
  return {
    target: targetOf({ sftp, openssh, folder: local }, folder),
    files: files ?? (demandsOf(demands, 'loose-files').length > 0 ? 'loose' : 'zip'),
    name: (sftp ?? openssh ?? local)?.name ?? demandsOf(demands, 'zip-name')[0]?.name ?? DEFAULT_NAME,
    retryMinutes,
    maxMinutes,
    ...(deliverBy !== undefined && { deliverBy }),
  };
}

type WrittenTargets = Pick<Written, (typeof TARGETS)[number]>;

function targetOf({ sftp, openssh, folder }: WrittenTargets, base: string): DeliverySettings['target'] {
  const at = (path: string): string => resolve(base, path);
  if (sftp !== undefined) return { kind: 'sftp', ...inFolder(sftp), ...sftpOf(sftp, at) };
  if (openssh !== undefined) return { kind: 'openssh', ...inFolder(openssh), ...opensshOf(openssh, at) };
  if (folder === undefined) throw new TypeError('a delivery without a target passed the check');
  return { kind: 'folder', ...inFolder(folder), path: at(folder.path) };
}

type WrittenFolder = Pick<
  NonNullable<Written['folder']>,
  'path' | 'readBack' | 'mode' | 'upload' | 'temporaryName'
>;

function inFolder({ path, readBack, mode, upload, temporaryName = TEMPORARY_NAME }: WrittenFolder) {
  return { path, readBack, upload, temporaryName, ...(mode !== undefined && { mode }) };
}

type At = (path: string) => string;

function sftpOf(written: NonNullable<Written['sftp']>, at: At) {
  const { host, port, user, replace, stalledAfterSeconds, chunkBytes, allowLegacyAlgorithms } = written;
  const { password, privateKey, passphrase, agent, hostKey, knownHosts } = written;
  return {
    ...{ host, port, user, replace, stalledAfterSeconds, allowLegacyAlgorithms },
    hostKeys: [hostKey ?? []].flat().map((pin) => pin.replace(/=$/, '')),
    ...(chunkBytes !== undefined && { chunkBytes }),
    ...(password !== undefined && { password }),
    ...(privateKey !== undefined && { privateKey }),
    ...(passphrase !== undefined && { passphrase }),
    ...(agent !== undefined && { agent }),
    ...(knownHosts !== undefined && { knownHosts: at(knownHosts) }),
  };
}

function opensshOf(written: NonNullable<Written['openssh']>, at: At) {
  const { host, port, user, jump, identityFile, knownHosts, configFile } = written;
  const { replace, allowLegacyAlgorithms, stalledAfterSeconds, chunkBytes } = written;
  return {
    ...{ host, replace, allowLegacyAlgorithms, stalledAfterSeconds },
    ...(chunkBytes !== undefined && { chunkBytes }),
    ...(port !== undefined && { port }),
    ...(user !== undefined && { user }),
    ...(jump !== undefined && { jump }),
    ...(identityFile !== undefined && { identityFile: at(identityFile) }),
    ...(knownHosts !== undefined && { knownHosts: at(knownHosts) }),
    ...(configFile !== undefined && { configFile: at(configFile) }),
  };
}

/** Problems between fields. */
export function unfitDeliveries(places: Places): readonly Finding[] {
  return [...places].flatMap(([path, place]) =>
    /^connections\[\d+\]\.delivery$/.test(path) && isGroup(place.value) ? unfitDelivery(path, places) : [],
  );
}

interface Look {
  readonly path: string;
  readonly places: Places;
  readonly place: Place;
}

function unfitDelivery(path: string, places: Places): readonly Finding[] {
  const place = places.get(path);
  if (place === undefined) return [];
  const chosen = TARGETS.filter((target) => isGroup(places.get(`${path}.${target}`)?.value));
  const written = TARGETS.filter((target) => places.has(`${path}.${target}`));
  if (written.length !== 1) {
    const message = `must have one of ${TARGETS.join(', ')}${written.length === 0 ? '' : `, and has ${written.join(' and ')}`}`;
    return [{ path, offset: place.keyAt, message }];
  }
  const look = { path, places, place };
  return chosen.flatMap((target) => [
    ...(target === 'sftp' ? unfitLogin(look) : []),
    ...(target === 'openssh' ? unfitForProgram(look) : []),
    ...unfitName(look, target),
    ...unfitTemporaryName(look, target),
  ]);
}

function unfitLogin({ path, places, place }: Look): readonly Finding[] {
  const at = (key: string): Place | undefined => places.get(`${path}.sftp.${key}`);
  const offset = places.get(`${path}.sftp`)?.keyAt ?? place.keyAt;
  const findings: Finding[] = [];
  const say = (key: string, where: number, message: string): void =>
    void findings.push({ path: `${path}.sftp${key && `.${key}`}`, offset: where, message });
  if (!['password', 'privateKey', 'agent'].some(at))
    say('', offset, 'needs a privateKey, a password or an agent to sign in with');
  const passphrase = at('passphrase');
  if (passphrase && !at('privateKey'))
    say('passphrase', passphrase.keyAt, 'does not apply without privateKey: remove it');
  const knownHosts = at('knownHosts');
  if (knownHosts && at('hostKey'))
    say('knownHosts', knownHosts.keyAt, 'and hostKey cannot be combined: remove one');
  return findings;
}

/** These become arguments and commands of a program, so special characters are not allowed. */
function unfitForProgram({ path, places }: Look): readonly Finding[] {
  return ['host', 'user', 'jump', 'path'].flatMap((key) => {
    const place = places.get(`${path}.openssh.${key}`);
    if (typeof place?.value !== 'string') return [];
    const isPlain =
      key === 'path'
        ? /^[^"'\\*?[\]\p{Cc}]+$/u.test(place.value)
        : /^[^\s"'\\-][^\s"'\\]*$/.test(place.value);
    if (isPlain) return [];
    const message = `must not have quotes, backslashes, ${key === 'path' ? 'brackets, * or ?' : 'spaces or a leading hyphen'}`;
    return [{ path: `${path}.openssh.${key}`, offset: place.valueAt, message }];
  });
}

function unfitTemporaryName({ path, places }: Look, target: string): readonly Finding[] {
  const at = `${path}.${target}.temporaryName`;
  const place = places.get(at);
  if (typeof place?.value !== 'string' || place.value.trim() === '') return [];
  const message = temporaryNameProblem(place.value);
  return message === undefined ? [] : [{ path: at, offset: place.valueAt, message }];
}

function unfitName({ path, places }: Look, target: string): readonly Finding[] {
  const connection = path.replace(/\.delivery$/, '');
  const profile = places.get(`${connection}.profile`)?.value;
  const version = places.get(`${connection}.version`)?.value;
  const known = version === '1.1' || version === '1.2' ? version : undefined;
  const asked = typeof profile === 'string' ? profileNamed(profile) : undefined;
  const demands = known === undefined ? [] : demandsFor(asked, known);
  const files = places.get(`${path}.files`);
  const name = places.get(`${path}.${target}.name`);
  const title = asked?.title ?? '';
  const loose = demandsOf(demands, 'loose-files').some(isMust);
  if (files?.value === 'zip' && loose) {
    const message = `must be loose: ${title} accepts separate CSV files`;
    return [{ path: `${path}.files`, offset: files.valueAt, message }];
  }
  if (name === undefined) return [];
  const at = { path: `${path}.${target}.name`, offset: name.valueAt };
  if (files?.value === 'loose' || (files === undefined && loose)) {
    return [
      { ...at, offset: name.keyAt, message: 'does not apply: loose files have the names of their tables' },
    ];
  }
  if (typeof name.value !== 'string' || name.value.trim() === '') return [];
  const own = places.get(`${connection}.name`)?.value;
  const problem = nameProblem(name.value, typeof own === 'string' ? own : undefined);
  if (problem !== undefined) return [{ ...at, message: problem }];
  const sample = fillName(name.value, {
    madeAt: new Date(0),
    timezone: 'UTC',
    connection: 'sample',
    version: known ?? '1.1',
    mode: 'bulk',
  });
  const [wanted] = demandsOf(demands, 'zip-name').filter(isMust);
  if (wanted === undefined) return [];
  if (wanted.pattern === undefined && sample !== wanted.name) {
    return [{ ...at, message: `must be ${wanted.name}: ${title} requires that name` }];
  }
  return wanted.pattern !== undefined && !new RegExp(wanted.pattern).test(sample)
    ? [{ ...at, message: `is not a name that ${title} accepts: use for example ${wanted.name}` }]
    : [];
}

const isMust = ({ severity }: Demand): boolean => severity === 'error';

function isGroup(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
