/** `deliver`: send a good bundle again. */
import { deliverAgain } from '../dispatch/again.js';
import type { Config } from '../model/settings.js';
import { deliveryJson, deliveryLines } from './delivery-lines.js';
import { progressLine, type Terminal } from './terminal.js';

export interface DeliverOptions {
  readonly bundle?: string;
  readonly json?: boolean;
}

/** Gives the exit code. */
export async function deliverCommand(
  config: Config,
  connection: string,
  options: DeliverOptions,
  terminal: Terminal,
  now: Date,
  signal?: AbortSignal,
): Promise<number> {
  const progress = progressLine(terminal);
  const delivery = await deliverAgain({
    config,
    connection,
    ...(options.bundle !== undefined && { bundle: options.bundle }),
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
