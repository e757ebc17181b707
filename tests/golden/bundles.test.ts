/**
 * Golden bundles: every byte of a small district in both versions, and the checksums of the demo. A change here is a change at
 * every receiver: renew with UPDATE_GOLDEN=1 and read the difference.
 */
import { afterAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { DEMO_AS_OF } from '../../src/demo/days.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import type { Config } from '../../src/model/settings.js';
import { StagingThreads, type Stager } from '../../src/assemble/worker-pool.js';
import { refresh, type RefreshResult } from '../../src/refresh/refresh.js';
import { writeCampusFile } from '../support/campus-file.js';
import { aConfig, aConnection, day } from '../support/connections.js';
import {
  aCourse,
  aDistrict,
  aGuardian,
  anAide,
  aPair,
  aRelative,
  aRoster,
  aStudent,
  aTeacher,
  personGuid,
  STUDENT,
  TEACHER,
  TODAY,
  type GivenRows,
} from '../support/given.js';
import { anyCharacter } from '../support/any-character.js';
import { readBundle, readZip } from '../support/published.js';
import { expectGolden } from './expect-golden.js';
import { demoDistrict } from '../support/demo-district.js';

const folder = mkdtempSync(join(tmpdir(), 'golden-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let nights = 0;
async function refreshed(
  filename: string,
  asOf: string,
  { home = join(folder, `home-${(nights += 1)}`), stager }: { home?: string; stager?: Stager } = {},
): Promise<RefreshResult> {
  const config: Config = aConfig(home, filename, [
    aConnection({ version: '1.1' }),
    aConnection({ version: '1.2', legalNames: 'send' }),
  ]);
  return await refresh({
    config,
    source: sqliteSource({ client: 'better-sqlite3', filename }),
    only: [],
    asOf: day(asOf),
    isAsOfAsked: true,
    startedAt: new Date('2026-10-15T08:00:00Z'),
    program: 'test',
    release: 'every night of this test stands for itself',
    keepSnapshot: false,
    onProgress: () => undefined,
    ...(stager && { stager }),
  });
}

const people: GivenRows = [
  aStudent({
    person: { studentNumber: '000123', stateID: '9001' },
    identity: {
      firstName: 'Ana',
      middleName: 'Maria',
      lastName: 'de la "Cruz", Jr.',
      legalFirstName: 'Anabel',
      legalLastName: 'Cruz',
      gender: 'F',
      birthdate: '2011-02-28 00:00:00',
      raceEthnicityFed: '3',
      hispanicEthnicity: 'N',
    },
    contact: { email: 'ana@example.org', homePhone: '(555)555-0100', cellPhone: '(555)555-0101' },
  }),
  aTeacher({ person: { staffNumber: '77', staffStateID: 'T-9' }, contact: { email: 'teach@example.org' } }),
  anAide(),
  aGuardian(),
  aRelative(),
  aPair(STUDENT, TEACHER),
  aRoster(STUDENT, { startDate: '2026-08-17', endDate: '2027-01-15' }),
];

describe('golden bundles', () => {
  it('a small district is written byte by byte as it always was', async () => {
    const file = writeCampusFile(aDistrict(people));
    const { connections } = await refreshed(file.path, TODAY);
    file.remove();
    expect(connections.map(({ outcome }) => outcome)).toEqual(['published', 'published']);
    for (const { settings, bundle } of connections) {
      const files = [...(await readZip(bundle?.path ?? ''))];
      expectGolden(`small-${settings.version}/entries.txt`, files.map(([name]) => `${name}\n`).join(''));
      for (const [name, bytes] of files)
        expectGolden(`small-${settings.version}/${name}`, bytes.toString('utf8'));
      expectGolden(
        `small-${settings.version}/exclusions.csv`,
        readFileSync(bundle?.exclusions ?? '', 'utf8'),
      );
    }
  });

  it('the demo has the checksums that it always had, and has them twice, in threads and in this one', async () => {
    const filename = join(folder, 'demo.sqlite');
    demoDistrict(filename);
    const zips = new Set<string>();
    // Of the files in the zip: how well they are compressed is up to the version of Node.
    const sums = async (stager?: Stager): Promise<string> => {
      const { connections } = await refreshed(filename, DEMO_AS_OF, { ...(stager && { stager }) });
      const lines = connections.map(async ({ settings, bundle }) => {
        zips.add(bundle?.sha256 ?? '');
        const hash = createHash('sha256');
        for (const [name, bytes] of await readZip(bundle?.path ?? '')) hash.update(`${name}\n`).update(bytes);
        return `${hash.digest('hex')}  ${settings.version}\n`;
      });
      return (await Promise.all(lines)).join('');
    };
    const first = await sums(new StagingThreads());
    expect(await sums()).toBe(first);
    expect(zips.size).toBe(2);
    expectGolden('demo.sha256', first);
  });
});

/** What the contract makes of a text; written anew here, so that the program is not its own witness. */
function asContractSays(text: string): string {
  const points = Array.from(text.replaceAll('\r\n', ' '), (point) => {
    const code = point.codePointAt(0) ?? 0;
    if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
    return code < 32 || (code >= 127 && code < 160) || code === 0x2028 || code === 0x2029 ? ' ' : point;
  });
  let cut = '';
  for (const point of points.join('').normalize('NFC').trim()) {
    if (cut.length + point.length > 255) break;
    cut += point;
  }
  return cut.trim();
}

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.constantFrom(
        '"',
        ',',
        '\r\n',
        '\n',
        '\r',
        '\0',
        ' ',
        '\u2028',
        '\ufeff',
        '\u202e',
        'é',
        'e\u0301',
        '😀',
        '=1+1',
        "O'Brien",
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/** A refresh costs more than the texts in it, so a district carries many of them. */
const STUDENTS_PER_DISTRICT = 30;

describe('hostile text', () => {
  it('comes back from a published bundle as the contract makes it', async () => {
    const names = fc.array(fc.tuple(hostile, hostile, hostile), {
      minLength: STUDENTS_PER_DISTRICT,
      maxLength: STUDENTS_PER_DISTRICT,
    });
    await fc.assert(
      fc.asyncProperty(names, async (given) => {
        const texts = given.map(([first, last, title], at) => ({
          personID: 500 + at,
          courseID: 5_000 + at,
          first: `a${first}`,
          last: `b${last}${'x'.repeat(last.length % 2 === 0 ? 0 : 300)}`,
          title: `c${title}`,
        }));
        const file = writeCampusFile(
          aDistrict(
            people,
            texts.map(({ courseID, title }) => aCourse(courseID, { name: title })),
            texts.map(({ personID, first, last }) =>
              aStudent({
                personID,
                identity: { firstName: first, lastName: last, legalFirstName: null, legalLastName: null },
              }),
            ),
          ),
        );
        const { connections } = await refreshed(file.path, TODAY, { home: join(folder, 'hostile') });
        file.remove();
        const bundle = connections.find(({ settings }) => settings.version === '1.2')?.bundle;
        const tables = await readBundle(bundle?.path ?? '');
        const byId = (table: string) => new Map(tables.get(table)?.map((row) => [row['sourcedId'], row]));
        const [users, courses] = [byId('users'), byId('courses')];
        for (const { personID, courseID, first, last, title } of texts) {
          const user = users.get(personGuid(personID));
          expect(user?.['givenName']).toBe(asContractSays(stored(first)));
          expect(user?.['familyName']).toBe(asContractSays(stored(last)));
          expect(courses.get(String(courseID))?.['title']).toBe(asContractSays(stored(title)));
        }
      }),
      { numRuns: 4 },
    );
  }, 120_000);
});

/** SQLite keeps UTF-8: half a surrogate pair is lost when the text is stored, before the program sees it. */
const stored = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');
