/** Problems between settings. Works on what was read, complete or not. */
import { profileNamed, profiles } from '../profiles/index.js';
import { shapeOf } from '../profiles/shape.js';
import { unfitFields } from './across-fields.js';
import { clashingDeliveries } from './across-deliveries.js';
import { unfitConsole } from './across-console.js';
import { unfitNotices } from './across-notices.js';
import { unfitMetadata } from './across-metadata.js';
import { unfitState } from './across-state.js';
import { unfitTables } from './across-tables.js';
import { unfitValues } from './across-values.js';
import { unfitDeliveries } from './delivery.js';
import { gradeKey } from './grades.js';
import { formatPath, type Finding, type Place, type Places } from './places.js';

/** `folder`: that of the config, which relative paths begin in. */
export function compareSettings(places: Places, folder: string): readonly Finding[] {
  return [
    ...repeatedNames(places),
    ...misplacedOn11(places),
    ...unclearGrades(places),
    ...unfitLogin(places),
    ...unfitState(places),
    ...unfitTables(places),
    ...unfitProfiles(places),
    ...unfitFields(places),
    ...unfitMetadata(places),
    ...unfitValues(places),
    ...unfitNotices(places),
    ...unfitConsole(places),
    ...unfitDeliveries(places),
    ...clashingDeliveries(places, folder),
  ];
}

function repeatedNames(places: Places): readonly Finding[] {
  const firstByName = new Map<unknown, string>();
  const findings: Finding[] = [];
  for (const { path, place } of matching(places, /^connections\[\d+\]\.name$/)) {
    const first = firstByName.get(place.value);
    if (first === undefined) {
      firstByName.set(place.value, path);
    } else if (typeof place.value === 'string') {
      findings.push({ path, offset: place.valueAt, message: `must be unique: ${first} is the same` });
    }
  }
  return findings;
}

/** Campus has these two on 1.2 connections only. Taking them on 1.1 and doing nothing would mislead. */
const ONLY_ON_12: Readonly<Record<string, string>> = {
  useSecondaryEmail: 'for 1.1 use settings.useSecondaryEmailFor11',
  legalNames: '1.1 has no preferred names',
};

function misplacedOn11(places: Places): readonly Finding[] {
  return matching(places, /^connections\[\d+\]\.version$/)
    .filter(({ place }) => place.value === '1.1')
    .flatMap(({ path: version }) =>
      Object.entries(ONLY_ON_12).flatMap(([key, remark]) => {
        const path = version.replace(/version$/, key);
        const place = places.get(path);
        return place
          ? [{ path, offset: place.keyAt, message: `is for 1.2 connections only: ${remark}` }]
          : [];
      }),
    );
}

function unclearGrades(places: Places): readonly Finding[] {
  const grades = places.get('grades')?.value;
  const firstByKey = new Map<string, string>();
  const findings: Finding[] = [];
  for (const code of typeof grades === 'object' && grades !== null ? Object.keys(grades) : []) {
    const path = formatPath(['grades', code]);
    const offset = places.get(path)?.keyAt ?? 0;
    const first = firstByKey.get(gradeKey(code));
    if (gradeKey(code) === '') {
      findings.push({ path, offset, message: 'must not have an empty state grade code' });
    } else if (first !== undefined) {
      findings.push({
        path,
        offset,
        message: `is the same state grade code as ${first}: case is ignored`,
      });
    } else {
      firstByKey.set(gradeKey(code), path);
    }
  }
  return findings;
}

/** An unknown profile, or one whose receiver accepts another version or mode. */
function unfitProfiles(places: Places): readonly Finding[] {
  return matching(places, /^connections\[\d+\]\.profile$/).flatMap(({ path, place }) => {
    if (typeof place.value !== 'string') return [];
    const finding = (message: string): readonly Finding[] => [{ path, offset: place.valueAt, message }];
    const profile = profileNamed(place.value);
    if (profile === undefined) {
      return finding(
        `is not a known profile: it must be one of ${profiles.map(({ name }) => name).join(', ')}`,
      );
    }
    const sibling = (key: string): unknown => places.get(path.replace(/profile$/, key))?.value;
    const version = sibling('version');
    if (version !== '1.1' && version !== '1.2') return [];
    const shape = shapeOf(profile, version);
    const mode = sibling('mode') === 'delta' ? 'delta' : 'bulk';
    return [
      ...(shape.versions.includes(version)
        ? []
        : finding(
            `${profile.title} accepts OneRoster ${shape.versions.join(' and ')}, and this connection is ${version}`,
          )),
      ...(shape.modes.includes(mode)
        ? []
        : finding(`${profile.title} accepts ${shape.modes.join(' and ')} bundles only`)),
    ];
  });
}

const LOGIN_KEYS: readonly string[] = ['user', 'password', 'domain', 'tenantId'];

/** What each kind of login requires and allows. */
const LOGINS: ReadonlyMap<string, readonly [needs: readonly string[], takes: readonly string[]]> = new Map([
  ['sql', [['user', 'password'], []]],
  ['windows', [['user', 'password', 'domain'], []]],
  ['azure-service-principal', [['user', 'password', 'tenantId'], []]],
  ['azure-managed-identity', [[], ['user']]],
]);

function unfitLogin(places: Places): readonly Finding[] {
  const at = 'source.connection';
  const group = places.get(at);
  if (places.get('source.client')?.value !== 'mssql' || !isGroup(group?.value)) return [];
  const written = places.get(`${at}.authentication`)?.value ?? 'sql';
  const kind = typeof written === 'string' ? written : '';
  const [needs, takes] = LOGINS.get(kind) ?? [[], LOGIN_KEYS];
  const both = places.get(`${at}.instanceName`) && places.get(`${at}.port`);
  return [
    ...needs
      .filter((key) => !places.has(`${at}.${key}`))
      .map((key) => ({
        path: `${at}.${key}`,
        offset: group?.valueAt ?? 0,
        message: `is missing: authentication ${kind} requires it`,
      })),
    ...LOGIN_KEYS.filter((key) => !needs.includes(key) && !takes.includes(key)).flatMap((key) => {
      const place = places.get(`${at}.${key}`);
      const message = `does not apply to authentication ${kind}: remove it`;
      return place ? [{ path: `${at}.${key}`, offset: place.keyAt, message }] : [];
    }),
    ...(both
      ? [
          {
            path: `${at}.port`,
            offset: both.keyAt,
            message: 'and instanceName cannot be combined: remove one',
          },
        ]
      : []),
  ];
}

function isGroup(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function matching(
  places: Places,
  pattern: RegExp,
): readonly { readonly path: string; readonly place: Place }[] {
  return [...places].filter(([path]) => pattern.test(path)).map(([path, place]) => ({ path, place }));
}
