/**
 * Where reports stand: `<name>-report.html` for people and `<name>-report.json`, what it says as data, beside each bundle;
 * `index.html` in the home folder. Each is replaced by a rename, so that a reader sees the old page or the new one.
 */
import { join } from 'node:path';
import { report } from './page/page.js';
import type { ReportSubject } from './page/subject.js';
import { readPlainFileSync } from '../model/plain-file.js';
import { publishedJson, readPublishedJson } from '../model/published-json.js';
import { waitingFor, type Home } from '../home/home.js';
import { replaceFile } from '../home/replace-file.js';
import { isThere } from '../home/shelf.js';

/** Gives the path of the page. */
export function writeReport(home: Home, folder: string, subject: ReportSubject): string {
  const { html, json } = filesOf(folder, subject.bundle.name);
  replaceFile(json, `${publishedJson(subject, 1)}\n`, waitingFor(home, json));
  replaceFile(html, report(subject), waitingFor(home, html));
  return html;
}

/** Undefined where there is none, or none that this version understands. */
export function readReport(folder: string, name: string): ReportSubject | undefined {
  const { json } = filesOf(folder, name);
  if (!isThere(json)) return undefined;
  try {
    const { bytes } = readPlainFileSync(json, { mostBytes: MOST_BYTES, links: 'refuse' });
    return readPublishedJson(bytes.toString('utf8')) as ReportSubject;
  } catch {
    return undefined;
  }
}

/** Path of a bundle's page, where it has one. */
export function reportPath(folder: string, name: string | null): string | undefined {
  const { html } = filesOf(folder, name ?? '');
  return isThere(html) ? html : undefined;
}

/** A report of a large district takes less than a hundredth of it. */
const MOST_BYTES = 64 * 1024 * 1024;

const filesOf = (folder: string, name: string) => ({
  html: join(folder, `${name}-report.html`),
  json: join(folder, `${name}-report.json`),
});
