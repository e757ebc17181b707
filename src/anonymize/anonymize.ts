/**
 * A bundle that may leave the district.
 * Takes a zip of any origin. Writes one of the same shape with every personal value replaced: `validate` finds the same faults
 * in the same lines. Promises that nothing of the name appears until the whole file is written, and that the secret by
 * which values were replaced is gone with the process.
 */
import { existsSync, lstatSync, rmSync, statSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { CsvReader, type CsvListener } from '../csv/csv-reader.js';
import { diskFault } from '../faults/disk.js';
import { nextName } from '../home/replace-file.js';
import { ExportError } from '../model/errors.js';
import { fingerprint, type Fingerprint } from '../model/fingerprint.js';
import type { ZipLimits } from '../model/reading-limits.js';
import { replaceBy, syncFile, syncFolder } from '../platform/files.js';
import { packZip, type ZipPart } from '../write/zip.js';
import type { CsvSource } from '../zip/csv-source.js';
import { openZip, type OpenZip, type ZipFault } from '../zip/zip.js';
import { cellReplacer, type Choices } from './cells.js';
import { planEntries, type EntryPlan } from './entries.js';
import { ManifestRewriter } from './manifest.js';
import { Rewriter, type DroppedColumn, type Rewriting } from './rewriter.js';
import { Secret } from './secret.js';
import { lineEndBehind } from './stand-in.js';
import { selectAround, type Selection, type Wanted } from './selection.js';

export interface AnonymizeRequest extends Choices {
  readonly zip: string;
  /** Must not exist. */
  readonly out: string;
  /** Extension columns that stay, as they are in the header. */
  readonly keepMetadata: readonly string[];
  /** For tests: the same replacements each time, which can be undone by those who know it. */
  readonly seed?: string;
  readonly wanted?: Wanted;
  readonly limits?: ZipLimits;
}

export interface AnonymizedFile {
  readonly file: string;
  readonly rows: number;
  readonly dropped: readonly DroppedColumn[];
  /** Code of the finding because of which the rest was left out. */
  readonly cut?: string;
}

export interface Anonymized {
  readonly sha256: string;
  readonly bytes: number;
  readonly files: readonly AnonymizedFile[];
  /** Entries that are no table: without content, under another name. */
  readonly others: number;
  /** Users of the sample. */
  readonly users?: number;
}

const LEVEL = 3;

export async function anonymize(request: AnonymizeRequest): Promise<Anonymized> {
  const { zip, out } = request;
  requireFolder(dirname(resolve(out)));
  if (lstatSync(out, { throwIfNoEntry: false }))
    throw new ExportError('usage', `${out} exists and is not overwritten. Give another name with --out.`);
  const faults = new Faults(zip);
  const opened = await openNamed(zip, faults.report, request.limits);
  try {
    return await rewrite(opened, faults, request);
  } finally {
    await opened.close();
  }
}

function requireFolder(folder: string): void {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  throw new ExportError(
    'usage',
    `There is no folder ${folder} to write to. Create it, or give another path with --out.`,
  );
}

async function openNamed(...[zip, report, limits]: Parameters<typeof openZip>): Promise<OpenZip> {
  try {
    return await openZip(zip, report, limits);
  } catch (error) {
    if (!(error instanceof ExportError) || error.message.startsWith(zip)) throw error;
    throw new ExportError(error.code, `${zip}: not a readable zip. ${error.message}`, [], { cause: error });
  }
}

async function rewrite(opened: OpenZip, faults: Faults, request: AnonymizeRequest): Promise<Anonymized> {
  const secret = new Secret(request.seed);
  const plans = planEntries(opened.entries);
  const { wanted } = request;
  const selection = wanted && (await selectAround(tablesOf(plans), wanted, secret));
  const rewriting: Rewriting = {
    secret,
    replacer: cellReplacer(secret, request),
    keepMetadata: new Set(request.keepMetadata),
    ...(selection && { select: selection }),
  };
  const files: AnonymizedFile[] = [];
  const kept = plans.filter((plan) => plan.kind !== 'table' || !selection?.emptied.has(plan.table));
  const parts = kept.map((plan): ZipPart => {
    const content = contentOf(plan, rewriting, selection, (file) => files.push(file));
    const isStored = faults.stored.has(plan.source.name);
    return { name: plan.name, source: Readable.from(content, { objectMode: false }), isStored };
  });
  const packed = await publish(resolve(request.out), parts, faults.hasForeignBytes);
  return {
    ...packed,
    files,
    others: plans.filter(({ kind }) => kind === 'other').length,
    ...(selection && { users: selection.users }),
  };
}

/** The first of each name, as `validate` takes it. */
function tablesOf(plans: readonly EntryPlan[]): ReadonlyMap<string, CsvSource> {
  const tables = new Map<string, CsvSource>();
  for (const plan of plans)
    if (plan.kind === 'table' && !tables.has(plan.table)) tables.set(plan.table, plan.source);
  return tables;
}

async function* contentOf(
  plan: EntryPlan,
  rewriting: Rewriting,
  selection: Selection | undefined,
  done: (file: AnonymizedFile) => void,
): AsyncGenerator<Buffer> {
  if (plan.kind === 'other') {
    if ((plan.source.bytes ?? 0) > 0) yield Buffer.from(' ');
  } else if (plan.kind === 'manifest')
    yield* rewritten(plan.source, new ManifestRewriter(rewriting.secret, selection?.emptied ?? new Set()));
  else {
    const rewriter = new Rewriter(plan.table, rewriting);
    yield* rewritten(plan.source, rewriter);
    const { rows, dropped, cut } = rewriter;
    done({ file: `${plan.table}.csv`, rows, dropped, ...(cut !== undefined && { cut }) });
  }
}

async function* rewritten(
  source: CsvSource,
  rewriter: CsvListener & Pick<Rewriter, 'output' | 'cut'>,
): AsyncGenerator<Buffer> {
  const reader = new CsvReader(rewriter, { doubledQuotes: 'keep' });
  for await (const chunk of source.read()) {
    reader.push(chunk);
    yield* rewriter.output.take();
  }
  reader.end();
  rewriter.output.add(lineEndBehind(rewriter.cut, reader));
  yield* rewriter.output.end();
}

async function publish(
  out: string,
  parts: readonly ZipPart[],
  hasForeignBytes: boolean,
): Promise<Fingerprint> {
  const next = nextName(out);
  const remove = (): void => rmSync(next, { force: true });
  process.once('exit', remove); // a signal ends the process without an error
  try {
    let packed: Fingerprint | undefined = await packZip(next, parts, LEVEL);
    if (hasForeignBytes) {
      await appendFile(next, FOREIGN);
      await syncFile(next);
      packed = await fingerprint(next);
    }
    await replaceBy(next, out);
    await syncFolder(dirname(out));
    return packed ?? { sha256: '', bytes: 0 };
  } catch (error) {
    remove();
    throw diskFault(out, error) ?? error;
  } finally {
    process.removeListener('exit', remove);
  }
}

/** In place of bytes that belong to no entry. */
const FOREIGN = Buffer.alloc(4);

/** Faults with which the content can be read in full; their findings stay. */
class Faults {
  readonly stored = new Set<string>();
  hasForeignBytes = false;
  readonly #zip: string;

  constructor(zip: string) {
    this.#zip = zip;
  }

  readonly report = (fault: ZipFault, entry = ''): void => {
    if (fault === 'package.stored') this.stored.add(entry);
    else if (fault === 'package.foreign-bytes') this.hasForeignBytes = true;
    else {
      const name = /^[A-Za-z]{1,40}\.csv$/.test(entry) ? `${entry}: ` : '';
      throw new ExportError(
        'not-a-bundle',
        `${this.#zip}: ${name}the zip is damaged (${fault}), and nothing was written. Run validate for all findings.`,
      );
    }
  };
}
