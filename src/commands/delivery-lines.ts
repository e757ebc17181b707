/** The outcome of a delivery, for people and for programs. */
import type { DeliveryOutcome } from '../dispatch/dispatch.js';
import { stepOf } from '../dispatch/results.js';
import { columns } from './terminal.js';

/** A promise to other programs. */
export function deliveryJson(delivery: DeliveryOutcome): object {
  const { state, target, bundle, receipt, isLate, attempts, error, notices = [], retriesUntil } = delivery;
  return {
    state,
    target,
    bundle,
    files: receipt?.files ?? [],
    compared: receipt?.compared ?? null,
    hostKey: receipt?.hostKey ?? null,
    notices,
    late: isLate,
    retriesUntil: retriesUntil?.toISOString() ?? null,
    attempts: attempts.map(({ seconds, error: fault, waitSeconds }) => ({
      seconds,
      ...(fault !== undefined && { step: fault.facts.step, error: fault.message }),
      ...(waitSeconds !== undefined && { waitSeconds }),
    })),
    ...(error !== undefined && {
      error: { code: error.code, step: stepOf(delivery) ?? null, message: error.message },
    }),
  };
}

export function deliveryLines(delivery: DeliveryOutcome, indent: string): string {
  const { state, target, receipt, isLate, attempts, error, notices = [] } = delivery;
  const late = isLate ? ', late' : '';
  const tries = attempts.length > 1 ? ` at attempt ${attempts.length}` : '';
  if (receipt === undefined) {
    const what = state === 'unknown' ? 'Delivery not confirmed' : 'Not delivered';
    return `${indent}${what}${tries}${late}: ${error?.message ?? target}\n`;
  }
  const files = receipt.files.map(({ path, bytes }) => [path, `${bytes.toLocaleString('en-US')} bytes`]);
  const shown = files.length > 1 ? `\n${columns(files, `${indent}  `)}`.trimEnd() : '';
  const remarks = notices.map(({ message }) => `${indent}Notice: ${message}\n`).join('');
  return `${indent}Delivered${tries}${late}, ${COMPARED[receipt.compared]}: ${target}${shown}\n${remarks}`;
}

const COMPARED = { hash: 'read back and compared', size: 'size compared', none: 'not compared' } as const;
