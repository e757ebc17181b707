/** The problems of a config: placed, in order, and as the error that lists them. */
import { ExportError, type Problem } from '../model/errors.js';
import type { Complaint } from './config.js';
import { formatPath, type Places, type Segment } from './places.js';
import type { Syntax } from './syntax.js';

/** One line per problem, in the form that editors and terminals make clickable. */
export function formatProblems(path: string, problems: readonly Problem[]): string {
  return problems
    .map((problem) => {
      const place = problem.line === undefined ? '' : `:${problem.line}:${problem.column ?? 1}`;
      return `${problem.file ?? path}${place}  ${problem.path === '' ? '' : `${problem.path}: `}${problem.message}`;
    })
    .join('\n');
}

/** Once for each setting: what was found on reading explains the value; the check would only say that it is wrong. */
export function complaintsAt(
  checked: object | { readonly complaints: readonly Complaint[] },
  places: Places,
  { problemAt }: Pick<Syntax, 'problemAt'>,
  known: readonly Problem[],
): readonly Problem[] {
  const reported = new Set(known.map(settingOf));
  const found: Problem[] = [];
  for (const { segments, message } of 'complaints' in checked ? checked.complaints : []) {
    const problem = problemAt(offsetFor(places, segments), formatPath(segments), message);
    if (reported.has(settingOf(problem))) continue;
    found.push(problem);
    reported.add(settingOf(problem));
  }
  return found;
}

const settingOf = ({ file = '', path }: Problem): string => `${file}\n${path}`;

/** Where the value stands; for what is missing, where its group begins. */
function offsetFor(places: Places, segments: readonly Segment[]): number {
  const place = places.get(formatPath(segments));
  if (place) {
    return place.valueAt;
  }
  return segments.length === 0 ? 0 : offsetFor(places, segments.slice(0, -1));
}

/** File by file, the one that was read first. */
export function byPlace(a: Problem, b: Problem): number {
  const [first = '', other = ''] = [a.file, b.file];
  if (first !== other) return first < other ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

export function refusal(path: string, problems: readonly Problem[]): ExportError {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new ExportError('config', `The config ${path} has ${count}.`, problems);
}
