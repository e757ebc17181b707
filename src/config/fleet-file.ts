/** Takes the path of `fleet.yaml`; gives what it has with the place of each setting, and all that is wrong with it. */
import { dirname, resolve } from 'node:path';
import type { Problem } from '../model/errors.js';
import { unfitFleetConsole } from './across-console.js';
import { unfitServer } from './across-state.js';
import { checkAgainst } from './config.js';
import { fleetDeclaration, type WrittenFleet } from './fleet-declaration.js';
import type { Finding, Places } from './places.js';
import { read } from './read.js';
import { lookUp, type Env } from './references.js';
import { byPlace, complaintsAt, refusal } from './refusal.js';
import { shapeOf } from './shape.js';
import { parseSyntax, type Syntax } from './syntax.js';
import { readText, textsOf } from './text-file.js';

export const FLEET_FILE = 'fleet.yaml';
export const DISTRICT_FILE = 'oneroster.yaml';

export interface FleetFile {
  /** Absolute. */
  readonly path: string;
  readonly folder: string;
  /** Undefined where a setting is missing or wrong. */
  readonly written?: WrittenFleet;
  /** In the order of the file. */
  readonly problems: readonly Problem[];
  /** As read, before it was checked. */
  readonly value: unknown;
  readonly places: Places;
  readonly problemAt: Syntax['problemAt'];
}

/** Throws ExportError `config` where the file cannot be read or is no YAML; what is wrong with its settings is in `problems`. */
export async function readFleetFile(
  file: string,
  env: Env,
  across: (places: Places) => readonly Finding[] = () => [],
): Promise<FleetFile> {
  const path = resolve(file);
  const folder = dirname(path);
  const syntax = parseSyntax(await readText(path, 'fleet'));
  if (!('document' in syntax)) throw refusal(path, syntax);
  const references = await lookUp(textsOf(syntax.document), folder, env);
  const { value, places, problems } = read(syntax, shapeOf(fleetDeclaration), references);
  const checked = checkAgainst(fleetDeclaration, value);
  const found = [
    ...problems,
    ...[...unfitServer(places, 'database'), ...unfitFleetConsole(places), ...across(places)].map(
      ({ offset, path: at, message }) => syntax.problemAt(offset, at, message),
    ),
  ];
  found.push(...complaintsAt(checked, places, syntax, found));
  return {
    path,
    folder,
    ...('config' in checked && { written: checked.config }),
    problems: found.toSorted(byPlace),
    value,
    places,
    problemAt: syntax.problemAt,
  };
}

/** Throws ExportError `config` with every problem of the file. */
export function requireFit({ path, written, problems }: FleetFile): WrittenFleet {
  if (problems.length > 0 || written === undefined) throw refusal(path, problems);
  return written;
}
