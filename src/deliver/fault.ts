/** What went wrong on the way to a receiver: at which step, whether it may pass by itself, and what an administrator can do. */
import { ExportError } from '../model/errors.js';

export type DeliveryStep =
  | 'read the bundle'
  | 'connect'
  | 'check the host key'
  | 'sign in'
  | 'open the folder'
  | 'upload'
  | 'set the rights'
  | 'compare'
  | 'rename';

/**
 * `lost`: the connection broke, so that the answer to the last request is not known. `passing`: the server refused something
 * that it may allow later. `lasting`: somebody has to change something first, so it is not tried again.
 */
export type FaultKind = 'lost' | 'passing' | 'lasting';

export interface FaultFacts {
  readonly step: DeliveryStep;
  readonly kind: FaultKind;
  /** What happened; half a sentence, without a full stop. */
  readonly says: string;
  /** What to do about it; a whole sentence. */
  readonly cure: string;
  /** The host keys that the server showed. */
  readonly shown?: readonly string[];
  readonly cause?: unknown;
}

export class DeliveryFault extends ExportError {
  constructor(
    readonly address: string,
    readonly facts: FaultFacts,
    /** The file may have its final name already. */
    readonly isOutcomeUnknown = false,
  ) {
    const { step, says, cure, cause } = facts;
    const unknown = isOutcomeUnknown ? ' Whether the receiver has the file is not known.' : '';
    super('delivery', `${address}: could not ${step}: ${says}.${unknown} ${cure}`, [], { cause });
  }

  get isWorthAnother(): boolean {
    return this.facts.kind !== 'lasting';
  }

  withOutcomeUnknown(): DeliveryFault {
    return new DeliveryFault(this.address, this.facts, true);
  }
}
