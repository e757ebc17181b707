/**
 * The policy of a stored report. An older version may have written it, with another style than this one, so the hashes are those of the
 * page's own style elements. Its values are escaped, so that only its head has any.
 */
import { closeSync, readSync } from 'node:fs';
import { openPlainFileSync } from '../model/plain-file.js';
import { styleSource } from '../report/page/style.js';

/** A head takes about a tenth of this. */
const MOST_HEAD = 256 * 1024;
const STYLE = /<style>([^]*?)<\/style>/g;

/** A report runs nothing, sends nothing and is framed nowhere. */
export function policyOfReport(path: string): string {
  const sources = [...headOf(path).matchAll(STYLE)].map(([, style = '']) => styleSource(style));
  const styles = sources.length === 0 ? "'none'" : sources.join(' ');
  return `default-src 'none'; style-src ${styles}; form-action 'none'; frame-ancestors 'none'; base-uri 'none'`;
}

/** Empty where the page has no whole head within the limit. */
function headOf(path: string): string {
  const { descriptor } = openPlainFileSync(path, { links: 'refuse' });
  try {
    const start = Buffer.alloc(MOST_HEAD);
    const text = start.subarray(0, readSync(descriptor, start, 0, MOST_HEAD, 0)).toString('utf8');
    return text.slice(0, Math.max(0, text.indexOf('</head>')));
  } finally {
    closeSync(descriptor);
  }
}
