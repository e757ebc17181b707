/** The errors of SFTP servers and of their connections, in words for an administrator. */
import type { DeliveryStep, FaultFacts, FaultKind } from '../fault.js';
import { quoteServer } from '../server-text.js';
import { ConnectionGone, Stalled, Stopped } from './stall.js';

type Words = readonly [kind: FaultKind, says: string, hint: string];

export const AGAIN = 'The next refresh sends it, or run deliver.';
const ASK = 'Ask the receiver whether the server is up and accepts connections from this machine.';

/** Of the network; the codes are those of Node. */
const NETWORK: Readonly<Record<string, Words>> = {
  ECONNREFUSED: ['lost', 'the server refuses connections on this port', `Check host and port. ${ASK}`],
  ENOTFOUND: ['lost', 'there is no host with this name', 'Check delivery.sftp.host and DNS.'],
  EAI_AGAIN: ['lost', 'DNS does not answer', 'Check the network of this machine.'],
  ETIMEDOUT: ['lost', 'the server does not answer', `Check firewalls. ${ASK}`],
  EHOSTUNREACH: ['lost', 'there is no route to the server', `Check the network of this machine. ${ASK}`],
  ENETUNREACH: ['lost', 'there is no route to the server', 'Check the network of this machine.'],
  ECONNRESET: ['lost', 'the connection broke', AGAIN],
  EPIPE: ['lost', 'the connection broke', AGAIN],
};

/** Status codes of SFTP; those above 8 are of later versions, but servers send them anyway. */
const STATUS = {
  noSuchFile: 2,
  denied: 3,
  failure: 4,
  badMessage: 5,
  noConnection: 6,
  connectionLost: 7,
  unsupported: 8,
} as const;

const NO_SPACE: Words = [
  'passing',
  'the disk of the server is full, or a quota is used up',
  'Ask the receiver to free some space.',
];

const SAID: Readonly<Record<number, Words>> = {
  [STATUS.noSuchFile]: [
    'lasting',
    'the server has no such file or folder',
    'Check delivery.sftp.path; a path without a leading slash starts in the home folder of the user.',
  ],
  [STATUS.denied]: [
    'lasting',
    'the server does not allow it',
    'Ask the receiver for permission to write, rename and remove files in that folder.',
  ],
  [STATUS.failure]: [
    'passing',
    'the server refuses without giving a reason',
    'Ask the receiver to check its server log.',
  ],
  [STATUS.badMessage]: [
    'passing',
    'the server does not understand the request',
    'Ask the receiver to check its server log.',
  ],
  [STATUS.noConnection]: ['lost', 'the connection broke', AGAIN],
  [STATUS.connectionLost]: ['lost', 'the connection broke', AGAIN],
  [STATUS.unsupported]: [
    'lasting',
    'the server cannot do this',
    'Ask the receiver which server software it uses.',
  ],
  14: NO_SPACE,
  15: NO_SPACE,
};

const UNUSUAL = (code: number): Words => [
  'passing',
  `the server refuses with status ${code}`,
  'Ask the receiver to check its server log.',
];

/** The setting that copes, where a refusal at a step points to one. It replaces the general hint. */
export type StepHints = Readonly<
  Partial<Record<'noSuchFile' | 'denied' | 'failure' | 'unsupported' | 'lost', string>>
>;

const UPLOAD_DIRECT = 'set delivery.sftp.upload: direct (a reader may then see a partial file)';

/** At the opening of the temporary file. */
export const OPEN_HINTS: StepHints = {
  denied: `Ask the receiver for permission to write in that folder. If the server refuses temporary names, set delivery.sftp.temporaryName: "{name}.part", or ${UPLOAD_DIRECT}.`,
  failure: `Ask the receiver to check its server log. If the server refuses temporary names, set delivery.sftp.temporaryName: "{name}.part", or ${UPLOAD_DIRECT}.`,
  unsupported: `If the server refuses temporary names, set delivery.sftp.temporaryName: "{name}.part", or ${UPLOAD_DIRECT}.`,
};

