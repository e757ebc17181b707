/** The first lines of `explain`: for each connection whether the record is sent, and if not, why, and where it is fixed. */
import type { ExplainedRecord } from '../explain/answer.js';
import type { Explanation } from '../explain/explain.js';
import { allRules } from '../filter/register.js';
import { paint, type Look } from './look.js';
import { paragraph } from './wrap.js';

interface Reason {
  readonly code: string;
  readonly says: string;
  readonly fixIn: string;
}

export function answerLines({ connections }: Explanation, look: Look): string {
  return connections
    .flatMap(({ name, records }) =>
      records.map((record) => {
        const which = records.length > 1 ? `${record.kind} ${record.id}: ` : '';
        return answersOf(record, name).map((answer) => paragraph(which + answer, look, '', '  '));
      }),
    )
    .flat()
    .join('');
}

function answersOf(record: ExplainedRecord, connection: string): readonly string[] {
  const sent = paint('green', `Sent to ${connection}`);
  const notSent = paint('red', `Not sent to ${connection}`);
  const { roles, record: traced, exclusions } = record;
  const sentAs = (roles ?? []).filter(({ isExported }) => isExported).map(({ role }) => role);
  const lines = sentAs.length > 0 ? [`${sent} as ${sentAs.join(' and ')}.`] : [];
  if (traced?.isExported === true) return [`${sent}.`];
  const reasons = exclusions.map(({ kind, code }) => ({ kind, reason: reasonOf(record, code) }));
  const first = traced?.rulings.find(({ isFirst }) => isFirst);
  if (reasons.length === 0 && first !== undefined && traced !== undefined)
    return [`${notSent}: ${inSentence(first)}`];
  if (reasons.length === 0 && lines.length === 0)
    return [
      `${notSent}: ${record.isOfOtherYear ? 'it has no rows in the active school year' : 'the SIS has no row in the active year that would make it a candidate'}.`,
    ];
  return [
    ...lines,
    ...reasons.map(({ kind, reason }) => {
      const as = roles === undefined || kind === record.kind ? '' : ` as ${kind}`;
      return `${notSent}${as}: ${inSentence(reason)}${because(record)}`;
    }),
  ];
}

function reasonOf(record: ExplainedRecord, code: string): Reason {
  const rulings = [
    ...(record.roles ?? []).flatMap(({ rows, person }) => [...rows.flatMap((row) => row.rulings), ...person]),
    ...(record.record?.rulings ?? []),
  ];
  return (
    rulings.find((ruling) => ruling.code === code) ??
    allRules.find((rule) => rule.code === code) ?? { code, says: code, fixIn: '' }
  );
}

/** The sentence of a rule goes on in lowercase where it begins with an article. */
function inSentence({ code, says, fixIn }: Reason): string {
  const text = says.replace(/^(The|An?) /, (article) => article.toLowerCase());
  const fix = fixIn === '' ? '' : ` Fix in Campus: ${fixIn.replace(/\.$/, '')}.`;
  return `${text.replace(/\.$/, '')} (${code}).${fix}`;
}

/** Where it depends on one other record, the fix is there. */
function because({ chain }: ExplainedRecord): string {
  const link = chain.at(-1);
  if (link === undefined) return '';
  return ` It depends on ${link.kind} ${link.id}: ${inSentence(link)}`;
}
