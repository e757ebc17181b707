/** `deliver`: send a good bundle again. */
import type { Call } from './call.js';
import { deliverAgain } from '../dispatch/again.js';
import { ExportError } from '../model/errors.js';
import { deliveryJson, deliveryLines } from './delivery-lines.js';
import { progressLine } from './terminal.js';

export interface DeliverOptions {
  readonly bundle?: string;
  /** Sends an older bundle on purpose; needs `bundle` and `reason`. */
  readonly older?: boolean;
  readonly reason?: string;
  readonly json?: boolean;
}

/** Returns the exit code. */
export async function deliverCommand(
  { config, terminal, now, signal }: Call,
  connection: string,
  options: DeliverOptions,
): Promise<number> {
  requireWhole(options);
  const progress = progressLine(terminal);
  const delivery = await deliverAgain({
    config,
    connection,
    ...(options.bundle !== undefined && { bundle: options.bundle }),
    ...(options.older === true && { rollback: options.reason ?? '' }),
    now,
    ...(signal && { signal }),
    onProgress: (step) => progress.show(step),
  }).finally(() => progress.clear());
  const { error, bundle } = delivery;
  if (error !== undefined) terminal.err(`${connection}: ${error.message}\n`);
  if (options.json === true) {
    terminal.out(`${JSON.stringify({ connection, delivery: deliveryJson(delivery) }, undefined, 2)}\n`);
  } else if (error === undefined) {
    terminal.out(`${connection}: ${bundle}\n${deliveryLines(delivery, '  ')}`);
  }
  return error?.exitCode ?? 0;
}

/** A rollback names its bundle and its reason; a reason without a rollback would be lost. */
function requireWhole({ bundle, older, reason }: DeliverOptions): void {
  if (older === true && (bundle === undefined || !reason?.trim()))
    throw new ExportError('usage', '--older needs --bundle NAME and --reason TEXT; the history keeps both.');
  if (older !== true && reason !== undefined)
    throw new ExportError('usage', '--reason belongs to --older, which sends an older bundle on purpose.');
}
