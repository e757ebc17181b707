/** The numbers of connections for Prometheus, and their text: the same for one district and for a fleet. */
import { isGood, type LastOutcome } from './outcome.js';

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** What is known of a connection; null where there is nothing yet. */
export interface ConnectionFacts {
  /** `rows`: over all files. */
  readonly lastGood: { readonly at: string; readonly rows: number } | null;
  readonly deliveredAt: string | null;
  /** How many of its bundles are on hold. */
  readonly held: number;
  readonly lastOutcome: LastOutcome | null;
}

export interface LabeledFacts {
  readonly labels: Sample['labels'];
  readonly facts: ConnectionFacts;
}

interface OfConnection {
  readonly name: string;
  readonly help: string;
  readonly value: (facts: ConnectionFacts) => number | null;
}

const OF_CONNECTION: readonly OfConnection[] = [
  {
    name: 'oneroster_export_last_good_timestamp_seconds',
    help: 'When the last good bundle was published.',
    value: ({ lastGood }) => (lastGood === null ? null : inSeconds(lastGood.at)),
  },
  {
    name: 'oneroster_export_last_delivery_timestamp_seconds',
    help: 'When the last delivery was confirmed.',
    value: ({ deliveredAt }) => (deliveredAt === null ? null : inSeconds(deliveredAt)),
  },
  {
    name: 'oneroster_export_held',
    help: '1 while a bundle is on hold.',
    value: ({ held }) => held,
  },
  {
    name: 'oneroster_export_last_refresh_ok',
    help: '1 when the newest refresh ended in a good bundle, or its held one was released.',
    value: ({ lastOutcome }) => (lastOutcome === null ? null : isGood(lastOutcome) ? 1 : 0),
  },
  {
    name: 'oneroster_export_rows',
    help: 'Rows of the last good bundle; for a delta, the changed rows.',
    value: ({ lastGood }) => lastGood?.rows ?? null,
  },
];

export const connectionMetrics = (connections: readonly LabeledFacts[]): readonly Metric[] =>
  OF_CONNECTION.map(({ name, help, value }) => ({
    ...{ name, help },
    samples: connections.flatMap(({ labels, facts }) => sample(labels, value(facts))),
  }));

/** None where there is no value. */
export const sample = (labels: Sample['labels'], value: number | null): readonly Sample[] =>
  value === null ? [] : [{ labels, value }];

/** An instant, ISO 8601, as Prometheus has it. */
export const inSeconds = (at: string): number => Math.round(Date.parse(at) / 1_000);

export const metricsText = (metrics: readonly Metric[]): string =>
  metrics
    .map(
      ({ name, help, samples }) =>
        `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${samples.map((each) => lineOf(name, each)).join('')}`,
    )
    .join('');

function lineOf(name: string, { labels, value }: Sample): string {
  const written = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${written.length === 0 ? '' : `{${written.join(',')}}`} ${value}\n`;
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
