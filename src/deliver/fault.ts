/** What went wrong on the way to a receiver: at which step, whether it may pass by itself, and what an administrator can do. */
import { ExportError } from '../model/errors.js';

export type DeliveryStep =
  | 'read the bundle'
  | 'wait for the host'
  | 'connect'
  | 'check the host key'
  | 'sign in'
  | 'start the SFTP session'
  | 'open the folder'
  | 'upload'
  | 'set the permissions'
  | 'compare'
  | 'rename'
  | 'remove';

/**
 * `lost`: the connection broke, so that the answer to the last request is not known. `passing`: the server refused something
 * that it may allow later. `lasting`: a change is required first, so it is not retried. `stopped`: a signal
 * or the limit of the whole delivery ended it; like `lost`, the answer is not known.
 */
export type FaultKind = 'lost' | 'passing' | 'lasting' | 'stopped';

export interface FaultFacts {
  readonly step: DeliveryStep;
  readonly kind: FaultKind;
  /** What happened; a clause without a period. */
  readonly says: string;
  /** What to do about it; a whole sentence. */
  readonly hint: string;
  /** The host keys that the server showed. */
  readonly shown?: readonly string[];
  readonly cause?: unknown;
}

interface Aftermath {
  /** The file may have its final name already. */
  readonly isOutcomeUnknown?: boolean;
  /** Temporary files of this delivery that could not be removed. */
  readonly leftBehind?: readonly string[];
}

export class DeliveryFault extends ExportError {
  readonly isOutcomeUnknown: boolean;
  readonly leftBehind: readonly string[];

  constructor(
    readonly address: string,
    readonly facts: FaultFacts,
    { isOutcomeUnknown = false, leftBehind = [] }: Aftermath = {},
  ) {
    const { step, says, hint, cause } = facts;
    const unknown = isOutcomeUnknown ? ' It is unknown whether the receiver has the file.' : '';
    const left =
      leftBehind.length > 0
        ? ` The temporary file ${leftBehind.join(', ')} could not be removed; the next attempt overwrites it.`
        : '';
    super('delivery', `${address}: could not ${step}: ${says}.${unknown}${left} ${hint}`, [], { cause });
    this.isOutcomeUnknown = isOutcomeUnknown;
    this.leftBehind = leftBehind;
  }

  get isWorthAnother(): boolean {
    return this.facts.kind === 'lost' || this.facts.kind === 'passing';
  }

  withOutcomeUnknown(): DeliveryFault {
    return new DeliveryFault(this.address, this.facts, {
      leftBehind: this.leftBehind,
      isOutcomeUnknown: true,
    });
  }

  withLeftBehind(leftBehind: readonly string[]): DeliveryFault {
    return new DeliveryFault(this.address, this.facts, {
      isOutcomeUnknown: this.isOutcomeUnknown,
      leftBehind,
    });
  }

  withFacts(facts: Partial<FaultFacts>): DeliveryFault {
    const { isOutcomeUnknown, leftBehind } = this;
    return new DeliveryFault(this.address, { ...this.facts, ...facts }, { isOutcomeUnknown, leftBehind });
  }
}

/** The connection is unusable, and the outcome of the last request is unknown. */
export const isCutOff = (error: unknown): boolean =>
  error instanceof DeliveryFault && (error.facts.kind === 'lost' || error.facts.kind === 'stopped');
