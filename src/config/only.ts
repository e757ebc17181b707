/** `only` of a connection in the form in which the rules use it: grades by their keys in the SIS, numbers from their file. */
import { resolve } from 'node:path';
import { CONFIG_LIMITS } from '../model/limits.js';
import { plainFileFault, readPlainFile } from '../model/plain-file.js';
import type { Config, OnlySettings, WantedGrades } from '../model/settings.js';
import { known } from './known.js';
import type { WrittenConnection } from './config.js';

type Written = NonNullable<WrittenConnection['only']>;

interface Around {
  readonly grades: Config['grades'];
  readonly useLocalGrades: boolean;
  readonly numbers: ReadonlyMap<string, readonly string[]>;
}

export function onlyOf(
  { students, sections, staff, contacts, pilot }: Written,
  around: Around,
): OnlySettings {
  return {
    ...(students && { students: studentsOf(students, around) }),
    ...(sections && { sections: sectionsOf(sections) }),
    ...(staff && { staff: known(staff) }),
    ...(contacts && { contacts: known(contacts) }),
    ...(pilot && { pilot: known(pilot) }),
  };
}

function studentsOf(
  { grades, ids, idsFile, ...others }: NonNullable<Written['students']>,
  around: Around,
): NonNullable<OnlySettings['students']> {
  const numbers = ids ?? (idsFile === undefined ? undefined : around.numbers.get(idsFile));
  return {
    ...known(others),
    ...(grades && { grades: wantedGrades(grades, around) }),
    ...(numbers && { ids: numbers }),
  };
}

function sectionsOf({
  terms,
  ...others
}: NonNullable<Written['sections']>): NonNullable<OnlySettings['sections']> {
  return { ...known(others), ...(terms !== undefined && terms !== 'all' && { terms }) };
}

function wantedGrades(sent: readonly string[], { grades, useLocalGrades }: Around): WantedGrades {
  const keysOf = (grade: string): readonly string[] =>
    useLocalGrades
      ? [lower(grade)]
      : [...grades].filter(([, each]) => lower(each) === lower(grade)).map(([key]) => lower(key));
  return {
    by: useLocalGrades ? 'local' : 'state',
    keys: Object.fromEntries(sent.map((grade) => [grade, keysOf(grade)])),
  };
}

const lower = (text: string): string => text.trim().toLowerCase();

/** The student numbers of each file that a connection names, by the path as written; a problem for each that cannot be read. */
export async function readNumbers(
  connections: readonly WrittenConnection[],
  folder: string,
): Promise<{
  readonly byPath: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}> {
  const byPath = new Map<string, readonly string[]>();
  const problems: { path: string; message: string }[] = [];
  for (const [at, { only }] of connections.entries()) {
    const file = only?.students?.idsFile;
    if (file === undefined) continue;
    const path = `connections[${at}].only.students.idsFile`;
    if (only?.students?.ids !== undefined)
      problems.push({ path, message: 'and ids cannot be combined: remove one' });
    try {
      const { bytes } = await readPlainFile(resolve(folder, file), {
        mostBytes: CONFIG_LIMITS.fileBytes.most,
      });
      const numbers = bytes
        .toString('utf8')
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== '');
      if (numbers.length === 0) problems.push({ path, message: 'names a file without any student number' });
      byPath.set(file, numbers);
    } catch (error) {
      problems.push({ path, message: `names a file that ${plainFileFault(error).message}` });
    }
  }
  return { byPath, problems };
}
