/**
 * Takes the path of a config file and the environment; gives the checked, completed, frozen config.
 * Promises: every problem in the file is reported at once, with its place; no secret is ever in a message.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Problem } from '../model/errors.js';
import type { Config } from '../model/settings.js';
import { HERE, type System } from '../platform/system.js';
import { compareSettings } from './across.js';
import { checkWritten, declaration, type WrittenConfig } from './config.js';
import { DISTRICT_FILE, FLEET_FILE, readFleetFile, type FleetFile } from './fleet-file.js';
import { layered } from './layers.js';
import { normalize } from './normalize.js';
import { readNumbers } from './only.js';
import type { Places } from './places.js';
import { read } from './read.js';
import { lookUp, referredFiles, type Env } from './references.js';
import { byPlace, complaintsAt, refusal } from './refusal.js';
import { shapeOf } from './shape.js';
import { parseSyntax } from './syntax.js';
import { readText, textsOf, type Origin } from './text-file.js';

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

/** The config of a district in a fleet has what `fleet.yaml` in the folder above sets; its problems are in either file. */
export async function readConfig(
  path: string,
  env: Env,
  system: System = HERE,
  origin: Origin = 'written',
): Promise<ReadConfig> {
  const file = origin === 'written' ? fleetPathOf(path) : undefined;
  const fleet = file === undefined ? undefined : await readFleetFile(file, env);
  return await readUnder(fleet, { path, env, system, origin });
}

export interface ReadCall {
  readonly path: string;
  readonly env: Env;
  readonly system?: System;
  readonly origin?: Origin;
}

/** With a fleet's file that has been read before, for many districts. */
export async function readUnder(fleet: FleetFile | undefined, call: ReadCall): Promise<ReadConfig> {
  const { path, env, system = HERE, origin = 'written' } = call;
  const syntax = parseSyntax(await readText(path, origin));
  if (!('document' in syntax)) throw refusal(path, syntax);
  const references = await lookUp(textsOf(syntax.document), dirname(resolve(path)), env, system);
  const own = { ...read(syntax, shapeOf(declaration), references), problemAt: syntax.problemAt };
  const { value, places, problems, problemAt, folderOf } = layered(path, own, fleet);
  const checked = checkWritten(value);
  const found: Problem[] = [
    ...unsafeEnvironment(env),
    ...problems,
    ...compareSettings(places, folderOf('connections')).map((each) =>
      problemAt(each.offset, each.path, each.message),
    ),
  ];
  found.push(...complaintsAt(checked, places, { problemAt }, found));
  const connections = 'complaints' in checked ? [] : checked.config.connections;
  const numbers = await readNumbers(connections, folderOf('connections'));
  for (const { path: at, message } of numbers.problems)
    found.push(problemAt(places.get(at)?.valueAt ?? 0, at, message));
  if (found.length > 0 || 'complaints' in checked) throw refusal(path, eachOnce(found).toSorted(byPlace));
  return {
    config: normalize(checked.config, folderOf, numbers.byPath),
    written: checked.config,
    places,
    remarkAt: (at, message) => {
      const place = places.get(at);
      return place === undefined ? { path: at, message } : problemAt(place.keyAt, at, message);
    },
  };
}

/** The file of the fleet that has this config; undefined where it is of no fleet. A config that is checked before it takes the place of another has `.part`. */
function fleetPathOf(path: string): string | undefined {
  if (basename(path).replace(/\.part$/, '') !== DISTRICT_FILE) return undefined;
  const file = join(dirname(dirname(resolve(path))), FLEET_FILE);
  return existsSync(file) ? file : undefined;
}

/** What is wrong with `fleet.yaml` by itself is found again in the whole. */
const eachOnce = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((problem) => [JSON.stringify(Object.entries(problem).sort()), problem])).values(),
];

/** The secrets of a config that are in files, as absolute paths. The config may have problems. */
export async function secretFiles(path: string): Promise<readonly string[]> {
  const above = fleetPathOf(path);
  const paths = above === undefined ? [path] : [path, above];
  const each = await Promise.all(paths.map(filesIn));
  return [...new Set(each.flat())];
}

async function filesIn(path: string): Promise<readonly string[]> {
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
