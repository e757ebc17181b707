/** An entry of the audit trail as a sentence. The JSON of the entry stays what `--json` prints. */
import { bytesInWords } from './amounts.js';

type Detail = Readonly<Record<string, unknown>>;

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** By what was done; `detail`: ids, counts, hashes and the given reason. */
const SENTENCES: Readonly<Record<string, (detail: Detail) => string>> = {
  published: (detail) => `published the bundle ${text(detail['name'])}`,
  released: (detail) => `released the held bundle ${text(detail['name'])}`,
  held: (detail) => `put the bundle ${text(detail['name'])} on hold`,
  refused: (detail) => `refused the bundle ${text(detail['name'])}, which did not pass verification`,
  discarded: (detail) => `discarded the held bundle ${text(detail['name'])}`,
  delivered: (detail) => `delivered the bundle ${text(detail['name'])} to ${text(detail['target'])}`,
  'delivery-failed': (detail) =>
    `could not deliver the bundle ${text(detail['name'])} to ${text(detail['target'])}`,
  'rolled-back': (detail) => `rolled back to the older bundle ${text(detail['name'])}`,
  removed: (detail) => `removed the old bundle ${text(detail['name'])}`,
  'state-imported': (detail) =>
    `imported the history, with ${text(detail['entries'])} entries of its audit trail`,
  paused: () => 'paused the district',
  resumed: () => 'resumed the district',
  interrupted: () => 'was stopped before it finished',
  failed: (detail) => `failed with ${text(detail['code'])}`,
};

/** Parts that follow the sentence, in this order. */
const PARTS: readonly (readonly [key: string, says: (value: unknown) => string])[] = [
  ['passed', (value) => `past ${Array.isArray(value) ? value.map(text).join(', ') : text(value)}`],
  ['message', (value) => `because: ${text(value)}`],
  ['reason', (value) => `because: ${text(value)}`],
  ['bytes', (value) => bytesInWords(Number(value))],
  ['sha256', (value) => `sha256 ${text(value).slice(0, 12)}…`],
];

export function auditSentence(what: string, detail: unknown): string {
  const known = typeof detail === 'object' && detail !== null ? (detail as Detail) : {};
  const sentence = SENTENCES[what]?.(known).trim() ?? what;
  const parts = PARTS.flatMap(([key, says]) =>
    known[key] === undefined || known[key] === null ? [] : [says(known[key])],
  );
  return [sentence, ...parts].join('; ');
}

interface ReceiptShape {
  readonly files?: readonly { readonly path: string; readonly bytes: number }[];
  readonly compared?: string;
  readonly hostKey?: string | null;
}

const COMPARED: Readonly<Record<string, string>> = {
  hash: 'read back and compared',
  size: 'its size compared',
  none: 'not compared',
};

/** What a receiver confirmed. */
export function receiptSentence(receipt: unknown): string {
  const {
    files = [],
    compared,
    hostKey,
  } = (typeof receipt === 'object' && receipt !== null ? receipt : {}) as ReceiptShape;
  const names = files.map(({ path, bytes }) => `${path} (${bytes.toLocaleString('en-US')} bytes)`);
  const parts = [
    names.length === 0 ? 'the receiver confirmed the delivery' : `the receiver has ${names.join(', ')}`,
    ...(compared === undefined ? [] : [COMPARED[compared] ?? compared]),
    ...(hostKey == null ? [] : [`host key ${hostKey}`]),
  ];
  return parts.join('; ');
}
