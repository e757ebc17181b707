/** The register of OneRoster versions that can be written and judged. */
import type { OneRosterVersion } from './table.js';
import { v1p1 } from './v1p1.js';
import { v1p2 } from './v1p2.js';

export type VersionName = OneRosterVersion['version'];

export const versions: Readonly<Record<VersionName, OneRosterVersion>> = { '1.1': v1p1, '1.2': v1p2 };
