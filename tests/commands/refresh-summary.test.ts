/** The summary of a refresh as a terminal of 80 and of 160 columns shows it. */
import { describe, expect, it } from '@jest/globals';
import { PLAIN, type Look } from '../../src/commands/look.js';
import { refreshSummary } from '../../src/commands/refresh-summary.js';
import { terminalOver } from '../../src/commands/terminal.js';
import { allRules } from '../../src/filter/register.js';
import type { KeptBundle } from '../../src/model/bundle.js';
import { ExportError } from '../../src/model/errors.js';
import type { LocalDate } from '../../src/model/values.js';
import type { RefreshResult } from '../../src/refresh/refresh.js';
import { aConnection, type Wants } from '../support/connections.js';
import { expectScreen } from '../support/screen.js';

type Result = RefreshResult['connections'][number];

const bundleOf = (name: string): KeptBundle => ({
  name: '20261015T080000Z-1.1-bulk',
  connection: name,
  version: '1.1',
  path: `/srv/oneroster/var/bundles/${name}/20261015T080000Z-1.1-bulk.zip`,
  exclusions: `/srv/oneroster/var/bundles/${name}/20261015T080000Z-1.1-bulk-exclusions.csv`,
  mode: 'bulk',
  sha256: 'baa3c10f27a5595a304f6730ec1b3ecddd384b2ead6ca36d5ff995c3183927ef',
  bytes: 128_900,
  rows: new Map([
    ['classes', 366],
    ['enrollments', 8_077],
    ['users', 2_105],
  ]),
});

const EXCLUSIONS = new Map(
  [
    'REL_NOT_PORTAL',
    'NO_USERNAME',
    'TRIAL_NOT_ACTIVE',
    'ROSTER_STUDENT_NOT_EXPORTED',
    'ENROLLMENT_ENDED',
    'NO_SHOW',
    'LMS_SCHOOL',
  ].map((code, at) => [code, 205 - at * 30]),
);

const change = (before: number, after: number) => ({
  tables: { users: { before, after, added: 0, changed: 0, removed: Math.max(0, before - after) } },
  schools: {},
});

function aResult(name: string, wants: Wants, result: Partial<Result>): Result {
  return {
    settings: aConnection({ name, ...wants }),
    mode: 'bulk',
    outcome: 'published',
    bundle: bundleOf(name),
    exclusions: EXCLUSIONS,
    notices: [
      {
        code: 'GRADE_UNMAPPED',
        severity: 'warning',
        message: 'Students whose grade level maps to no grade are sent without a grade.',
        count: 7,
      },
    ],
    findings: [],
    holds: [],
    report: `/srv/oneroster/var/bundles/${name}/20261015T080000Z-1.1-bulk-report.html`,
    seconds: 1.24,
    ...result,
  };
}

const HELD = aResult(
  'learning-platform',
  { version: '1.2' },
  {
    outcome: 'withheld',
    difference: change(10_000, 7_000),
    holds: [
      { code: 'threshold-users', says: '300 of 1000 users vanished: 30.0 %, above the limit of 10 %' },
      {
        code: 'threshold-school',
        says: '300 of 400 users of school Cedar Valley High School (number 0014, id 0F3C2B1A-0000-4000-8000-000000000002) vanished: 75.0 %, above the limit of 30 %',
      },
      { code: 'ids-changed', says: 'most ids changed' },
    ],
  },
);
const GOOD = aResult('library', {}, { difference: change(10_000, 10_012) });
const FAILED = aResult(
  'sis-sync',
  {},
  {
    outcome: 'failed',
    exclusions: new Map(),
    notices: [],
    error: new ExportError('home', 'The disk is full.'),
  },
);
const REFUSED = aResult(
  'reading',
  {},
  {
    outcome: 'withheld',
    findings: [
      {
        code: 'reference.missing',
        severity: 'error',
        says: 'A reference does not resolve.',
        file: 'users.csv',
        count: 3,
        places: [],
      },
    ],
  },
);

