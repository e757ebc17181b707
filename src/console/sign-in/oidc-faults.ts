/** What went wrong in a sign-in: words for the person, a code for the log. Text from the provider or the address is never shown. */

export interface SignInFault {
  readonly status: 400 | 403 | 503;
  readonly says: string;
  readonly code: string;
  readonly claim?: string;
}

const INVALID =
  'The sign-in answer was not valid. Sign in again; if it recurs, give the administrator the time of this attempt.';
const AWAY = 'The identity provider does not answer. Try again in a few minutes.';

const SAYS: readonly (readonly [code: RegExp, status: SignInFault['status'], says: string])[] = [
  [/^access_denied$/, 403, 'You canceled the sign-in.'],
  [
    /^OAUTH_JWT_TIMESTAMP_CHECK_FAILED$/,
    403,
    'The sign-in answer has expired. Sign in again; the administrator may have to compare the clocks.',
  ],
  [/^invalid_grant$/, 403, 'This sign-in was already used or has expired. Sign in again.'],
  [
    /^invalid_client$/,
    503,
    'The console is not accepted by the identity provider. The administrator must check console.auth.oidc.',
  ],
  [/^OAUTH_(JWT_CLAIM_COMPARISON_FAILED|INVALID_RESPONSE|KEY_SELECTION_FAILED)$/, 403, INVALID],
  [/TIMEOUT|NOT_JSON|NOT_CONFORM|JSON_ATTRIBUTE|^E[A-Z]+$|^UND_|SELF_SIGNED|CERT/, 503, AWAY],
];

export function wordsFor(error: unknown): SignInFault {
  const code = codeOf(error);
  const claim = claimOf(error);
  const [, status, says] = SAYS.find(([pattern]) => pattern.test(code)) ?? [undefined, 403 as const, INVALID];
  return { status, says, code, ...(claim !== undefined && { claim }) };
}

/** Along the causes: a failure of the network has its code deep inside. */
function codeOf(error: unknown): string {
  const codes: string[] = [];
  for (
    let at: unknown = error;
    typeof at === 'object' && at !== null && codes.length < 8;
    at = (at as { cause?: unknown }).cause
  ) {
    const { error: answered, code, status } = at as { error?: unknown; code?: unknown; status?: unknown };
    if (typeof answered === 'string') return answered;
    if (status === 401) return 'invalid_client';
    if (typeof code === 'string') codes.push(code);
  }
  return codes.find((code) => SAYS.some(([pattern]) => pattern.test(code))) ?? codes[0] ?? 'unknown';
}

function claimOf(error: unknown): string | undefined {
  const claim = ((error as { cause?: { claim?: unknown } } | null)?.cause ?? {}).claim;
  return typeof claim === 'string' ? claim : undefined;
}
