/** What became of the delivery of a bundle, as the history knows it. */
import type { DeliveryLine } from './report/subject.js';
import type { State } from './state/state.js';

export function deliveryOf(state: State, bundleId: number, isWanted: boolean): DeliveryLine {
  const [delivery] = state.deliveries(bundleId);
  if (delivery === undefined) return { state: isWanted ? 'not-sent' : 'none' };
  return {
    state: delivery.state,
    target: delivery.target,
    at: delivery.finishedAt ?? delivery.startedAt,
    ...(delivery.message !== null && { message: delivery.message }),
    receipt: receiptLines(delivery.receipt),
  };
}

/** As a target writes it into the receipt. */
interface DeliveredFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

const fileInWords = ({ path, bytes, sha256 }: DeliveredFile): string =>
  `${path}, ${bytes} bytes, sha256 ${sha256}`;

function receiptLines(receipt: unknown): readonly { readonly name: string; readonly value: string }[] {
  if (typeof receipt !== 'object' || receipt === null) return [];
  return Object.entries(receipt).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [{ name, value: String(value) }]
      : Array.isArray(value) && name === 'files'
        ? value.map((file: DeliveredFile) => ({ name: 'file', value: fileInWords(file) }))
        : [],
  );
}
