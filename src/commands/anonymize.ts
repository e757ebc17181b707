/** `anonymize`: the same bundle without personal data. 0 written, 2 not a readable zip or a wrong option. */
import { basename } from 'node:path';
import { anonymize, type Anonymized, type AnonymizeRequest } from '../anonymize/anonymize.js';
import type { DroppedColumn } from '../anonymize/rewriter.js';
import { ExportError } from '../model/errors.js';
import { zipLimits, type ReadingOptions } from './reading-options.js';
import type { Terminal } from './terminal.js';

export interface AnonymizeOptions extends ReadingOptions {
  /** By default beside the caller, under the name of the zip. */
  readonly out?: string;
  readonly keepIds?: boolean;
  readonly keepTitles?: boolean;
  readonly keepMetadata?: readonly string[];
  readonly seed?: string;
  readonly sample?: number;
  readonly around?: readonly string[];
  readonly json?: boolean;
}

export async function anonymizeCommand(
  zip: string,
  options: AnonymizeOptions,
  { out, err }: Terminal,
): Promise<void> {
  const { sample } = options;
  if (sample !== undefined && (!Number.isSafeInteger(sample) || sample < 1))
    throw new ExportError('usage', '--sample must be a whole number, 1 or more.');
  const path = options.out ?? `${basename(zip).replace(/\.zip$/i, '')}-anonymized.zip`;
  const done = await anonymize({ zip, out: path, ...choicesOf(options) });
  for (const line of warnings(options)) err(`${line}\n`);
  out(
    options.json === true
      ? `${JSON.stringify({ zip, out: path, ...done }, undefined, 2)}\n`
      : inWords(path, done),
  );
}

function choicesOf(options: AnonymizeOptions): Omit<AnonymizeRequest, 'zip' | 'out'> {
  const { seed, sample, around = [], keepMetadata = [] } = options;
  return {
    keepIds: options.keepIds === true,
    keepTitles: options.keepTitles === true,
    keepMetadata,
    limits: zipLimits(options),
    ...(seed !== undefined && { seed }),
    ...((sample !== undefined || around.length > 0) && { wanted: { sample, around } }),
  };
}

function warnings({ seed, keepIds, keepTitles, keepMetadata = [] }: AnonymizeOptions): readonly string[] {
  return [
    ...(seed === undefined ? [] : ['With --seed the replacements can be undone: do not send this file.']),
    ...(keepIds === true ? ['--keep-ids: ids and numbers of people are unchanged.'] : []),
    ...(keepTitles === true
      ? ['--keep-titles: names of schools, courses, classes and rooms are unchanged.']
      : []),
    ...(keepMetadata.length === 0 ? [] : ['--keep-metadata: the listed columns are unchanged.']),
  ];
}

function inWords(path: string, { files, others, users }: Anonymized): string {
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  return [
    `${path}: ${rows} rows in ${files.length} files${users === undefined ? '' : `, a sample with ${users} users`}.`,
    ...files
      .filter(({ dropped }) => dropped.length > 0)
      .map(({ file, dropped }) => `${file}: dropped ${columnsOf(dropped)}.`),
    ...files.flatMap(({ file, cut }) =>
      cut === undefined ? [] : [`${file}: the part that validate does not read was left out (${cut}).`],
    ),
    ...(others === 0
      ? []
      : [`Entries that are not OneRoster files have no content and another name: ${others}.`]),
    'Order, dates, grades, roles, scores and demographic codes are unchanged: send the file only to those who need it.',
    '',
  ].join('\n');
}

function columnsOf(dropped: readonly DroppedColumn[]): string {
  const names = dropped.map(({ position, name }) => `${name ?? 'an unknown column'} (#${position})`);
  return `${dropped.length === 1 ? 'column' : 'columns'} ${names.join(', ')}`;
}
