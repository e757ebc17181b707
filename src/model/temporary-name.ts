/** The name under which a file is uploaded before it gets its final one: text with the parts {name} and {id}. */
import { isReservedName } from './remote-name.js';

/** Hidden, and clearly recognizable as this program's. */
export const TEMPORARY_NAME = '.{name}.{id}.part';

const ID_LOOKS = '[0-9a-f]{8}';
const LONGEST = 40;

/** What is wrong with a written pattern, or undefined. */
export function temporaryNameProblem(pattern: string): string | undefined {
  if (!pattern.includes('{name}')) return 'must contain {name}, which stands for the final name';
  const plain = pattern.replaceAll('{name}', '').replaceAll('{id}', '');
  if (plain === '') return 'must have more than {name}, such as "{name}.part"';
  if (!/^[A-Za-z0-9_.-]*$/.test(plain))
    return 'may only have letters, digits, dots, hyphens, underscores, {name} and {id}';
  if (isReservedName(pattern.replaceAll('{name}', 'name')))
    return 'is a reserved name on Windows: choose another';
  return plain.length > LONGEST ? `must not add more than ${LONGEST} characters to {name}` : undefined;
}

export function temporaryNameOf(pattern: string, name: string, id: string): string {
  return pattern.replaceAll('{name}', () => name).replaceAll('{id}', id);
}

/** Matches every temporary name of files whose final name matches `namesLike`. */
export function temporaryLike(pattern: string, namesLike: string): RegExp {
  const source = pattern
    .split(/(\{name\}|\{id\})/)
    .map((piece) => {
      if (piece === '{name}') return `(?:${namesLike})`;
      return piece === '{id}' ? ID_LOOKS : piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}$`);
}
