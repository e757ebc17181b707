/** What happens to a cell, by what its column holds. A faulty value stays faulty in the same way. */
import type { CellKind } from './columns.js';
import { Addresses, replacePhone } from './contacts.js';
import type { Content } from './content.js';
import { moveBirthDate } from './dates.js';
import { Names } from './names.js';
import type { Secret } from './secret.js';
import {
  COMMA,
  conditions,
  isDate,
  isNullWord,
  items,
  valueReplacers,
  type InPlace,
  type ValueKind,
} from './values.js';

/** `kept`: a listed extension column. `unknown`: a cell of a row that does not fit its header. */
export type ReplacedKind = CellKind | 'kept' | 'unknown';

/** What becomes of the cell depends on whose record it is. */
export const isByPerson = (kind: ReplacedKind): boolean => kind === 'name' || kind === 'birth-date';

/** Changes a filled cell in place. Gives its content if it has another length, valid until the next cell. */
export type ReplaceCell = (bytes: Buffer, start: number, end: number, person: number) => Content | undefined;

export interface Choices {
  readonly keepIds: boolean;
  readonly keepTitles: boolean;
}

/** Types of ids that say nothing about a person. */
const ID_TYPES: ReadonlySet<string> = new Set(
  `ldap lti federal state local sis sisid stateid staffstateid studentid staffid schoolid userid personid guid personguid
  studentnumber staffnumber employeeid employeenumber districtid localid nces uuid google googleid microsoft azure
  azuread clever cleverid classlink ed-fi edfi saml sso eppn canvas schoology email username ad nasis naid`.split(
    /\s+/,
  ),
);

type LongerKind = 'email' | 'username' | 'unknown';

export function cellReplacer(secret: Secret, choices: Choices): (kind: ReplacedKind) => ReplaceCell {
  const same = inPlaceReplacers(secret, choices);
  const addresses = new Addresses(secret);
  return (kind) => {
    if (kind === 'email' || kind === 'username' || kind === 'unknown')
      return (bytes, start, end) => addresses.replace(bytes, start, end);
    const replace = same[kind];
    return (bytes, start, end, person) => {
      replace(bytes, start, end, person);
      return undefined;
    };
  };
}

function inPlaceReplacers(
  secret: Secret,
  { keepIds, keepTitles }: Choices,
): Readonly<Record<Exclude<ReplacedKind, LongerKind>, InPlace>> {
  const names = new Names();
  const replace: InPlace = (bytes, start, end) => secret.replace(bytes, start, end);
  const keep: InPlace = () => undefined;
  const known = conditions(secret);
  const values: Readonly<Record<ValueKind, InPlace>> = valueReplacers(known);
  return {
    ...values,
    id: keepIds ? keep : replace,
    ids: keepIds ? keep : items(replace),
    identifier: keepIds ? keep : replace,
    'typed-ids': keepIds ? keep : items((bytes, start, end) => typedId(secret, bytes, start, end)),
    objective: keepIds ? keep : values.objective,
    name: (bytes, start, end, person) => {
      if (!isNullWord(bytes, start, end)) names.replace(bytes, start, end, person);
    },
    phone: (bytes, start, end) => {
      if (!isNullWord(bytes, start, end)) replacePhone(secret, bytes, start, end);
    },
    'birth-date': (bytes, start, end, person) => {
      if (!moveBirthDate(bytes, start, end, person)) known.unless(isDate)(bytes, start, end, person);
    },
    secret: (bytes, start, end) => hide(secret, bytes, start, end),
    title: keepTitles ? keep : replace,
    titles: keepTitles ? keep : items(replace),
    text: replace,
    kept: keep,
  };
}

/** The types are words of support cases; the id is that of the column `identifier`, so equal ids stay equal. */
function typedId(secret: Secret, bytes: Buffer, start: number, end: number): void {
  const text = bytes.toString('latin1', start, end);
  const [brace, colon] = [text.indexOf('{'), text.indexOf(':')];
  if (colon < 0) {
    secret.replace(bytes, start, end);
    return;
  }
  const type = text.slice(brace + 1, colon);
  if (!ID_TYPES.has(type.trim().toLowerCase())) secret.replace(bytes, start, start + colon);
  secret.replace(bytes, start + colon + 1, end);
}

const STRUCTURE: ReadonlySet<number> = new Set([0x22, COMMA, 0x20, 0x7f]);

/** A password: letters, digits and signs become x. */
function hide(secret: Secret, bytes: Buffer, start: number, end: number): void {
  secret.replace(bytes, start, end);
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte > 0x20 && byte < 0x80 && !STRUCTURE.has(byte)) bytes[at] = 0x78;
  }
}
