/** Judges the cells that hold a list: items joined by commas, without spaces around them. */
import { CEDS_GRADES, type Column } from '../../oneroster/table.js';
import type { Row } from '../../csv/csv-reader.js';
import { isGuid, tokenFinder } from './cell-bytes.js';
import { hitCell, strayToken, type CellJudge, type CellPlace } from './cells.js';

const COMMA = 0x2c;
const BLANK_BYTE = 0x20;

/** Judges an item that stands in the row's bytes from `start` to `end`; false when it cannot be followed. */
type ItemJudge = (row: Row, cell: number, start: number, end: number) => boolean;
type ItemReader = (row: Row, cell: number, start: number, end: number) => void;

/** Gives the number of items. `item` is called for each sound one, without its outer spaces. */
export function listJudge(column: Column, place: CellPlace, item?: ItemReader): CellJudge {
  const blanks = place.findings.tally('cell.list-blanks', place.file, column.name);
  const gap = place.findings.tally('cell.list-gap', place.file, column.name);
  const repeat =
    column.type === 'guidList'
      ? place.findings.tally('cell.list-repeat', place.file, column.name)
      : undefined;
  const judgeItem = itemJudge(column, place);
  return (row, cell, start, end) => {
    const { bytes } = row;
    let count = 0;
    let hasBlanks = false;
    let hasGap = false;
    for (let from = start; from <= end;) {
      let to = from;
      while (to < end && bytes[to] !== COMMA) to++;
      let first = from;
      let last = to;
      if (from > start || to < end) {
        while (first < last && bytes[first] === BLANK_BYTE) first++;
        while (first < last && bytes[last - 1] === BLANK_BYTE) last--;
        hasBlanks ||= first > from || last < to;
      }
      if (first === last) hasGap = true;
      else if (judgeItem(row, cell, first, last)) item?.(row, cell, first, last);
      count++;
      from = to + 1;
    }
    if (hasBlanks) hitCell(blanks, place.at, row, cell);
    if (hasGap) hitCell(gap, place.at, row, cell);
    if (repeat && count > 1 && hasRepeat(bytes, start, end)) hitCell(repeat, place.at, row, cell);
    return count;
  };
}

function hasRepeat(bytes: Buffer, start: number, end: number): boolean {
  const items = bytes
    .toString('latin1', start, end)
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return new Set(items).size < items.length;
}

function itemJudge(column: Column, place: CellPlace): ItemJudge {
  switch (column.type) {
    case 'guidList': {
      const faulty = place.findings.tally('cell.guid', place.file, column.name);
      return (row, cell, start, end) => {
        if (isGuid(row.bytes, start, end)) return true;
        hitCell(faulty, place.at, row, cell);
        return false;
      };
    }
    case 'enumList': {
      const find = tokenFinder(column.of ?? []);
      const stray = strayToken(column, place);
      return (row, cell, start, end) => {
        if (find(row.bytes, start, end) < 0) stray(row, cell, row.bytes.toString('utf8', start, end));
        return true;
      };
    }
    default:
      return stringItem(column, place);
  }
}

function stringItem(column: Column, place: CellPlace): ItemJudge {
  const tooLong = place.findings.tally('cell.too-long', place.file, column.name);
  const nullWord = place.findings.tally('cell.null-word', place.file, column.name);
  const onlyBlanks = place.findings.tally('cell.only-blanks', place.file, column.name);
  const malformed = place.findings.tally('cell.item-pattern', place.file, column.name);
  const foreignGrade = place.findings.tally('cell.grade-code', place.file, column.name);
  const pattern = column.itemPattern === undefined ? undefined : new RegExp(column.itemPattern);
  const grade = column.vocabulary === 'grades-ceds' ? tokenFinder(CEDS_GRADES) : undefined;
  return (row, cell, start, end) => {
    if (grade) {
      if (grade(row.bytes, start, end) >= 0) return true;
      hitCell(foreignGrade, place.at, row, cell);
    }
    const text = row.bytes.toString('utf8', start, end);
    if (pattern && !pattern.test(text)) hitCell(malformed, place.at, row, cell);
    if (text.length > 255 && Array.from(text).length > 255) hitCell(tooLong, place.at, row, cell);
    if (text === 'NULL' || text === 'null') hitCell(nullWord, place.at, row, cell);
    else if (text.trim() === '') hitCell(onlyBlanks, place.at, row, cell);
    return true;
  };
}
