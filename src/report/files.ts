/**
 * Where reports stand: `<name>-report.html` for people and `<name>-report.json`, what it says as data, beside each bundle;
 * `index.html` in the home folder. Each is replaced by a rename, so that a reader sees the old page or the new one.
 */
import { report } from './page/page.js';
import type { ReportSubject } from './page/subject.js';
import { readPlainFileSync } from '../model/plain-file.js';
import { publishedJson, readPublishedJson } from '../model/published-json.js';
import type { Shelf } from '../home/shelf.js';
import { fileOf, isThere } from '../home/bundle-files.js';

/** Gives the path of the page. */
export function writeReport(shelf: Shelf, subject: ReportSubject): string {
  const { name } = subject.bundle;
  shelf.write(fileOf(name, 'subject'), `${publishedJson(subject, 1)}\n`);
  shelf.write(fileOf(name, 'report'), report(subject));
  return shelf.pathOf(fileOf(name, 'report'));
}

/** Undefined where there is none, or none that this version understands. */
export function readReport(shelf: Shelf, name: string | null): ReportSubject | undefined {
  const json = shelf.pathOf(fileOf(name, 'subject'));
  if (!isThere(json)) return undefined;
  try {
    const { bytes } = readPlainFileSync(json, { mostBytes: MOST_BYTES, links: 'refuse' });
    return readPublishedJson(bytes.toString('utf8')) as ReportSubject;
  } catch {
    return undefined;
  }
}

/** A report of a large district takes less than a hundredth of it. */
const MOST_BYTES = 64 * 1024 * 1024;
