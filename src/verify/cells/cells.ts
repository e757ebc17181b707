/** Checks one filled cell by its column's declaration, and returns the fact for rules on whole rows. */
import type { Column } from '../../oneroster/table.js';
import type { CheckCode } from '../catalogue/checks.js';
import type { Row } from '../../csv/csv-reader.js';
import {
  dayOf,
  instantOf,
  isGuid,
  isOnlyBlanks,
  isTrue,
  isFalse,
  isWideId,
  tokenFinder,
  yearOf,
} from './cell-bytes.js';
import type { Findings, Located, Tally } from '../catalogue/findings.js';
import { EXTENSION, FAULTY } from '../memory/known.js';

export type CellJudge = (row: Row, cell: number, start: number, end: number) => number;

export interface CellPlace {
  readonly file: string;
  readonly version: '1.1' | '1.2';
  readonly findings: Findings;
  readonly at: Located;
}

const EXTENSION_TOKEN = /^ext:[A-Za-z0-9._-]+$/;
const LONGEST_TEXT = 255;

export function cellJudge(column: Column, place: CellPlace): CellJudge {
  switch (column.type) {
    case 'guid':
      return guid(column, place);
    case 'guidList':
    case 'stringList':
    case 'enumList':
      return () => 0; // lists are judged item by item, in lists.ts
    case 'string':
      return string(column, place);
    case 'enum':
      return enumeration(column, place);
    case 'boolean':
      return simple('cell.boolean', column, place, (bytes, start, end) =>
        isTrue(bytes, start, end) ? 1 : isFalse(bytes, start, end) ? 0 : FAULTY,
      );
    case 'date':
      return simple('cell.date', column, place, dayOf);
    case 'year':
      return simple('cell.year', column, place, yearOf);
    case 'dateTime':
      return dateTime(column, place);
    case 'integer':
      return simple('cell.integer', column, place, (bytes, start, end) =>
        numberOf(/^[+-]?\d+$/, bytes, start, end, FAULTY),
      );
    case 'float':
      return simple('cell.float', column, place, (bytes, start, end) =>
        numberOf(/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/, bytes, start, end, NaN),
      );
  }
}

/** Counts a cell as breaking a check. */
export function hitCell(tally: Tally, at: Located, row: Row, cell: number): void {
  tally.hit(at, () => row.text(cell));
}

function tallyFor(code: CheckCode, column: Column, { findings, file }: CellPlace): Tally {
  return findings.tally(code, file, column.name);
}

function simple(
  code: CheckCode,
  column: Column,
  place: CellPlace,
  read: (bytes: Buffer, start: number, end: number) => number,
): CellJudge {
  const tally = tallyFor(code, column, place);
  return (row, cell, start, end) => {
    const fact = read(row.bytes, start, end);
    if (fact === FAULTY || Number.isNaN(fact)) hitCell(tally, place.at, row, cell);
    return fact;
  };
}

function guid(column: Column, place: CellPlace): CellJudge {
  const faulty = tallyFor('cell.guid', column, place);
  const wide = tallyFor('cell.id-reach', column, place);
  const isKey = column.name === 'sourcedId';
  return (row, cell, start, end) => {
    if (!isGuid(row.bytes, start, end)) {
      hitCell(faulty, place.at, row, cell);
      return FAULTY;
    }
    if (isKey && isWideId(row.bytes, start, end)) hitCell(wide, place.at, row, cell);
    return 0;
  };
}

function string(column: Column, place: CellPlace): CellJudge {
  if (column.name === 'password') {
    const filled = tallyFor('cell.password', column, place);
    // Only counted: no password is ever shown.
    return () => {
      filled.hit(place.at);
      return 0;
    };
  }
  const tooLong = tallyFor('cell.too-long', column, place);
  const onlyBlanks = tallyFor('cell.only-blanks', column, place);
  const nullWord = tallyFor('cell.null-word', column, place);
  return (row, cell, start, end) => {
    const { bytes } = row;
    if (end - start > LONGEST_TEXT && Array.from(bytes.toString('utf8', start, end)).length > LONGEST_TEXT) {
      hitCell(tooLong, place.at, row, cell);
    }
    if (isOnlyBlanks(bytes, start, end)) hitCell(onlyBlanks, place.at, row, cell);
    else if (end - start === 4 && isNullWord(bytes.toString('latin1', start, end))) {
      hitCell(nullWord, place.at, row, cell);
    }
    return 0;
  };
}

function isNullWord(text: string): boolean {
  return text === 'NULL' || text === 'null';
}

function enumeration(column: Column, place: CellPlace): CellJudge {
  const find = tokenFinder(column.of ?? []);
  const judge = strayToken(column, place);
  return (row, cell, start, end) => {
    const position = find(row.bytes, start, end);
    return position >= 0 ? position : judge(row, cell, row.bytes.toString('utf8', start, end));
  };
}

/** What a text is that is no token of the column: an extension, a token in another case, or nothing at all. */
export function strayToken(
  column: Column,
  place: CellPlace,
): (row: Row, cell: number, text: string) => number {
  const tokens = new Map((column.of ?? []).map((token) => [token.toLowerCase(), token]));
  const unknown = tallyFor('cell.enum', column, place);
  const otherCase = tallyFor('cell.enum-case', column, place);
  const extension = tallyFor('cell.extension-token', column, place);
  const inactive = column.name === 'status' ? tallyFor('lifecycle.inactive', column, place) : undefined;
  return (row, cell, text) => {
    if (text.startsWith('ext:')) {
      if (column.extensible && EXTENSION_TOKEN.test(text)) return EXTENSION;
      hitCell(extension, place.at, row, cell);
    } else if (inactive && text === 'inactive') hitCell(inactive, place.at, row, cell);
    else if (tokens.has(text.trim().toLowerCase())) hitCell(otherCase, place.at, row, cell);
    else hitCell(unknown, place.at, row, cell);
    return FAULTY;
  };
}

function dateTime(column: Column, place: CellPlace): CellJudge {
  const faulty = tallyFor('cell.date-time', column, place);
  const fraction = tallyFor('cell.date-time-fraction', column, place);
  return (row, cell, start, end) => {
    const kind = instantOf(row.bytes, start, end);
    if (kind === 'faulty') {
      hitCell(faulty, place.at, row, cell);
      return FAULTY;
    }
    if (kind === 'unusual') hitCell(fraction, place.at, row, cell);
    return 0;
  };
}

function numberOf(pattern: RegExp, bytes: Buffer, start: number, end: number, otherwise: number): number {
  const text = bytes.toString('latin1', start, end);
  return pattern.test(text) ? Number(text) : otherwise;
}
