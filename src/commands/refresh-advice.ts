/** What to do after a refresh, in one sentence for each kind of trouble, the most urgent first. */
import type { RefreshResult } from '../refresh/refresh.js';

type Result = RefreshResult['connections'][number];

interface Advice {
  readonly concerns: (result: Result) => boolean;
  readonly says: (names: string, first: string) => string;
}

const ADVICE: readonly Advice[] = [
  {
    concerns: ({ outcome }) => outcome === 'failed',
    says: (names) =>
      `${names} failed: fix what is listed above, then run oneroster-export refresh ${names.replaceAll(',', '')}.`,
  },
  {
    concerns: ({ outcome, holds }) => outcome === 'withheld' && holds.length === 0,
    says: (names) =>
      `${names} did not pass verification: fix what the report lists, then run oneroster-export refresh ${names.replaceAll(',', '')}.`,
  },
  {
    concerns: ({ outcome, holds }) => outcome === 'withheld' && holds.length > 0,
    says: (names) =>
      `${names}: on hold; read the report, then publish or drop the bundle with a command above.`,
  },
  {
    concerns: ({ delivery }) => delivery?.state === 'unknown',
    says: (names) =>
      `${names}: check with the receiver whether the bundle arrived; the next refresh checks it too.`,
  },
  {
    concerns: ({ delivery }) => delivery?.error !== undefined && delivery.state !== 'unknown',
    says: (names, first) =>
      `${names} was not delivered: fix what is listed above, then run oneroster-export deliver ${first}.`,
  },
];

export function whatToDo({ connections, error }: RefreshResult): string {
  if (error !== undefined)
    return 'To do: fix what is listed above; oneroster-export preflight finds the cause. Then run oneroster-export refresh.';
  const steps = ADVICE.flatMap(({ concerns, says }) => {
    const names = connections.filter(concerns).map(({ settings }) => settings.name);
    return names.length === 0 ? [] : [says(names.join(', '), names.length === 1 ? (names[0] ?? '') : 'NAME')];
  });
  return steps.length === 0 ? 'Nothing to do.' : `To do: ${steps.join(' ')}`;
}
