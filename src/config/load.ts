/**
 * Takes the path of a config file and the environment; gives the checked, completed, frozen config.
 * Promises: every problem in the file is reported at once, with its place; no secret is ever in a message.
 */
import { statSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isScalar, visit, type Document } from 'yaml';
import { ExportError, type Problem } from '../model/errors.js';
import { renamableByOthers, self, writableByOthers, type Rights } from '../model/owners.js';
import { plainFileFault, readPlainFile } from '../model/plain-file.js';
import type { Config } from '../model/settings.js';
import { compareSettings } from './across.js';
import type { z } from 'zod';
import { checkAgainst, checkWritten, declaration, type Complaint, type WrittenConfig } from './config.js';
import { CONFIG_LIMITS } from '../model/limits.js';
import { readNumbers } from './only.js';
import { normalize } from './normalize.js';
import { formatPath, type Finding, type Places, type Segment } from './places.js';
import { read } from './read.js';
import { HERE, type System } from '../platform/system.js';
import { lookUp, referredFiles, type Env } from './references.js';
import { shapeOf } from './shape.js';
import { parseSyntax, type Syntax } from './syntax.js';

/** A config that ships with the program is as trusted as the program itself. */
type Origin = 'written' | 'packaged';

export async function loadConfig(
  path: string,
  env: Env,
  system: System = HERE,
  origin: Origin = 'written',
): Promise<Config> {
  return (await readConfig(path, env, system, origin)).config;
}

/** A valid config with what the file itself has of it, for commands that show or judge the file. */
export interface ReadConfig {
  readonly config: Config;
  /** Completed by the defaults; references are filled in. */
  readonly written: WrittenConfig;
  readonly places: Places;
  /** A remark on the setting at a path, with its line and column; without them if the setting is not in the file. */
  readonly remarkAt: (path: string, message: string) => Problem;
}

export async function readConfig(
  path: string,
  env: Env,
  system: System = HERE,
  origin: Origin = 'written',
): Promise<ReadConfig> {
  const folder = dirname(resolve(path));
  const syntax = parseSyntax(await readText(path, origin));
  if (!('document' in syntax)) {
    throw refusal(path, syntax);
  }
  const references = await lookUp(textsOf(syntax.document), folder, env, system);
  const { value, places, problems } = read(syntax, shapeOf(declaration), references);
  const checked = checkWritten(value);
  const found: Problem[] = [
    ...unsafeEnvironment(env),
    ...problems,
    ...compareSettings(places, folder).map(({ offset, path, message }) =>
      syntax.problemAt(offset, path, message),
    ),
  ];
  found.push(...complaintsAt(checked, places, syntax, found));
  const numbers = await readNumbers('complaints' in checked ? [] : checked.config.connections, folder);
  for (const { path: at, message } of numbers.problems)
    found.push(syntax.problemAt(places.get(at)?.valueAt ?? 0, at, message));
  if (found.length > 0 || 'complaints' in checked) {
    throw refusal(path, found.toSorted(byPlace));
  }
  return {
    config: normalize(checked.config, folder, numbers.byPath),
    written: checked.config,
    places,
    remarkAt: (at, message) => {
      const place = places.get(at);
      return place === undefined ? { path: at, message } : syntax.problemAt(place.keyAt, at, message);
    },
  };
}

/** Another file that is declared in the same way, such as `fleet.yaml`; `across` finds problems between its settings. */
export async function readDeclared<T>(
  path: string,
  env: Env,
  declared: z.ZodType<T>,
  across: (places: Places) => readonly Finding[],
): Promise<T> {
  const syntax = parseSyntax(await readText(path, 'written'));
  if (!('document' in syntax)) throw refusal(path, syntax);
  const references = await lookUp(textsOf(syntax.document), dirname(resolve(path)), env);
  const { value, places, problems } = read(syntax, shapeOf(declared), references);
  const checked = checkAgainst(declared, value);
  const found = [
    ...problems,
    ...across(places).map(({ offset, path: at, message }) => syntax.problemAt(offset, at, message)),
  ];
  found.push(...complaintsAt(checked, places, syntax, found));
  if (found.length > 0 || 'complaints' in checked) throw refusal(path, found.toSorted(byPlace));
  return checked.config;
}