/** While bytes are written. */
export const WRITE_HINTS: StepHints = {
  failure:
    'Ask the receiver whether its disk or a quota is full. If the server limits the size of a packet, set delivery.sftp.chunkBytes: 4096.',
};

/** Where the connection broke at the first bytes. */
export const FIRST_WRITE_HINTS: StepHints = {
  ...WRITE_HINTS,
  lost: `${AGAIN} If the server limits the size of a packet, set delivery.sftp.chunkBytes: 4096.`,
};

const TAKE_MODE_OUT = 'Remove mode from delivery.sftp: the server does not allow changing permissions.';
export const MODE_HINTS: StepHints = {
  noSuchFile: TAKE_MODE_OUT,
  denied: TAKE_MODE_OUT,
  failure: TAKE_MODE_OUT,
  unsupported: TAKE_MODE_OUT,
};

export const RENAME_HINTS: StepHints = {
  denied: `Ask the receiver for permission to rename files in that folder, or ${UPLOAD_DIRECT}.`,
  unsupported: `This server cannot rename: ${UPLOAD_DIRECT}.`,
};

export const REMOVE_HINTS: StepHints = {
  denied: 'Ask the receiver for permission to remove files in that folder.',
};

export interface StepOptions {
  readonly stallMs: number;
  readonly hints?: StepHints;
}

export function sftpFault(
  step: DeliveryStep,
  error: unknown,
  { stallMs, hints = {} }: StepOptions,
): FaultFacts {
  if (error instanceof Stopped) return stoppedFacts(step, error);
  if (error instanceof Stalled) {
    const says = `no progress for ${stallMs / 1_000} seconds`;
    return { step, kind: 'lost', says, hint: hints.lost ?? AGAIN, cause: error };
  }
  const { code, message = '' } = error as { code?: unknown; message?: string };
  if (typeof code === 'number') {
    const [usual, says, hint] = SAID[code] ?? UNUSUAL(code);
    // A setting has to change first, whatever the status.
    const kind = step === 'set the permissions' && usual === 'passing' ? 'lasting' : usual;
    const named = nameOf(code);
    return {
      ...{ step, kind, cause: error },
      says: says + quoteServer(message),
      hint: (named && hints[named]) ?? hint,
    };
  }
  const [kind, says, hint] = (typeof code === 'string' ? NETWORK[code] : undefined) ?? [
    'lost',
    'the connection broke',
    AGAIN,
  ];
  return {
    step,
    kind,
    says,
    hint: error instanceof ConnectionGone ? (hints.lost ?? hint) : hint,
    cause: error,
  };
}

/** Ended by a signal or by the limit of the whole delivery, whose reason says which. */
export function stoppedFacts(step: DeliveryStep, error: Stopped): FaultFacts {
  const { name, message } = error.reason as { name?: unknown; message?: unknown };
  const isLimit = name === 'OutOfTime' && typeof message === 'string';
  return {
    ...{ step, kind: 'stopped', cause: error },
    says: isLimit ? message : 'the program was stopped',
    hint: isLimit ? `Ask the receiver why its server is slow, or raise delivery.maxMinutes. ${AGAIN}` : AGAIN,
  };
}

function nameOf(code: number): keyof StepHints | undefined {
  switch (code) {
    case STATUS.noSuchFile:
      return 'noSuchFile';
    case STATUS.denied:
      return 'denied';
    case STATUS.failure:
    case STATUS.badMessage:
      return 'failure';
    case STATUS.unsupported:
      return 'unsupported';
    default:
      return undefined;
  }
}

const hasStatus = (error: unknown, ...codes: readonly unknown[]): boolean =>
  codes.includes((error as { code?: unknown }).code);

export const isStatus = {
  absent: (error: unknown): boolean => hasStatus(error, STATUS.noSuchFile),
  failure: (error: unknown): boolean => hasStatus(error, STATUS.failure),
  /** The server answered with a refusal. */
  refused: (error: unknown): boolean => {
    const { code } = error as { code?: unknown };
    return (
      typeof code === 'number' && code > 2 && code !== STATUS.noConnection && code !== STATUS.connectionLost
    );
  },
};
