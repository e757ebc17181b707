/** Staged bundles without a writer. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { StagedBundle } from '../../src/model/bundle.js';
import { saveContent, type Content } from './bundles.js';

/** The zip as it lies there, meant to hold the content. */
export function staged(content: Content, path = saveContent(content)): StagedBundle {
  const bytes = readFileSync(path);
  return {
    state: 'staged',
    connection: 'library',
    version: content.version,
    mode: content.mode,
    path,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    rows: new Map(Object.entries(content.tables).map(([name, rows]) => [name, rows.length])),
    exclusions: '/nowhere.csv',
  };
}
