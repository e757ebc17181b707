/** What the results of a refresh mean for people, one condition for each connection. */
import { describe, expect, it } from '@jest/globals';
import { conditionsOf, isWorthTelling, type Outcomes } from '../../src/refresh/conditions.js';
import { ExportError, type ErrorCode } from '../../src/model/errors.js';
import { stopFault } from '../../src/model/stopping.js';
import type { KeptBundle } from '../../src/model/bundle.js';
import type { ComingDay, ComingUp } from '../../src/model/coming-up.js';
import { aConnection, day } from '../support/connections.js';

type Result = Outcomes['connections'][number];

const bundle: KeptBundle = {
  name: 'x',
  connection: 'library',
  version: '1.1',
  mode: 'bulk',
  path: '/home/library.zip',
  sha256: 'abc',
  bytes: 1,
  exclusions: '/home/library.csv',
  rows: new Map([
    ['users', 5],
    ['classes', 2],
  ]),
};

const result = (more: Partial<Result> = {}): Result => ({
  settings: aConnection(),
  mode: 'bulk',
  outcome: 'published',
  exclusions: new Map(),
  notices: [],
  findings: [],
  holds: [],
  seconds: 1,
  ...more,
});

const of = (more: Partial<Result>) => conditionsOf({ connections: [result(more)] })[1];
const fault = new ExportError('delivery', 'The server refused the key.', [
  { path: 'host', message: 'fix it' },
]);

describe('the condition of the coming days', () => {
  const at = (asOf: string, ...codes: readonly string[]): ComingDay => ({
    asOf: day(asOf),
    boundaries: {},
    tables: { users: STILL, classes: STILL, enrollments: STILL },
    holds: codes.map((code) => ({ code, says: `because of ${code}` })),
    advice: [],
  });
  const STILL = { leave: 0, join: 0 };
  const coming = (...days: readonly ComingDay[]) => ({ until: day('2026-10-22'), days, withoutClasses: [] });
  const expectedOf = (up: ComingUp) =>
    conditionsOf({ connections: [result({ bundle, coming: up })] }).filter(({ on }) => on !== undefined);

  it('is the first night that a threshold would hold', () => {
    const days = [
      at('2026-10-16'),
      at('2026-10-17', 'blackout'),
      at('2026-10-19', 'blackout', 'threshold-users'),
    ];
    expect(expectedOf(coming(...days, at('2026-10-20', 'threshold-users')))).toEqual([
      {
        about: 'library',
        state: 'expected',
        on: '2026-10-19',
        codes: ['threshold-users'],
        says: ['because of threshold-users'],
      },
    ]);
  });

  it.each<[string, ComingUp]>([
    ['no night would be on hold', coming(at('2026-10-16'))],
    ['the config holds it on purpose', coming(at('2026-10-16', 'blackout', 'not-before'))],
    ['the days could not be forecast', { failed: 'no memory' }],
  ])('is none where %s', (_what, up) => {
    expect(expectedOf(up)).toEqual([]);
  });
});

describe('the condition of a connection', () => {
  it.each<[string, Partial<Result>, object]>([
    ['published', { bundle }, { state: 'good', bundle: { sha256: 'abc', rows: 7 } }],
    [
      'published, with what its report begins with',
      {
        bundle,
        exclusions: new Map([
          ['NO_SHOW', 3],
          ['NO_NAME', 1],
        ]),
        difference: {
          tables: { users: { before: 9, after: 5, added: 1, changed: 2, removed: 5 } },
          schools: {},
        },
        report: '/var/home/bundles/library/x-report.html',
      },
      {
        figures: { rows: 5, leftOut: 4, change: { before: 9, gone: 5, added: 1 } },
        report: 'bundles/library/x-report.html',
      },
    ],
    ['unchanged', { outcome: 'unchanged' }, { state: 'good', codes: [] }],
    [
      'held',
      { outcome: 'withheld', holds: [{ code: 'blackout', says: 'not today' }] },
      { state: 'held', codes: ['blackout'], says: ['not today'] },
    ],
    [
      'refused',
      {
        outcome: 'withheld',
        findings: [
          { code: 'w', severity: 'warning', says: 'a remark', count: 1, places: [] },
          {
            code: 'e',
            severity: 'error',
            says: 'a fault',
            file: 'users.csv',
            column: 'email',
            count: 3,
            places: [],
          },
        ],
      },
      { state: 'refused', codes: ['e'], says: ['e: users.csv email: a fault (3)'] },
    ],
    [
      'failed',
      { outcome: 'failed', error: new ExportError('home', 'The disk is full.') },
      { state: 'failed', codes: ['home'], says: ['The disk is full.'] },
    ],
    ['at the end of its sharing', { outcome: 'ended' }, { state: 'ended', codes: [] }],
    ['delivered', { delivery: { state: 'delivered', isLate: false } }, { state: 'good', codes: [] }],
    [
      'delivered late',
      { delivery: { state: 'delivered', isLate: true } },
      { state: 'late', codes: ['delivered-late'] },
    ],
    [
      'not delivered',
      { delivery: { state: 'failed', isLate: true, error: fault } },
      { state: 'failed', codes: ['delivery'], says: ['The server refused the key.', 'host: fix it'] },
    ],
    [
      'with an unknown arrival',
      { delivery: { state: 'unknown', isLate: false } },
      { state: 'failed', codes: ['delivery'] },
    ],
  ])('that is %s', (_what, more, condition) => {
    expect(of(more)).toMatchObject({ about: 'library', ...condition });
  });
});

it('what stopped everything is told alone', () => {
  const error = new ExportError('source', 'It cannot be read.');
  const connections = [result({ outcome: 'failed', error })];
  expect(conditionsOf({ connections, error })).toEqual([
    { about: '', state: 'failed', codes: ['source'], says: ['It cannot be read.'] },
  ]);
});

it.each<[ErrorCode, boolean]>([
  ['source', true],
  ['home', true],
  ['already-running', true],
  ['unexpected', true],
  ['usage', false],
  ['config', false],
])('%s is worth telling: %s', (code, isWorth) => {
  expect(isWorthTelling(new ExportError(code, 'x'))).toBe(isWorth);
  expect(isWorthTelling(stopFault('SIGTERM'))).toBe(false);
});