const UNSENT = aResult(
  'library',
  {},
  {
    delivery: {
      state: 'failed',
      target: 'sftp://x/',
      bundle: 'b',
      isLate: false,
      attempts: [],
      error: new ExportError('delivery', 'Refused.'),
    },
  },
);

const night = (...connections: readonly Result[]): RefreshResult => ({
  asOf: '2026-10-15' as LocalDate,
  year: {
    endYear: 2027,
    startYear: 2026,
    start: '2026-07-01' as LocalDate,
    end: '2027-06-30' as LocalDate,
    label: null,
  },
  connections,
  attempts: [],
  notices: [],
});

const sentences = new Map(allRules.map(({ code, says }) => [code, says]));
function shown(result: RefreshResult, look: Look = PLAIN, isVerbose = false): string {
  let text = '';
  const stream = { isTTY: false, write: (more: string) => (text += more) !== '' };
  const terminal = terminalOver(stream, stream, look);
  terminal.out(refreshSummary(result, { says: (code) => sentences.get(code) ?? '', look, isVerbose }));
  return text;
}

describe.each([80, 160])('at %d columns', (width) => {
  const look = { width, hasColor: false };

  it.each([
    ['good', night(GOOD)],
    ['mixed', night(GOOD, HELD, REFUSED, FAILED)],
  ])('the summary of a night: %s', (name, result) => {
    const text = shown(result, look);
    expectScreen(`refresh-${name}-${width}`, text);
    for (const line of text.split('\n'))
      if (!line.includes('/srv/')) expect(line.length).toBeLessThanOrEqual(width);
  });

  it('all of it with --verbose', () => {
    expectScreen(`refresh-verbose-${width}`, shown(night(HELD), look, true));
  });
});

describe('the summary', () => {
  it('has the verdicts before anything about one connection, and five rules each', () => {
    const lines = shown(night(HELD, GOOD)).split('\n');
    expect(lines.findIndex((line) => /^learning-platform +1\.2 +withheld/.test(line))).toBeLessThan(6);
    expect(lines.join('\n')).not.toContain('LMS_SCHOOL');
    const title = lines.findIndex((line) => line.startsWith('library: OneRoster'));
    const rules = lines.findIndex((line, at) => at > title && line.includes('REL_NOT_PORTAL'));
    expect(rules - title).toBeLessThanOrEqual(5);
  });

  it('has the places of a demo before the final line', () => {
    const summary = refreshSummary(night(GOOD), {
      says: () => '',
      look: PLAIN,
      isVerbose: false,
      places: '\nThe bundles: here\n',
    });
    expect(summary).toMatch(/\n\nThe bundles: here\n\nNothing to do\.\n$/);
  });

  it.each([24, 80, 160])('has the commands for a bundle on hold on one line each at %d columns', (width) => {
    expect(shown(night(HELD), { width, hasColor: false })).toMatch(
      /^ {2}To publish it anyway: oneroster-export release learning-platform --reason TEXT\n {2}To drop it: +oneroster-export discard learning-platform --reason TEXT$/m,
    );
  });

  it.each([
    [[GOOD], /\n\nNothing to do\.\n$/],
    [
      [HELD],
      /\nTo do: learning-platform: on hold; read the report, then publish or drop the\s+bundle with a command above\.\n$/,
    ],
    [[FAILED, HELD], /\nTo do: sis-sync failed: .* learning-platform: on hold/s],
    [[REFUSED], /\nTo do: reading did not pass verification/],
    [[UNSENT], /\nTo do: library was not delivered: .*deliver\s+library\.\n$/s],
  ])('ends with what to do (case %#)', (results, line) => {
    expect(shown(night(...results))).toMatch(line);
  });

  it('has color only where there is any, and never otherwise', () => {
    expect(shown(night(HELD), { width: 80, hasColor: true })).toContain('\u001b[33mwithheld\u001b[0m');

    expect(shown(night(HELD))).not.toMatch(/[\u001b\ue0b0-\ue0b5]/);
  });
});