/** Once for each setting: what was found on reading explains the value; the check would only say that it is wrong. */
function complaintsAt(
  checked: object | { readonly complaints: readonly Complaint[] },
  places: Places,
  { problemAt }: Syntax,
  known: readonly Problem[],
): readonly Problem[] {
  const reported = new Set(known.map((problem) => problem.path));
  const found: Problem[] = [];
  for (const { segments, message } of 'complaints' in checked ? checked.complaints : []) {
    const at = formatPath(segments);
    if (reported.has(at)) continue;
    found.push(problemAt(offsetFor(places, segments), at, message));
    reported.add(at);
  }
  return found;
}

/** The secrets of a config that are in files, as absolute paths. The config may have problems. */
export async function secretFiles(path: string): Promise<readonly string[]> {
  const syntax = parseSyntax(await readText(path));
  return 'document' in syntax ? referredFiles(textsOf(syntax.document), dirname(resolve(path))) : [];
}

/** Node checks no certificate while this variable is 0; this program's connections still check certificates, but other libraries may not. */
function unsafeEnvironment({ NODE_TLS_REJECT_UNAUTHORIZED: value }: Env): readonly Problem[] {
  return value === '0'
    ? [
        {
          path: '',
          message:
            'The environment variable NODE_TLS_REJECT_UNAUTHORIZED is 0, which turns off certificate checks: unset it',
        },
      ]
    : [];
}

/** One line per problem, in the form that editors and terminals make clickable. */
export function formatProblems(path: string, problems: readonly Problem[]): string {
  return problems
    .map((problem) => {
      const place = problem.line === undefined ? '' : `:${problem.line}:${problem.column ?? 1}`;
      return `${path}${place}  ${problem.path === '' ? '' : `${problem.path}: `}${problem.message}`;
    })
    .join('\n');
}

async function readText(path: string, origin: Origin = 'written'): Promise<string> {
  try {
    const { bytes, stats } = await readPlainFile(path, { mostBytes: CONFIG_LIMITS.fileBytes.most });
    const open = origin === 'packaged' ? undefined : changeableByOthers(path, stats);
    if (open !== undefined) throw refusal(path, [{ path: '', message: open }]);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof ExportError) throw error;
    throw refusal(path, [{ path: '', message: whyNoText(error) }]);
  }
}

/**
 * A config can run programs and decides where bundles go. The superuser accepts only its own config; another user also accepts
 * that of an administrator.
 */
function changeableByOthers(path: string, stats: Stats): string | undefined {
  const isRoot = self.uid === 0;
  const trusted = ({ uid, gid, mode }: Stats): Rights => ({ uid: isRoot ? uid : 0, gid, mode });
  const writable = writableByOthers(trusted(stats));
  if (writable !== undefined) return `${writable}: let only its owner write to it`;
  const folder = dirname(resolve(path));
  const loose = renamableByOthers(trusted(statSync(folder)));
  return loose === undefined
    ? undefined
    : `is in the folder ${folder}, which ${loose}: let only its owner write to it`;
}

function whyNoText(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return 'is not UTF-8 text: save it as UTF-8';
  }
  const { kind, message } = plainFileFault(error);
  const hint = kind !== 'denied' && kind !== 'too-large' && kind !== 'unreadable';
  const absent =
    kind === 'missing'
      ? '. To write a first one: oneroster-export init. To try it without one: oneroster-export demo'
      : '';
  return `${message}${hint ? ': give the config with --config or ONEROSTER_EXPORT_CONFIG' : ''}${absent}`;
}

function textsOf(document: Document.Parsed): readonly string[] {
  const texts: string[] = [];
  visit(document, {
    Scalar: (key, node) => {
      if (key !== 'key' && isScalar(node) && typeof node.value === 'string') {
        texts.push(node.value);
      }
    },
  });
  return texts;
}

/** Where the value stands; for what is missing, where its group begins. */
function offsetFor(places: Places, segments: readonly Segment[]): number {
  const place = places.get(formatPath(segments));
  if (place) {
    return place.valueAt;
  }
  return segments.length === 0 ? 0 : offsetFor(places, segments.slice(0, -1));
}

function byPlace(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function refusal(path: string, problems: readonly Problem[]): ExportError {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new ExportError('config', `The config ${path} has ${count}.`, problems);
}
