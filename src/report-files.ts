/**
 * Where reports stand: `<name>-report.html` for people and `<name>-report.json`, what it says as data, beside each bundle;
 * `index.html` in the home folder. Each is replaced by a rename, so that a reader sees the old page or the new one.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceByNow } from './platform/files.js';
import { report } from './report/report.js';
import type { ReportSubject } from './report/subject.js';
import { isThere } from './state/shelf.js';

/** Gives the path of the page. */
export function writeReport(folder: string, subject: ReportSubject): string {
  const { html, json } = filesOf(folder, subject.bundle.name);
  replaceFile(json, `${JSON.stringify(subject, undefined, 1)}\n`);
  replaceFile(html, report(subject));
  return html;
}

/** Undefined where there is none, or none that this version understands. */
export function readReport(folder: string, name: string): ReportSubject | undefined {
  const { json } = filesOf(folder, name);
  if (!isThere(json)) return undefined;
  try {
    return JSON.parse(readFileSync(json, 'utf8')) as ReportSubject;
  } catch {
    return undefined;
  }
}

/** Path of a bundle's page, where it has one. */
export function reportPath(folder: string, name: string | null): string | undefined {
  const { html } = filesOf(folder, name ?? '');
  return isThere(html) ? html : undefined;
}

export function replaceFile(path: string, text: string): void {
  const next = `${path}.next`;
  try {
    writeFileSync(next, text, { mode: 0o600 });
    replaceByNow(next, path);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}

const filesOf = (folder: string, name: string) => ({
  html: join(folder, `${name}-report.html`),
  json: join(folder, `${name}-report.json`),
});
