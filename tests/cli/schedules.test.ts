/** The files for schedulers: they start what there is, at a sane hour, with as few rights as possible. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { itWith } from '../support/needs.js';

const at = (path: string): string => join(import.meta.dirname, '../../..', path);
const read = (path: string): string => readFileSync(at(path), 'utf8');

/** Clocks are changed between one and three; a start then may happen twice or not at all. */
const isSane = (hour: number): boolean => hour < 1 || hour >= 3;

describe('cron', () => {
  const lines = read('config/cron/oneroster-export')
    .split('\n')
    .filter((line) => /^\S/.test(line) && !/^#|^[A-Z_]+=/.test(line));

  it('has one line that refreshes once a night, as a user of its own, and lets stderr be mailed', () => {
    expect(lines).toHaveLength(1);
    const [minute, hour, ...rest] = lines[0]?.split(/\s+/) ?? [];
    expect([Number(minute) < 60, isSane(Number(hour))]).toEqual([true, true]);
    expect(rest).toEqual(['*', '*', '*', 'oneroster', 'oneroster-export', 'refresh', '>/dev/null']);
  });

  it('ends its file with a line break, without which cron leaves the last line out', () => {
    expect(read('config/cron/oneroster-export').endsWith('\n')).toBe(true);
  });
});

describe('systemd', () => {
  const found = spawnSync('systemd-analyze', ['--version']).status === 0;
  const analyzed = itWith(found, 'systemd-analyze');

  /** The units with a program and a user that this machine has. */
  function units(): string {
    const folder = mkdtempSync(join(tmpdir(), 'units-'));
    const service = read('config/systemd/oneroster-export.service')
      .replace('/usr/local/bin/oneroster-export', process.execPath)
      .replace(/^(User|Group)=.*$/gm, `$1=${userInfo().username}`);
    writeFileSync(join(folder, 'oneroster-export.service'), service);
    writeFileSync(join(folder, 'oneroster-export.timer'), read('config/systemd/oneroster-export.timer'));
    return folder;
  }

  analyzed('takes both units without a remark', () => {
    const folder = units();
    const files = ['service', 'timer'].map((kind) => join(folder, `oneroster-export.${kind}`));
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', ...files], {
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    // Remarks on other units of the machine are none of ours.
    expect((stdout + stderr).split('\n').filter((line) => line.includes(folder))).toEqual([]);
    expect(status).toBe(0);
  });

  analyzed('finds the service little exposed', () => {
    const service = at('config/systemd/oneroster-export.service');
    const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', service], {
      encoding: 'utf8',
    });
    const exposure = /Overall exposure level[^:]*: ([\d.]+)/.exec(stdout)?.[1];
    expect(Number(exposure)).toBeLessThan(2.5);
  });

  it('starts the refresh at a sane hour of a named zone, and takes a stop for no failure', () => {
    const [, hour, zone = ''] =
      /^OnCalendar=\*-\*-\* (\d\d):\d\d:00 (\S+)$/m.exec(read('config/systemd/oneroster-export.timer')) ?? [];
    expect(isSane(Number(hour))).toBe(true);
    expect(Intl.supportedValuesOf('timeZone')).toContain(zone);
    const service = read('config/systemd/oneroster-export.service');
    expect(service).toMatch(/^ExecStart=\S+oneroster-export refresh$/m);
    expect(service).toMatch(/^SuccessExitStatus=143$/m);
  });
});

