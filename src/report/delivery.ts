/** The outcome of the delivery of a bundle, from the history. */
import { fillName } from '../model/remote-name.js';
import type { DeliveryLine } from './page/subject.js';
import type { BundleRecord } from '../state/records.js';
import type { State } from '../state/state.js';

/** `isWanted`: the connection has a receiver. */
export async function deliveryOf(
  state: State,
  bundle: BundleRecord,
  { timezone, isWanted }: { readonly timezone: string; readonly isWanted: boolean },
): Promise<DeliveryLine> {
  const [delivery] = await state.deliveries(bundle.id);
  if (delivery === undefined) return { state: isWanted ? 'not-sent' : 'none' };
  return {
    state: delivery.state,
    target: filled(delivery.target, bundle, timezone),
    at: delivery.finishedAt ?? delivery.startedAt,
    ...(delivery.message !== null && { message: delivery.message }),
    receipt: receiptLines(delivery.receipt),
  };
}

/** The history has the configured name, which identifies the receiver; people look for the file name. */
function filled(
  target: string,
  { connection, version, mode, madeAt }: BundleRecord,
  timezone: string,
): string {
  const at = target.lastIndexOf('/') + 1;
  const bundle = { connection, version, mode, timezone, madeAt: new Date(madeAt) };
  // The address of a folder is a URL, in which braces are escaped.
  const name = target.slice(at).replaceAll('%7B', '{').replaceAll('%7D', '}');
  return target.slice(0, at) + fillName(name, bundle);
}

/** As a target writes it into the receipt. */
interface DeliveredFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

const fileInWords = ({ path, bytes, sha256 }: DeliveredFile): string =>
  `The server has ${path}, ${bytes.toLocaleString('en-US')} bytes, SHA-256 ${sha256}.`;

const COMPARED: Readonly<Record<string, string>> = {
  hash: 'The file was read back from the server and is the same, byte by byte.',
  size: 'The size was compared; the server does not allow the file to be read back.',
  none: 'Nothing was compared; the server does not list the file.',
};

type ReceiptLine = { readonly name: string; readonly value: string };

/** What the server confirmed, as sentences. */
export function receiptLines(receipt: unknown): readonly ReceiptLine[] {
  if (typeof receipt !== 'object' || receipt === null) return [];
  return Object.entries(receipt).flatMap(([name, value]: [string, unknown]): readonly ReceiptLine[] => {
    if (name === 'files' && Array.isArray(value))
      return value.map((file: DeliveredFile) => ({ name: 'Received', value: fileInWords(file) }));
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return [];
    if (name === 'compared') return [{ name: 'Compared', value: COMPARED[String(value)] ?? String(value) }];
    return name === 'hostKey'
      ? [{ name: 'Host key', value: `The server showed the host key ${value}.` }]
      : [{ name, value: String(value) }];
  });
}
