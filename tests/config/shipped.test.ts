import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { describeFleetSettings, describeSettings } from '../../src/config/describe-settings.js';
import { editorSchema, fleetSchema } from '../../src/config/editor-schema.js';
import { readFleetFile } from '../../src/config/fleet-file.js';
import { loadConfig } from '../../src/config/load.js';
import { nearest } from '../../src/model/nearest.js';

const run = promisify(execFile);
const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

describe('the shipped configs', () => {
  test('the example is complete and loads', async () => {
    const path = at('config/oneroster.example.yaml');
    const text = await readFile(path, 'utf8');
    expect(text.startsWith('# yaml-language-server: $schema=./oneroster.schema.json\n')).toBe(true);
    const absent = describeSettings()
      .map(({ key }) => key.split('.').at(-1)?.replace('connections[]', '') ?? '')
      .filter((key) => !new RegExp(`\\b${key}:|or ${key}\\n`).test(text));
    expect(absent).toEqual([]);
    const { connections } = await loadConfig(path, { SIS_PASSWORD: 'not used yet' });
    expect(connections.map(({ name, version }) => [name, version])).toEqual([
      ['library', '1.1'],
      ['lms', '1.2'],
    ]);
  });

  test('the defaults that the example shows are the defaults', async () => {
    const shown = await loadConfig(at('config/oneroster.example.yaml'), {});
    const left = await loadConfig(at('config/demo.yaml'), {});
    expect(shown.connections).toEqual(left.connections);
  });

  test('the example of a fleet is complete and loads', async () => {
    const path = at('config/fleet.example.yaml');
    const text = await readFile(path, 'utf8');
    const absent = describeFleetSettings()
      .map(({ key }) => key.split('.').at(-1) ?? '')
      .filter((key) => !new RegExp(`\\b${key}:`).test(text));
    expect(absent).toEqual([]);
    expect(text.startsWith('# yaml-language-server: $schema=./fleet.schema.json\n')).toBe(true);
    const { problems, written } = await readFleetFile(path, { FLEET_PASSWORD: 'not used yet' });
    expect(problems).toEqual([]);
    expect(written).toMatchObject({
      home: './var',
      schedule: { start: '01:00', windowMinutes: 120 },
      maxPerHost: 2,
    });
  });

  test('the demo reads and writes below var/demo', async () => {
    const demo = await loadConfig(at('config/demo.yaml'), {});
    expect(demo.home).toBe(at('var/demo'));
    expect(demo.source).toEqual({ client: 'better-sqlite3', filename: at('var/demo/district.sqlite') });
    expect(demo.connections.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'library 1.1',
      'lms 1.2',
    ]);
  });
});

describe('the JSON Schema', () => {
  test('and that of a fleet are up to date, by plain Node', async () => {
    await expect(
      run(process.execPath, [at('build/scripts/write-config-schema.js'), '--check']),
    ).resolves.toEqual({
      stdout: '',
      stderr: '',
    });
  });

  test('takes bare numbers where text is meant, and secrets by reference only', () => {
    const text = JSON.stringify(editorSchema());
    expect(text).toContain('"enum":["1.1","1.2",1.1,1.2]');
    expect(text.match(/\(\?:env\|file\)/g)).toHaveLength(8);
  });

  test('of a fleet has the settings of districts as its defaults, and requires only the database', () => {
    const { properties, required } = fleetSchema() as {
      readonly properties: Record<string, { readonly properties?: object; readonly required?: unknown }>;
      readonly required: unknown;
    };
    expect(required).toEqual(['database']);
    const { properties: all } = editorSchema() as { readonly properties: Record<string, object> };
    const common = Object.fromEntries(
      Object.entries(all).filter(([key]) => key !== 'home' && key !== 'state'),
    );
    expect(properties['defaults']).toMatchObject({ properties: common });
    expect(properties['defaults']?.required).toBeUndefined();
    expect(Object.keys(properties)).toEqual(
      expect.arrayContaining(['schedule', 'hosts', 'districts', 'console']),
    );
  });
});

describe('the list of settings', () => {
  const lines = new Map(describeSettings().map((line) => [line.key, line]));

  test.each([
    ['timezone', 'text', 'required'],
    ['home', 'text', './var'],
    ['source.client', 'better-sqlite3 | mssql', 'required'],
    ['source.connection.port', 'whole number', '1433'],
    ['source.connection.password', 'reference', 'required, except for a managed identity'],
    ['source.connection.requestTimeoutMinutes', 'number', '30'],
    ['source.consistency', 'snapshot | statement', 'snapshot'],
    ['connections[].version', '1.1 | 1.2', 'required'],
    ['connections[].ids', 'legacy | guid | personID', 'legacy for 1.1, guid for 1.2'],
    ['connections[].schools', 'all, or a list of school numbers', 'all'],
    ['connections[].include.aides', 'true | false', 'true'],
    ['connections[].thresholds.perSchool', 'number', '30'],
    ['connections[].thresholds.new', 'number | off', '50'],
    ['connections[].thresholds.changed', 'number | off', 'off'],
    ['connections[].notBefore', 'date as YYYY-MM-DD', ''],
    ['connections[].legalNames', 'omit | send', 'omit'],
    ['connections[].delivery.sftp.hostKey', 'fingerprint, or a list of them', ''],
    ['connections[].delivery.sftp.password', 'reference', ''],
    ['connections[].delivery.deliverBy', 'time of day as HH:MM', ''],
  ])('%s', (key, type, byDefault) => expect(lines.get(key)).toMatchObject({ type, default: byDefault }));

  test('each line says something', () => {
    expect([...lines.values()].filter(({ says }) => !/^[A-Z].*\.$/.test(says))).toEqual([]);
  });
});

describe('the nearest known word', () => {
  test.each([
    ['inclued', 'include'],
    ['shcools', 'schools'],
    ['SCHOOLS', 'schools'],
    ['school', 'schools'],
    ['id', 'ids'],
    ['weather', undefined],
    ['x'.repeat(10_000), undefined],
  ])('%.20s', (word, meant) => expect(nearest(word, ['include', 'schools', 'ids'])).toBe(meant));
});