describe('the Windows task', () => {
  const text = read('config/windows/oneroster-export.xml');

  it('is well-formed', () => {
    const open: string[] = [];
    const wrong: string[] = [];
    const bare = text.replace(/<!--(?:(?!--)[^])*-->/g, '').replace(/^<\?xml version="1\.0"\?>/, '');
    for (const [, isEnd, name = ''] of bare.matchAll(/<(\/?)([A-Za-z]+)(?: [a-z]+="[^"<]*")*>/gi)) {
      if (isEnd === '') open.push(name);
      else if (open.pop() !== name) wrong.push(name);
    }
    expect([open, wrong]).toEqual([[], []]);
    expect(bare.replace(/<\/?[A-Za-z]+(?: [a-z]+="[^"<]*")*>/gi, '')).not.toMatch(/[<>&]/);
  });

  /** Microsoft's task schema 1.4, as far as this task uses it: the values that an element allows. */
  it.each([
    ['LogonType', /^Password$/], // whether a user is logged on or not, with access to the network
    ['RunLevel', /^LeastPrivilege$/],
    ['MultipleInstancesPolicy', /^(?:Parallel|Queue|IgnoreNew|StopExisting)$/],
    ['StartWhenAvailable', /^true$/],
    ['ExecutionTimeLimit', /^PT\d+H$/],
    ['RandomDelay', /^PT\d+M$/],
    ['Priority', /^(?:[0-9]|10)$/],
    ['WorkingDirectory', /^[A-Z]:\\\S+$/],
    ['Command', /^[A-Z]:\\[^"]+\\node\.exe$/],
  ])('has one %s, with a value that the schema allows', (element, allowed) => {
    const values = [...text.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))];
    expect(values.map(([, value]) => value)).toEqual([expect.stringMatching(allowed)]);
  });

  it('is registered and removed by scripts that use what is in the file and in each other', () => {
    const install = read('config/windows/install.ps1');
    const uninstall = read('config/windows/uninstall.ps1');
    for (const [, element = ''] of install.matchAll(/\$task\.Task\.Actions\.Exec\.(\w+) =/g))
      expect(text).toContain(`<${element}>`);
    const [, name] = /\$TaskName = '([^']+)'/.exec(install) ?? [];
    expect(name).toBe('OneRoster export');
    expect(uninstall).toContain(`$TaskName = '${name ?? ''}'`);
    expect(install).toMatch(/\/inheritance:r .*\*S-1-5-32-544:.*\*S-1-5-18:/);
  });

  it('refreshes once a day at a sane local hour, one at a time', () => {
    const start = /<StartBoundary>\d{4}-\d\d-\d\dT(\d\d):\d\d:00<\/StartBoundary>/.exec(text)?.[1];
    expect(isSane(Number(start ?? 2))).toBe(true);
    expect(text).toMatch(/<DaysInterval>1<\/DaysInterval>/);
    expect(text).toMatch(/<MultipleInstancesPolicy>IgnoreNew</);
    expect(text).toMatch(/cli\.js" refresh --config/);
  });
});

describe('the Kubernetes job', () => {
  it('refreshes once a night in a named zone, never two at once, without rights', () => {
    const { apiVersion, kind, spec } = parse(read('config/kubernetes/cronjob.yaml')) as Record<
      string,
      never
    > & {
      spec: { schedule: string; jobTemplate: { spec: { template: { spec: { containers: object[] } } } } };
    };
    expect([apiVersion, kind]).toEqual(['batch/v1', 'CronJob']);
    expect(isSane(Number(spec.schedule.split(' ')[1]))).toBe(true);
    expect(spec).toMatchObject({
      timeZone: 'America/Chicago',
      concurrencyPolicy: 'Forbid',
      jobTemplate: {
        spec: {
          backoffLimit: 0,
          template: {
            spec: {
              restartPolicy: 'Never',
              automountServiceAccountToken: false,
              securityContext: { runAsNonRoot: true, runAsUser: 10001 },
              containers: [
                {
                  args: ['refresh'],
                  securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
                },
              ],
            },
          },
        },
      },
    });
  });
});

describe('the image', () => {
  const text = read('Dockerfile');

  it('copies what there is, and runs as an unprivileged user', () => {
    const copied = [...text.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, files = '']) =>
      files.split(' '),
    );
    expect(copied.length).toBeGreaterThan(8);
    expect(copied.filter((path) => !existsSync(at(path)))).toEqual([]);
    expect(text).toMatch(/^USER 10001:10001$/m);
    expect(text.lastIndexOf('USER')).toBeGreaterThan(text.lastIndexOf('RUN'));
  });

  it('gets everything that it copies past .dockerignore, and no config of a district', () => {
    const rules = read('.dockerignore').split('\n');
    expect(rules).toEqual(
      expect.arrayContaining(['*', '!src', '!config', '!package-lock.json', 'config/oneroster.yaml']),
    );
  });
});
