/** What goes wrong between us and a SIS, with the one thing that a retry has to know about it. */
import { ExportError, type Problem } from '../model/errors.js';

export interface FaultDetails {
  /** It may well be gone in a minute: the whole read is worth another attempt. */
  readonly passing?: boolean;
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

export class SourceFault extends ExportError {
  readonly passing: boolean;

  constructor(message: string, { passing = false, problems = [], cause }: FaultDetails = {}) {
    super('source', message, problems, { cause });
    this.passing = passing;
  }
}
